import {realpath, stat} from 'node:fs/promises';
import path from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {isEditable} from '../../shared/script';
import type {CodeFile} from '../../shared/study';
import {fileInStudy} from './fileInStudy';
import {fileSystemError, systemErrorCode} from './fileSystemError';
import {readBeginning, readRegularFile} from './openFile';
import {writeFileAtomically} from './writeAtomically';

/** Bytes of a file that are shown as code; no script is longer. */
const CODE_BYTES = 2 * 1024 * 1024;

/** A script or another text inside the study, its beginning where it is large; what is no text is refused. */
export async function readCodeFile(
  studyDir: string,
  relativePath: string,
  isOutput = false,
): Promise<Result<CodeFile, AppError>> {
  const found = await fileInStudy(studyDir, relativePath);
  if (!found.ok) return found;
  try {
    const {bytes, size} = await readBeginning(found.value, CODE_BYTES);
    if (bytes.includes(0)) return err(noText(relativePath));
    const text = bytes.toString('utf8');
    const plain = path.join(await realpath(studyDir), relativePath);
    const readOnly = isOutput
      ? 'Read-only: an output'
      : size > bytes.length
        ? 'Read-only: large file, only its beginning is shown'
        : !isEditable(relativePath)
          ? 'Read-only: not a script'
          : found.value !== plain
            ? 'Read-only: a link to another file'
            : bytes.equals(Buffer.from(text, 'utf8'))
              ? null
              : 'Read-only: not all UTF-8 text';
    return ok({text, readOnly});
  } catch (error) {
    return err(fileSystemError(`"${relativePath}" can't be read.`, error));
  }
}

/** Writes a script of the study in one step; refused where it is another on disk than `before`, or may only be read. */
export async function saveCodeFile(
  studyDir: string,
  relativePath: string,
  change: {readonly before: string | null; readonly after: string},
  isOutput: boolean,
): Promise<Result<CodeFile, AppError>> {
  const file = path.join(studyDir, relativePath);
  const reason = await refusal(studyDir, relativePath, change.before, isOutput);
  if (reason !== null) return err(reason);
  const written = await replaceText(file, relativePath, change.before, change.after);
  return written.ok ? ok({text: change.after, readOnly: null}) : written;
}

/** Why a script may not be written; one that was deleted may be made again in a folder that is no link. */
async function refusal(
  studyDir: string,
  relativePath: string,
  before: string | null,
  isOutput: boolean,
): Promise<AppError | null> {
  const refused = (why: string) =>
    appError('invalid-request', `${relativePath} is not changed. ${why}.`);
  if (before !== null) {
    const now = await readCodeFile(studyDir, relativePath, isOutput);
    if (!now.ok) return now.error;
    return now.value.readOnly === null ? null : refused(now.value.readOnly);
  }
  const folder = path.dirname(relativePath);
  const found = folder === '.' ? ok(await realpath(studyDir)) : await fileInStudy(studyDir, folder);
  if (!found.ok) return found.error;
  const isPlain = found.value === path.join(await realpath(studyDir), folder);
  return isOutput || !isEditable(relativePath) || !isPlain
    ? refused('Read-only: not a script')
    : null;
}

/**
 * Writes a text file in one step, with the rights it had; `before` is null for one that is not there yet. Refused where
 * the file is another on disk: compared as bytes, as text that is not UTF-8 would not come back as it was.
 */
export async function replaceText(
  file: string,
  name: string,
  before: string | null,
  after: string,
): Promise<Result<null, AppError>> {
  try {
    const bytes = await readRegularFile(file).catch(absent);
    const expected = before === null ? null : Buffer.from(before, 'utf8');
    if (bytes === null || expected === null) {
      if (bytes !== expected) return err(changedMeanwhile(name));
    } else if (!bytes.equals(expected)) {
      return err(bytes.toString('utf8') === before ? notUtf8(name) : changedMeanwhile(name));
    }
    const mode = bytes === null ? undefined : (await stat(file)).mode & 0o777;
    await writeFileAtomically(file, after, mode);
    return ok(null);
  } catch (error) {
    return err(fileSystemError(`${name} could not be written.`, error));
  }
}

/** The refusal of a change that was made for an earlier text. */
export function changedMeanwhile(name: string): AppError {
  return appError('invalid-request', `${name} has changed in the meantime.`, {
    why: 'The change was made for an earlier text.',
    hint: `Reload ${name}, then make the change again.`,
  });
}

function notUtf8(name: string): AppError {
  return appError('invalid-request', `${name} is not all UTF-8 text.`, {
    why: 'Saving it would lose the characters that can’t be read.',
    hint: 'Save it as UTF-8 in your editor, then make the change again.',
  });
}

/** Null for a file that is not there; any other fault stays one. */
function absent(error: unknown): null {
  if (systemErrorCode(error) === 'ENOENT') return null;
  throw error;
}

function noText(relativePath: string): AppError {
  return appError('invalid-request', `"${relativePath}" is not a text file.`, {
    hint: 'Open it with a program for such files.',
  });
}
