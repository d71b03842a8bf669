import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {CodeFile} from '../../shared/study';
import {fileInStudy} from './fileInStudy';
import {fileSystemError} from './fileSystemError';
import {readBeginning} from './readRegularFile';

/** Bytes of a file that are read; no script is longer. */
const READ_BYTES = 2 * 1024 * 1024;

/** A script or another text inside the study, its beginning where it is large; what is no text is refused. */
export async function readCodeFile(
  studyDir: string,
  path: string,
): Promise<Result<CodeFile, AppError>> {
  const found = await fileInStudy(studyDir, path);
  if (!found.ok) return found;
  try {
    const {bytes, size} = await readBeginning(found.value, READ_BYTES);
    if (bytes.includes(0)) return err(noText(path));
    return ok({text: bytes.toString('utf8'), truncated: size > bytes.length});
  } catch (error) {
    return err(fileSystemError(`"${path}" can't be read.`, error));
  }
}

function noText(path: string): AppError {
  return appError('invalid-request', `"${path}" is not a text file.`, {
    hint: 'Open it with the program it was made for.',
  });
}
