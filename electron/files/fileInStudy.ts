import {realpath} from 'node:fs/promises';
import path from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError} from './fileSystemError';
import {isInside, recordedInStudy, unsafeReason} from './studyPath';

/**
 * Absolute path of an existing file or folder of a study, every link on the way and the last one resolved.
 * Whatever lies outside the study, be it through a link, is refused.
 */
export async function fileInStudy(
  studyDir: string,
  relativePath: string,
): Promise<Result<string, AppError>> {
  const reason = unsafeReason(relativePath);
  if (reason !== null) return err(outside(relativePath, reason));
  try {
    const root = await realpath(studyDir);
    const found = await realpath(path.join(root, relativePath));
    if (isInside(root, found)) return ok(found);
    return err(outside(relativePath, 'It, or a folder above it, is a link to somewhere else.'));
  } catch (error) {
    return err(fileSystemError(`"${relativePath}" can't be opened.`, error));
  }
}

/**
 * As `fileInStudy`, for a file that is on record as an output: folders on the way may be links to anywhere, such as
 * `output` on a larger disk, as in running (RULES "Outputs"). If the file itself is a link, that must lead to somewhere
 * in the study or beside it.
 */
export async function recordedFile(
  studyDir: string,
  relativePath: string,
): Promise<Result<string, AppError>> {
  const target = recordedInStudy(studyDir, relativePath);
  if (!target.ok) return target;
  try {
    const [root, folder, found] = await Promise.all([
      realpath(studyDir),
      realpath(path.dirname(target.value)),
      realpath(target.value),
    ]);
    if (isInside(root, found) || isInside(folder, found)) return ok(found);
    return err(outside(relativePath, 'It is a link to somewhere else.'));
  } catch (error) {
    return err(fileSystemError(`"${relativePath}" can't be opened.`, error));
  }
}

function outside(relativePath: string, why: string): AppError {
  return appError('invalid-request', `"${relativePath}" is not a file of this study.`, {
    why,
    hint: 'Study Desk opens only what lies inside the study folder.',
  });
}
