import {realpath} from 'node:fs/promises';
import path from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {CodeFile} from '../../shared/study';
import {fileSystemError} from './fileSystemError';
import {readBeginning} from './openFile';
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

/** Bytes of a file that are shown as code; no script is longer. */
const CODE_BYTES = 2 * 1024 * 1024;

/** A script or another text inside the study, its beginning where it is large; what is no text is refused. */
export async function readCodeFile(
  studyDir: string,
  relativePath: string,
): Promise<Result<CodeFile, AppError>> {
  const found = await fileInStudy(studyDir, relativePath);
  if (!found.ok) return found;
  try {
    const {bytes, size} = await readBeginning(found.value, CODE_BYTES);
    if (bytes.includes(0)) return err(noText(relativePath));
    return ok({text: bytes.toString('utf8'), truncated: size > bytes.length});
  } catch (error) {
    return err(fileSystemError(`"${relativePath}" can't be read.`, error));
  }
}

function noText(relativePath: string): AppError {
  return appError('invalid-request', `"${relativePath}" is not a text file.`, {
    hint: 'Open it with a program for such files.',
  });
}

function outside(relativePath: string, why: string): AppError {
  return appError('invalid-request', `"${relativePath}" is not a file of this study.`, {
    why,
    hint: 'Study Desk opens only what lies inside the study folder.',
  });
}
