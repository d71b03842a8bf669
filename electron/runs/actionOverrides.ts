import * as z from 'zod';
import type {AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {ActionOverride} from '../../shared/settings';
import {fileSystemError} from '../files/fileSystemError';
import {writeFileAtomically} from '../files/writeAtomically';
import {readJson} from '../files/openFile';
import {prepareStudyFolder, type StudyFolder} from './studyFolder';

/** Limits of single actions by name. */
export type ActionOverrides = Readonly<Record<string, ActionOverride>>;

/** The limits as they are kept. */
export const StoredOverrides = z.object({
  format: z.literal(1),
  actions: z.record(
    z.string(),
    z.object({
      memoryBytes: z.number().positive().nullable(),
      cpus: z.number().positive().nullable(),
      timeoutSeconds: z.number().positive().nullable(),
    }),
  ),
});

/** The limits that were set for single actions of a study. */
export async function readOverrides(folder: StudyFolder): Promise<ActionOverrides> {
  const decoded = StoredOverrides.safeParse(await readJson(folder.overrides));
  return decoded.success ? decoded.data.actions : {};
}

/** Sets or, with null, takes away the limits of one action; answers all of them. */
export async function saveOverride(
  folder: StudyFolder,
  action: string,
  override: ActionOverride | null,
): Promise<Result<ActionOverrides, AppError>> {
  const made = await prepareStudyFolder(folder);
  if (!made.ok) return made;
  const others = Object.entries(await readOverrides(folder)).filter(([name]) => name !== action);
  const actions = Object.fromEntries(
    override === null ? others : [...others, [action, override] as const],
  );
  try {
    await writeFileAtomically(folder.overrides, JSON.stringify({format: 1, actions}, null, 2));
    return ok(actions);
  } catch (error) {
    return err(fileSystemError('The limits could not be saved.', error));
  }
}
