import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {appError, type AppError, failWith} from '../../../shared/errors';
import type {EditPreview} from '../../../shared/projectEdit';
import type {TextEdit} from '../../../shared/problem';
import {err, ok, type Result} from '../../../shared/result';
import type {StudySnapshot} from '../../../shared/study';
import {fileSystemError, systemErrorCode} from '../../files/fileSystemError';
import {writeFileAtomically} from '../../files/writeAtomically';
import {readRegularFile} from '../../files/openFile';
import {applyTextEdits} from '../../study/quickFixes';
import type {ProjectReader} from './projectReader';

/** project.yaml as it was read. */
type Text = Pick<StudySnapshot, 'dir' | 'text' | 'revision'>;

/** Checks that edits were made for the text as it is, and applies them to it. */
function edited(
  snapshot: Text,
  revision: number,
  edits: readonly TextEdit[],
): Result<{readonly before: string; readonly after: string}, AppError> {
  if (revision !== snapshot.revision) return err(changedMeanwhile());
  // a file that is not there yet begins empty
  const before = snapshot.text ?? '';
  const after = applyTextEdits(before, edits);
  if (after === null) return failWith('bug', 'The change does not fit project.yaml.');
  return ok({before, after});
}

function changedMeanwhile(): AppError {
  return appError('invalid-request', 'project.yaml has changed in the meantime.', {
    why: 'The change was made for an earlier text.',
    hint: 'Reload project.yaml, then make the change again.',
  });
}

function notUtf8(): AppError {
  return appError('invalid-request', 'project.yaml is not all UTF-8 text.', {
    why: 'Saving it would lose the characters that can’t be read.',
    hint: 'Save it as UTF-8 in your editor, then make the change again.',
  });
}

/** Null for a file that is not there; any other fault stays one. */
function absent(error: unknown): null {
  if (systemErrorCode(error) === 'ENOENT') return null;
  throw error;
}

/** What project.yaml would be after the edits, and how many problems it would have. */
export async function previewEdits(
  snapshot: StudySnapshot,
  revision: number,
  edits: readonly TextEdit[],
  reader: ProjectReader,
): Promise<Result<EditPreview, AppError>> {
  const change = edited(snapshot, revision, edits);
  if (!change.ok) return change;
  const {reading} = await reader.readStudy(change.value.after, snapshot.dir);
  return ok({revision, edits, ...change.value, problems: reading.problems});
}

/** Writes the edits to project.yaml in one step, or makes the file; refuses where it has changed under them. */
export async function writeEdits(
  snapshot: Text,
  revision: number,
  edits: readonly TextEdit[],
): Promise<Result<null, AppError>> {
  const change = edited(snapshot, revision, edits);
  if (!change.ok) return change;
  const path = join(snapshot.dir, 'project.yaml');
  try {
    const bytes = await readRegularFile(path).catch(absent);
    const expected = snapshot.text === null ? null : Buffer.from(snapshot.text, 'utf8');
    // compared as bytes: text that is not UTF-8 would not come back as it was
    if (bytes === null || expected === null) {
      if (bytes !== expected) return err(changedMeanwhile());
    } else if (!bytes.equals(expected)) {
      return err(bytes.toString('utf8') === snapshot.text ? notUtf8() : changedMeanwhile());
    }
    const mode = bytes === null ? undefined : (await stat(path)).mode & 0o777;
    await writeFileAtomically(path, change.value.after, mode);
    return ok(null);
  } catch (error) {
    return err(fileSystemError('project.yaml could not be written.', error));
  }
}
