import {realpath} from 'node:fs/promises';
import path from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError} from './fileSystemError';
import {isInside, unsafeReason} from './studyPath';

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
    return err(outside(relativePath, 'It, or one of its folders, is a link that leads elsewhere.'));
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
