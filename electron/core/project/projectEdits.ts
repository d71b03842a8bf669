import {join} from 'node:path';
import {type AppError, failWith} from '../../../shared/errors';
import type {EditPreview} from '../../../shared/projectEdit';
import type {TextEdit} from '../../../shared/problem';
import {err, ok, type Result} from '../../../shared/result';
import type {StudySnapshot} from '../../../shared/study';
import {changedMeanwhile, replaceText} from '../../files/codeFile';
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
  if (revision !== snapshot.revision) return err(changedMeanwhile('project.yaml'));
  // a file that is not there yet begins empty
  const before = snapshot.text ?? '';
  const after = applyTextEdits(before, edits);
  if (after === null) return failWith('bug', 'The change does not fit project.yaml.');
  return ok({before, after});
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
  const {before, after} = change.value;
  const path = join(snapshot.dir, 'project.yaml');
  return replaceText(path, 'project.yaml', snapshot.text === null ? null : before, after);
}
