import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import path from 'node:path';
import {promisify} from 'node:util';
import {appError, failWith, type AppError} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import {cloneRepository, type Cloned, type CloneProgress} from '../../git/cloneRepository';
import {isThisComputer} from '../../git/guardedHttp';
import {readGitState} from '../../git/gitState';

const run = promisify(execFile);

/** How a clone is made. */
export interface CloneWay {
  /** For private repositories; null where the user gave none. */
  readonly token: string | null;
  readonly proxy: string | null;
  readonly onProgress: (progress: CloneProgress) => void;
  readonly signal: AbortSignal;
}

/** An address of a repository. */
type Address =
  | {readonly kind: 'http'; readonly url: string; readonly name: string}
  /** ssh, and folders of this computer: the user's own git gets these. */
  | {readonly kind: 'git'; readonly url: string; readonly name: string};

/** Understands an address; one with a name or password in it is refused, and shown without. */
export function readAddress(text: string): Result<Address, AppError> {
  const name = /([^/\\:]+?)(?:\.git)?[/\\]*$/.exec(text)?.[1] ?? '';
  if (text.startsWith('-') || name === '' || name === '.' || name === '..' || /\0|\n/.test(text))
    return failWith('invalid-request', `"${text}" is no address of a repository.`, {
      hint: 'Give one such as https://github.com/opensafely/NAME.',
    });
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined)
    // a plain path, or `user@host:path`; git's own helpers (`ext::…`) would run programs
    return /^[\w+.-]{2,}::/.test(text)
      ? failWith('invalid-request', 'Addresses that run a program are not cloned.')
      : ok({kind: 'git', url: existsSync(text) ? path.resolve(text) : text, name});
  if (scheme === 'ssh' || scheme === 'file') return ok({kind: 'git', url: text, name});
  const url = parsed(text);
  if (url === null || (scheme !== 'https' && scheme !== 'http'))
    return failWith('invalid-request', `An address that begins with ${scheme}:// is not cloned.`, {
      hint: 'Give one that begins with https://.',
    });
  if (url.username !== '' || url.password !== '')
    return failWith('invalid-request', `The address of ${url.host} holds a name or a password.`, {
      why: 'It would be written into the repository and shown wherever the address is.',
      hint: 'Leave it out, and give the token by itself (in a terminal: STUDY_DESK_GIT_TOKEN).',
    });
  if (scheme === 'http' && !isThisComputer(url))
    return failWith(
      'invalid-request',
      `${url.host} is to be asked over http, which anybody on the way can read.`,
      {
        hint: 'Give the address that begins with https://.',
      },
    );
  return ok({kind: 'http', url: text.replace(/\/+$/, ''), name});
}

function parsed(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Clones a repository into an empty folder. */
export async function cloneInto(
  address: Address,
  folder: string,
  {token, proxy, onProgress, signal}: CloneWay,
): Promise<Result<Cloned, AppError>> {
  if (address.kind === 'http')
    return cloneRepository({url: address.url, target: folder, token, proxy}, onProgress, signal);
  try {
    await run('git', ['clone', '--quiet', '--no-hardlinks', '--', address.url, folder], {
      signal,
      timeout: 30 * 60_000,
      windowsHide: true,
      env: {
        ...process.env,
        LC_ALL: 'C',
        GIT_TERMINAL_PROMPT: '0',
        GIT_ASKPASS: '',
        SSH_ASKPASS: '',
        GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=20',
      },
    });
  } catch (error) {
    return err(ownGitError(address.url, error, signal));
  }
  const state = await readGitState(folder);
  return ok({
    branch: state?.branch ?? null,
    commit: state?.commit ?? null,
    notices: ['It was cloned by your own git.'],
  });
}

function ownGitError(url: string, error: unknown, signal: AbortSignal): AppError {
  if (signal.aborted) return appError('cancelled', 'The clone was stopped.');
  const isMissing = error instanceof Error && Reflect.get(error, 'code') === 'ENOENT';
  if (isMissing)
    return appError('not-found', `${url} can only be cloned with git, which is not installed.`, {
      hint: 'Install git, or give the address that begins with https://.',
    });
  const stderr: unknown = error instanceof Error ? Reflect.get(error, 'stderr') : '';
  const said = typeof stderr === 'string' ? stderr.trim().split('\n').at(-1) : '';
  return appError('network', `${url} could not be cloned.`, {
    why: `git says: ${said === undefined || said === '' ? String(error) : said}`,
    hint: 'Look whether the address is right, and whether you may read it.',
  });
}
