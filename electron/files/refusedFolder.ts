import {constants} from 'node:fs';
import {access, stat} from 'node:fs/promises';
import {appError, type AppError} from '../../shared/errors';
import {fileSystemError, systemErrorCode} from './fileSystemError';

/** What Node puts in the place of bytes that are not UTF-8: the name is lost, and nothing is found by it. */
const LOST_BYTES = '\ufffd';

/** Why a folder can't be opened as a study; null where it can. */
export async function refusedFolder(dir: string): Promise<AppError | null> {
  const hint = 'Choose the folder that holds project.yaml.';
  try {
    if (!(await stat(dir)).isDirectory())
      return appError('not-found', `${dir} is not a folder.`, {hint});
    await access(dir, constants.R_OK | constants.X_OK);
    return null;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR')
      return fileSystemError(`The folder ${dir} can't be opened.`, error);
    return notUtf8Path(dir) ?? appError('not-found', `There is no folder ${dir}.`, {hint});
  }
}

/** Says of a path that was not found that its name is not UTF-8; null where it is. */
export function notUtf8Path(path: string): AppError | null {
  if (!path.includes(LOST_BYTES)) return null;
  return appError('not-found', `The path ${path} can't be opened: it is not UTF-8.`, {
    why: 'A file or folder name in it uses another encoding. Study Desk, git and Python read names as UTF-8.',
    hint: 'Rename that file or folder (in a terminal `ls -b` shows its bytes, and `mv` takes them by the Tab key), then open it again.',
  });
}
