import {chmod, lstat, lutimes, mkdir, rm, symlink, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import {copyRegularFile, readJson} from '../files/openFile';
import type {StagedEntry, Staging} from '../executor/executor';

/** A staged file as it lay in the folder before the command ran. */
export interface StagedStamp {
  readonly size: number;
  readonly mtimeMs: number;
}

/** What distinguishes a job's folder from others after a restart of ours. */
const jobNote = z.object({
  studyId: z.string(),
  runId: z.string(),
  jobId: z.string(),
  pid: z.number().nullable(),
  started: z.string().nullable(),
  /** Its control group. */
  group: z.string().nullable(),
});
export type JobNote = z.infer<typeof jobNote>;

/** Where the command runs, in a job's folder. */
export function workspaceOf(folder: string): string {
  return path.join(folder, 'workspace');
}

export async function writeNote(folder: string, note: JobNote): Promise<void> {
  await writeFile(path.join(folder, 'job.json'), JSON.stringify(note), {mode: 0o600});
}

/** The note of a job's folder; null where there is none. */
export async function readNote(folder: string): Promise<JobNote | null> {
  try {
    return jobNote.parse(await readJson(path.join(folder, 'job.json')));
  } catch {
    return null;
  }
}

/** Fills the workspace of a job's folder (RULES "Workspace"); answers how each file lay there, by path. */
export async function fillFolder(
  folder: string,
  staging: Staging,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, StagedStamp>> {
  const workspace = workspaceOf(folder);
  await mkdir(workspace, {recursive: true});
  const stamps = new Map<string, StagedStamp>();
  for (const entry of [...staging.code, ...staging.inputs]) {
    signal.throwIfAborted();
    const target = path.join(workspace, ...entry.path.split('/'));
    await mkdir(path.dirname(target), {recursive: true});
    await place(entry, target);
    if (entry.kind === 'directory') continue;
    const {size, mtimeMs} = await lstat(target);
    stamps.set(entry.path, {size, mtimeMs});
  }
  return stamps;
}

/** Removes a job's folder, also where its command took away its own permissions. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 100});
}

async function place(entry: StagedEntry, target: string): Promise<void> {
  if (entry.kind === 'directory') {
    await mkdir(target, {recursive: true});
    return;
  }
  const time = entry.mtimeMs / 1000;
  if (entry.kind === 'symlink') {
    await symlink(entry.linkTarget ?? '', target);
    await lutimes(target, time, time);
    return;
  }
  if (entry.source === null) throw new Error(`${entry.path} has no content to copy`);
  await copyRegularFile(entry.source, target);
  await chmod(target, entry.mode | 0o600);
  await utimes(target, time, time);
}
