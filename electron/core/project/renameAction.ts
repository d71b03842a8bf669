import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import type {AppError} from '../../../shared/errors';
import type {Renaming} from '../../../shared/projectEdit';
import {err, ok, type Result} from '../../../shared/result';
import type {StudySnapshot} from '../../../shared/study';
import {fileSystemError} from '../../files/fileSystemError';
import {isThere, readJsonIfReadable, readText} from '../../files/openFile';
import {writeFileAtomically} from '../../files/writeAtomically';
import type {StudyFolder} from '../../runs/studyFolder';
import {readProject} from '../../study/readProject';
import {renameEdits} from '../../study/renameAction';
import {carryName} from './carryName';
import {previewEdits, writeEdits} from './projectEdits';
import type {ProjectReader} from './projectReader';

/** An action and the name it is to have. */
export interface NewName {
  readonly from: string;
  readonly to: string;
}

const StoredNames = z.object({format: z.literal(1), from: z.string(), to: z.string()});

/** What renaming an action would do. */
export async function previewRename(
  snapshot: StudySnapshot,
  folder: StudyFolder,
  {from, to}: NewName,
  reader: ProjectReader,
): Promise<Result<Renaming, AppError>> {
  const edits = renameEdits(snapshot.text ?? '', from, to);
  if (!edits.ok) return edits;
  const change = await previewEdits(snapshot, snapshot.revision, edits.value, reader);
  if (!change.ok) return change;
  try {
    return ok({change: change.value, carried: await carryName(folder, from, to, true)});
  } catch (error) {
    return err(fileSystemError('The records of this study could not be read.', error));
  }
}

/**
 * Renames an action: what hangs on its name first, then project.yaml. Everything or nothing: on a fault what was carried is
 * carried back, and what a killed process left half done is finished by `finishRename`. The study's lock must be held.
 */
export async function renameAction(
  snapshot: StudySnapshot,
  folder: StudyFolder,
  names: NewName,
): Promise<Result<null, AppError>> {
  const {from, to} = names;
  const edits = renameEdits(snapshot.text ?? '', from, to);
  if (!edits.ok) return edits;
  const failed = (error: unknown): AppError =>
    fileSystemError(`${from} could not be renamed.`, error);
  try {
    // of an action that had the name before and is gone: it must not pass for this one
    await carryName(folder, to, `${to} (earlier)`);
    await writeFileAtomically(folder.renaming, JSON.stringify({format: 1, ...names}), 0o600);
  } catch (error) {
    // nothing to carry back: what has the new name now is the earlier action's
    return err(failed(error));
  }
  try {
    await carryName(folder, from, to);
  } catch (error) {
    return undo(folder, names, failed(error));
  }
  const written = await writeEdits(snapshot, snapshot.revision, edits.value);
  if (!written.ok) return undo(folder, names, written.error);
  await rm(folder.renaming, {force: true});
  return ok(null);
}

/** Carries everything back. Where that fails too, the note stays, and the next to take the study's lock finishes it. */
async function undo(
  folder: StudyFolder,
  {from, to}: NewName,
  error: AppError,
): Promise<Result<never, AppError>> {
  try {
    await carryName(folder, to, from);
    await rm(folder.renaming, {force: true});
  } catch {
    // in the error already
  }
  return err(error);
}

/** Whether a renaming was cut off in this study. */
export function isHalfRenamed({renaming}: StudyFolder): Promise<boolean> {
  return isThere(renaming);
}

/**
 * Brings a renaming that was cut off to its end: by project.yaml as it is now, forward where that can be, else back. One
 * whose project.yaml has errors waits until they are fixed. The study's lock must be held.
 */
export async function finishRename(folder: StudyFolder): Promise<Result<null, AppError>> {
  try {
    const noted = StoredNames.safeParse(await readJsonIfReadable(folder.renaming));
    if (!noted.success) return ok(null);
    const {from, to} = noted.data;
    const text = await readText(join(folder.study, 'project.yaml')).catch(() => '');
    const {project} = readProject(text);
    if (project === null) return ok(null);
    const has = (name: string): boolean => project.actions.some((action) => action.name === name);
    const edits = renameEdits(text, from, to);
    if (edits.ok || (has(to) && !has(from))) {
      await carryName(folder, from, to);
      const file = {dir: folder.study, text, revision: 0};
      const written = edits.ok ? await writeEdits(file, 0, edits.value) : ok(null);
      if (!written.ok) return written;
    } else {
      await carryName(folder, to, from);
    }
    await rm(folder.renaming, {force: true});
    return ok(null);
  } catch (error) {
    return err(fileSystemError('A renaming that was cut off could not be finished.', error));
  }
}
