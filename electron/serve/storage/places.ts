import {constants} from 'node:fs';
import {access, chmod, mkdir, readdir, realpath, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {type AppError, failWith} from '../../../shared/errors';
import {ok, type Result} from '../../../shared/result';
import {isInside} from '../../files/studyPath';
import type {ServeConfig} from '../config';
import {referenceOf, type ServedJob} from '../records';

/** Rights of what lies in the two trees: HIGH is the runner's alone, MEDIUM may be read by its group. */
export const HIGH_FOLDER = 0o700;
/** Rights of a file in the highly sensitive tree. */
export const HIGH_FILE = 0o600;
/** Rights of a folder in the moderately sensitive tree. */
export const MEDIUM_FOLDER = 0o750;
/** Rights of a file in the moderately sensitive tree. */
export const MEDIUM_FILE = 0o640;

/** Where outputs of a workspace lie below one of the roots. */
export function workspaceFolder(root: string, workspace: string): string {
  return join(root, 'workspaces', workspace);
}

/** Where all that is kept of one job lies, by the month in which it was made. */
export function jobLogFolder(high: string, job: Pick<ServedJob, 'id' | 'createdAt'>): string {
  const month = new Date(job.createdAt * 1000).toISOString().slice(0, 7);
  return join(high, 'logs', month, referenceOf(job.id));
}

/** A job that something is kept of: its id and its folder. */
export interface KeptJob {
  readonly id: string;
  readonly folder: string;
}

/** All jobs that something is kept of, oldest month first. */
export async function keptJobs(high: string): Promise<readonly KeptJob[]> {
  const logs = join(high, 'logs');
  const kept: KeptJob[] = [];
  for (const month of (await namesOf(logs)).filter((name) => /^\d{4}-\d{2}$/.test(name)).sort())
    for (const name of await namesOf(join(logs, month))) {
      const [, id] = /^os-job-(.+)$/.exec(name) ?? [];
      if (id !== undefined) kept.push({id, folder: join(logs, month, name)});
    }
  return kept;
}

async function namesOf(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

/**
 * Looks whether the two roots can be used: there, writable, and neither the same nor one inside the other, links followed, as
 * then what is only for the one could be read in the other. The runner's own folder must not lie in MEDIUM either.
 */
export async function checkRoots({
  high,
  medium,
  workdir,
}: Pick<ServeConfig, 'high' | 'medium' | 'workdir'>): Promise<Result<null, AppError>> {
  const roots = [
    {name: 'HIGH_PRIVACY_STORAGE_BASE', path: high},
    {name: 'MEDIUM_PRIVACY_STORAGE_BASE', path: medium},
  ];
  const real: string[] = [];
  for (const {name, path} of roots) {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory() !== true)
      return refused(name, 'names no folder', 'Make the folder, with the rights it is to have.');
    const writable = await access(path, constants.R_OK | constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!writable)
      return refused(name, 'names a folder that cannot be written to', 'Correct its rights.');
    real.push(await realpath(path));
  }
  const [realHigh = '', realMedium = ''] = real;
  if (realHigh === realMedium || isInside(realHigh, realMedium) || isInside(realMedium, realHigh))
    return refused(
      'MEDIUM_PRIVACY_STORAGE_BASE',
      'is the same folder as HIGH_PRIVACY_STORAGE_BASE, or one lies in the other',
      'Give each a folder of its own, side by side.',
    );
  await mkdir(workdir, {recursive: true, mode: HIGH_FOLDER});
  const realWorkdir = await realpath(workdir);
  if (realWorkdir === realMedium || isInside(realMedium, realWorkdir))
    return refused(
      'WORKDIR',
      'lies in MEDIUM_PRIVACY_STORAGE_BASE',
      'The state of the runner names highly sensitive files: keep it elsewhere.',
    );
  return ok(null);
}

function refused(name: string, problem: string, hint: string): Result<never, AppError> {
  return failWith('invalid-request', `The setting ${name} ${problem}.`, {hint});
}

/** Makes a folder of the MEDIUM tree and those it lies in, below `root`, with the rights of that tree. */
export async function makeMediumFolder(root: string, parts: readonly string[]): Promise<void> {
  let folder = root;
  for (const part of parts) {
    folder = join(folder, part);
    const made = await mkdir(folder, {mode: MEDIUM_FOLDER}).then(
      () => true,
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false; // all that mkdir throws
        throw error;
      },
    );
    // the process's mask takes the group's rights away
    if (made) await chmod(folder, MEDIUM_FOLDER);
  }
}
