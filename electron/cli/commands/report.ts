import {basename, resolve} from 'node:path';
import {formatBytes} from '../../../shared/format';
import {appError, type AppError, failWith} from '../../../shared/errors';
import {draftText} from '../../../shared/releaseText';
import {err, ok, type Result} from '../../../shared/result';
import {writeFileAtomically} from '../../files/writeAtomically';
import {readText} from '../../files/openFile';
import {type CommandContext, withStudy} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';

/** Marks a report of ours among other pages. */
const OURS = '<meta name="generator" content="Study Desk">';

/** `report`: the study as one page, without anything highly sensitive. */
export function reportCommand(context: CommandContext, output: string | null): Promise<ExitCode> {
  const {console} = context;
  return withStudy(context, async (study) => {
    const path = resolve(output ?? `${basename(study.dir)}-report.html`);
    const free = await mayWrite(path);
    if (!free.ok) return free;
    const made = await study.release.report();
    if (!made.ok) return made;
    const {page, leftOut} = made.value;
    try {
      await writeFileAtomically(path, page);
    } catch (error) {
      return err(notWritten(path, error));
    }
    const bytes = Buffer.byteLength(page);
    console.json({path, bytes, leftOut});
    console.print(`${path}, ${formatBytes(bytes)}`);
    for (const {path: file, reason} of leftOut) console.print(`Left out: ${file}. ${reason}`);
    return ok(EXIT.done);
  });
}

/** `draft`: what output checkers could be asked for. */
export function draftCommand(context: CommandContext): Promise<ExitCode> {
  return withStudy(context, async (study) => {
    const draft = await study.release.draft();
    if (!draft.ok) return draft;
    context.console.json(draft.value);
    for (const line of draftText(draft.value).split('\n')) context.console.print(line);
    return ok(EXIT.done);
  });
}

/** A file that is no report of ours is not replaced. */
async function mayWrite(path: string): Promise<Result<null, AppError>> {
  try {
    const text = await readText(path);
    if (text.includes(OURS)) return ok(null);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ok(null);
    return err(notWritten(path, error));
  }
  return failWith(
    'invalid-request',
    `"${path}" is there already, and is no report of Study Desk.`,
    {
      hint: 'Name another file with --output, or move that one away.',
    },
  );
}

/** That a file which was named could not be written, and why. */
export function notWritten(path: string, error: unknown): AppError {
  return appError('file-system', `"${path}" could not be written.`, {
    why: error instanceof Error ? error.message : String(error),
  });
}
