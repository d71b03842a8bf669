import {realpathSync} from 'node:fs';
import path from 'node:path';
import {type AppError, appError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {systemErrorCode} from './fileSystemError';

/**
 * The absolute path of a study-relative one, if it stays in the study: no absolute path, `..`, drive letter or
 * parent that is a link leading outside. The last component itself may be a link: callers replace it or refuse it.
 */
export function resolveInStudy(studyDir: string, relativePath: string): Result<string, AppError> {
  const reason = unsafeReason(relativePath);
  if (reason !== null) return err(outside(relativePath, reason));
  const target = path.join(studyDir, ...relativePath.split('/'));
  const parent = realParent(path.dirname(target), path.resolve(studyDir));
  // what lies below the study's own path by its real one needs no second look: that path is then real too
  if (!isInside(studyDir, parent) && !isInside(realpathSync.native(studyDir), parent)) {
    return err(
      outside(relativePath, 'One of its folders is a link to somewhere outside the study.'),
    );
  }
  return ok(target);
}

/**
 * The absolute path of an output in the study, judged by its text alone: a folder on the way that the user has made a
 * link, such as `output` on a larger disk, is written and read through as under the reference (RULES "Outputs"). So is
 * code that is on record and lies behind a link. What is shown to people is asked for by `recordedFile`.
 */
export function recordedInStudy(studyDir: string, relativePath: string): Result<string, AppError> {
  const reason = unsafeReason(relativePath);
  if (reason !== null) return err(outside(relativePath, reason));
  return ok(path.join(studyDir, ...relativePath.split('/')));
}

/** True where `inner` is `outer` or lies below it; both absolute and free of links. */
export function isInside(outer: string, inner: string): boolean {
  const relative = path.relative(outer, inner);
  return (
    relative === '' ||
    (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative))
  );
}

/** Why a path can't be study-relative, judged by its text alone; null where it can. */
export function unsafeReason(relativePath: string): string | null {
  if (relativePath === '' || relativePath.includes('\0')) return 'It is not a file name.';
  if (relativePath.startsWith('/') || relativePath.startsWith('\\')) return 'It is absolute.';
  if (/^[A-Za-z]:/.test(relativePath)) return 'It starts with a drive letter.';
  const parts = relativePath.split(process.platform === 'win32' ? /[/\\]/ : '/');
  if (parts.includes('..')) return 'It leads upwards with "..".';
  if (parts.some((part) => part === '' || part === '.')) return 'It is not in its simplest form.';
  return null;
}

/** True where a name in a commit is not that of one file here: written out, it would be another one, or elsewhere. */
export function isOddName(name: string): boolean {
  // what is no UTF-8 was read as this character
  return unsafeReason(name) !== null || /[/\ufffd]/.test(name);
}

/** The real path of the nearest folder that exists, with the rest appended; throws where not even the study does. */
function realParent(folder: string, studyDir: string): string {
  try {
    return realpathSync.native(folder);
  } catch (error) {
    const up = path.dirname(folder);
    if (systemErrorCode(error) !== 'ENOENT' || folder === studyDir || up === folder) throw error;
    return path.join(realParent(up, studyDir), path.basename(folder));
  }
}

function outside(relativePath: string, why: string): AppError {
  return appError('file-system', `"${relativePath}" is not a path inside the study.`, {why});
}
