import {realpath} from 'node:fs/promises';
import {isAbsolute, relative, resolve, sep} from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';

/**
 * Absolute path of an existing file or folder of a study, every link on the way resolved.
 * `path` is study-relative with `/`; whatever lies outside the study, be it through a link, is refused.
 */
export async function fileInStudy(
  studyDir: string,
  path: string,
): Promise<Result<string, AppError>> {
  if (path.includes('\0') || isAbsolute(path)) return err(outside(path));
  try {
    const root = await realpath(studyDir);
    const wanted = resolve(root, path);
    if (!isBelow(root, wanted)) return err(outside(path));
    const found = await realpath(wanted);
    return isBelow(root, found) ? ok(found) : err(outside(path));
  } catch (error) {
    return err(
      appError('not-found', `The file ${path} can't be opened.`, {
        why: 'It is no longer there, or it may not be read.',
        hint: 'Run the action that makes it, or check the permissions of the file.',
        detail: error instanceof Error ? error.message : String(error),
      }),
    );
  }
}

function isBelow(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function outside(path: string): AppError {
  return appError('invalid-request', `The path ${path} leads out of the study folder.`, {
    why: 'Study Desk follows no path, and no link, out of the study.',
  });
}
