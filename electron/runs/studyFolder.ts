import {constants} from 'node:fs';
import {access, mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError} from '../files/fileSystemError';
import {ensureMetadataDir, metadataDir} from '../files/metadataDir';
import {actionLogFile} from '../logs/actionLog';
import {identifyStudy} from './studyIdentity';

/** Absolute paths of what the run engine keeps inside a study. */
export interface StudyFolder {
  /** The study itself. */
  readonly study: string;
  /** `metadata/study-desk`. */
  readonly root: string;
  /** A folder for each run: its record, and the full log of each attempt. */
  readonly runs: string;
  /** Clean checkouts of commits that were run, each a study of its own, named by the whole id. */
  readonly commits: string;
  /** What files were before their changes were discarded, a folder for each time. */
  readonly discarded: string;
  /** Read-only copies of what outputs were made from, a folder for each job. */
  readonly versions: string;
  /** Outputs on their way from a job to their places, a folder for each job. */
  readonly incoming: string;
  readonly lock: string;
  readonly overrides: string;
  readonly view: string;
  /** What was seen when it was last open in a window. */
  readonly seen: string;
  /** What was chosen for this study alone. */
  readonly settings: string;
  /** Reasons given for what the checks before release found. */
  readonly waivers: string;
  /** An action that is being renamed; there only while that goes on, or was cut off. */
  readonly renaming: string;
  readonly identity: string;
}

/** Where the files of actions' latest failed attempts are kept, study-relative. */
export const KEPT_FOLDER = 'metadata/study-desk/kept';

/** Where those of one action are kept, study-relative. */
export function keptFolder(action: string): string {
  return `${KEPT_FOLDER}/${actionLogFile(action).slice('metadata/'.length, -'.log'.length)}`;
}

/** Where the files that the supplied ones of an action replaced are kept, study-relative. */
export function replacedFolder(action: string): string {
  return `metadata/study-desk/discarded/supplied/${action}`;
}

/** The paths for a study; touches nothing. */
export function studyFolder(study: string): StudyFolder {
  const root = metadataDir(study);
  return {
    study,
    root,
    runs: join(root, 'runs'),
    commits: join(root, 'commits'),
    discarded: join(root, 'discarded'),
    versions: join(root, 'versions'),
    incoming: join(root, 'incoming'),
    lock: join(root, 'lock.json'),
    overrides: join(root, 'overrides.json'),
    view: join(root, 'view.json'),
    seen: join(root, 'seen.json'),
    settings: join(root, 'settings.json'),
    waivers: join(root, 'waivers.json'),
    renaming: join(root, 'renaming.json'),
    identity: join(root, 'study.json'),
  };
}

/** Makes the folder and answers the study's id, which is kept in it. */
export async function prepareStudyFolder(folder: StudyFolder): Promise<Result<string, AppError>> {
  try {
    // making folders on a read-only disk can fail with a code that says something else
    await access(folder.study, constants.W_OK);
    const made = await ensureMetadataDir(folder.study);
    if (!made.ok) return made;
    await mkdir(folder.runs, {recursive: true, mode: 0o700});
    return ok(await identifyStudy(folder));
  } catch (error) {
    return err(fileSystemError('Study Desk could not write its records into the study.', error));
  }
}
