import {randomUUID} from 'node:crypto';
import {constants} from 'node:fs';
import {access, mkdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {z} from 'zod';
import type {AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError} from '../files/fileSystemError';
import {ensureMetadataDir, metadataDir} from '../files/metadataDir';
import {writeFileAtomically} from '../files/writeAtomically';

/** Absolute paths of what the run engine keeps inside a study. */
export interface StudyFolder {
  /** The study itself. */
  readonly study: string;
  /** `metadata/study-desk`. */
  readonly root: string;
  /** A folder for each run: its record, and the full log of each attempt. */
  readonly runs: string;
  /** Outputs on their way from a job to their places, a folder for each job. */
  readonly incoming: string;
  readonly lock: string;
  readonly overrides: string;
  readonly view: string;
  readonly identity: string;
}

/** Where the files of an action's latest failed attempt are kept, study-relative. */
export const KEPT_FOLDER = 'metadata/study-desk/kept';

/** The paths for a study; touches nothing. */
export function studyFolder(study: string): StudyFolder {
  const root = metadataDir(study);
  return {
    study,
    root,
    runs: join(root, 'runs'),
    incoming: join(root, 'incoming'),
    lock: join(root, 'lock.json'),
    overrides: join(root, 'overrides.json'),
    view: join(root, 'view.json'),
    identity: join(root, 'study.json'),
  };
}

const Identity = z.object({format: z.literal(1), studyId: z.string().min(1)});

/**
 * Makes the folder and answers the study's id, which is kept in it, so that moving or renaming the
 * study changes nothing.
 */
export async function prepareStudyFolder(folder: StudyFolder): Promise<Result<string, AppError>> {
  try {
    // making folders on a read-only disk can fail with a code that says something else
    await access(folder.study, constants.W_OK);
    const made = await ensureMetadataDir(folder.study);
    if (!made.ok) return made;
    await mkdir(folder.runs, {recursive: true, mode: 0o700});
    const known = Identity.safeParse(await readJson(folder.identity));
    if (known.success) return ok(known.data.studyId);
    const studyId = randomUUID();
    await writeFileAtomically(folder.identity, JSON.stringify({format: 1, studyId}));
    return ok(studyId);
  } catch (error) {
    return err(fileSystemError('Study Desk could not write its records into the study.', error));
  }
}

/** The value of a JSON file; null where it is missing or not JSON. */
export async function readJson(path: string): Promise<unknown> {
  return parseJson(await readFile(path, 'utf8').catch(() => ''));
}

/** The value of a JSON text; null where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown; // every caller decodes the value
  } catch {
    return null;
  }
}
