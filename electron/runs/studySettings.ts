import * as z from 'zod';
import type {AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError} from '../files/fileSystemError';
import {readJson} from '../files/readJson';
import {writeFileAtomically} from '../files/writeAtomically';
import {prepareStudyFolder, type StudyFolder} from './studyFolder';

/** What a study says in place of the user's own settings; null leaves those. */
export interface StudySettings {
  /** The container engine, by its name. */
  readonly engine: string | null;
}

/** The settings as they are kept. */
export const StoredSettings = z.object({
  format: z.literal(1),
  engine: z.string().min(1).nullable(),
});

/** The settings of a study; those of one that says nothing where there are none, or they can't be read. */
export async function readStudySettings(folder: StudyFolder): Promise<StudySettings> {
  const decoded = StoredSettings.safeParse(await readJson(folder.settings));
  return {engine: decoded.success ? decoded.data.engine : null};
}

/** Keeps the settings with the study. */
export async function saveStudySettings(
  folder: StudyFolder,
  settings: StudySettings,
): Promise<Result<null, AppError>> {
  const made = await prepareStudyFolder(folder);
  if (!made.ok) return made;
  try {
    await writeFileAtomically(folder.settings, JSON.stringify({format: 1, ...settings}, null, 2));
    return ok(null);
  } catch (error) {
    return err(fileSystemError('The settings of this study could not be saved.', error));
  }
}
