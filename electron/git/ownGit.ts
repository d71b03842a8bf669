import {spawn} from 'node:child_process';
import {type AppError, appError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';

/** Hooks of a study may run its tests, and clones are large; longer, they wait for somebody. */
const LONGEST_MS = 30 * 60_000;
/** Of what git prints, as much is kept. */
const MOST_PRINTED = 64 * 1024;

/**
 * The user's own git, for what changes a repository: it knows their hooks, signatures, filters, line ends and keys. It asks nobody
 * anything. `paths`, taken as they are, go by its input. A signal stops it.
 */
export async function ownGit(
  dir: string,
  args: readonly string[],
  paths: readonly string[] | null = null,
  signal?: AbortSignal,
): Promise<Result<string, AppError>> {
  const more = paths === null ? [] : ['--pathspec-from-file=-', '--pathspec-file-nul'];
  const child = spawn('git', ['--literal-pathspecs', '-C', dir, ...args, ...more], {
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
    ...(signal === undefined ? {} : {signal}),
    env: {
      ...process.env,
      ...{LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', SSH_ASKPASS: ''},
      ...{GIT_EDITOR: 'true', GIT_SEQUENCE_EDITOR: 'true'},
      GIT_SSH_COMMAND: process.env.GIT_SSH_COMMAND ?? 'ssh -o BatchMode=yes -o ConnectTimeout=20',
    },
  });
  const printed = {out: '', err: ''};
  child.stdout.on('data', (piece: Buffer) => {
    printed.out = (printed.out + piece.toString()).slice(-MOST_PRINTED);
  });
  child.stderr.on('data', (piece: Buffer) => {
    printed.err = (printed.err + piece.toString()).slice(-MOST_PRINTED);
  });
  // git may end before it has read all
  child.stdin.on('error', () => undefined);
  child.stdin.end((paths ?? []).map((file) => `${file}\0`).join(''));
  return new Promise((resolve) => {
    child.once('error', (error) =>
      resolve(
        signal?.aborted === true
          ? failWith('cancelled', 'It was stopped.')
          : err(startFault(error)),
      ),
    );
    child.once('close', (code) =>
      resolve(code === 0 ? ok(printed.out.trim()) : err(refusal(printed.err || printed.out, code))),
    );
  });
}

function startFault(error: NodeJS.ErrnoException): AppError {
  if (error.code !== 'ENOENT')
    return appError('file-system', 'git could not be started.', {detail: error.message});
  return appError('not-found', 'There is no git on this computer.', {
    why: 'What changes a repository is left to your own git, which knows its hooks, filters and line ends.',
    hint: 'Install git, and try again.',
  });
}

/** A sentence for what git says when it does nothing. */
function refusal(text: string, code: number | null): AppError {
  const detail = text.trim();
  const refused = (why: string, hint: string): AppError =>
    appError('file-system', 'git did nothing.', {why, hint, detail});
  const lock = /Unable to create '([^']*\.lock)': File exists/.exec(detail)?.[1];
  if (lock !== undefined)
    return refused(
      'Another git works in this repository, or one was cut off and left its lock behind.',
      `Wait for it; where none works, delete ${lock}.`,
    );
  if (/dubious ownership/.test(detail))
    return refused(
      'The repository belongs to another user of this computer.',
      'If you trust it, run the command that git names.',
    );
  if (/would be overwritten/.test(detail))
    return refused(
      'Changes that are not committed would be lost.',
      'Commit or discard them first.',
    );
  if (/nothing to commit|no changes added/.test(detail))
    return refused('These files are as the commit has them.', 'Look at the changes again.');
  if (/Permission denied(?! \()|Read-only file system/.test(detail))
    return refused('It may not write there.', 'Look who owns the folder .git.');
  if (code === null)
    return refused('It did not end within half an hour.', 'Look whether a hook of it waits.');
  const lines = detail.split('\n');
  // what git advises after it is no cause
  const said = lines.find((line) => /^(?:ssh|error|fatal): |Permission denied/.test(line));
  const last = said ?? lines.at(-1) ?? '';
  return refused(
    last === ''
      ? 'A hook may have refused it.'
      : `git says: ${last.replace(/^(?:error|fatal): /, '')}`,
    'The details have all that it said.',
  );
}
