import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {mkdir, open, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Readable} from 'node:stream';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError, systemErrorCode} from '../workspace/fileSystemError';
import {resolveInStudy, unsafeReason} from '../workspace/studyPath';
import {moveOver, refuseFolder, replaceFromStream, syncFolder} from '../workspace/writeAtomically';
import type {RunningJob} from './executor';

/** A file of a job, received whole. */
export interface CollectedFile {
  /** Path in the workspace, and so in the study. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hex digits. */
  readonly sha256: string;
}

/** Writes one file of a job and syncs it. */
async function receive(target: string, path: string, content: Readable): Promise<CollectedFile> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(target, 'wx', 0o644);
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return {path, size, sha256: hash.digest('hex')};
}

/**
 * Takes files out of a job that has ended into a folder of ours, all of them or, on any fault, none:
 * nothing in the study is touched before everything is here and on disk.
 */
export async function collectFiles(
  job: RunningJob,
  paths: readonly string[],
  dir: string,
  signal: AbortSignal,
): Promise<Result<readonly CollectedFile[], AppError>> {
  const files: CollectedFile[] = [];
  const made = new Set<string>();
  let failure: unknown = null;
  try {
    if (paths.length === 0) return ok([]);
    await makeEmpty(dir);
    const collected = await job.collect(
      paths,
      async (path, _size, content) => {
        try {
          if (unsafeReason(path) !== null) throw new Error(`The engine gave the path ${path}`);
          const target = join(dir, ...path.split('/'));
          const parent = dirname(target);
          if (!made.has(parent)) {
            await mkdir(parent, {recursive: true});
            made.add(parent);
          }
          files.push(await receive(target, path, content));
        } catch (error) {
          // the executor passes our fault on in words of its own; ours say more
          failure ??= error;
          throw error;
        }
      },
      signal,
    );
    if (failure !== null) return err(notSaved(failure));
    if (!collected.ok) return collected;
    const missing = paths.length - files.length;
    if (missing > 0)
      return err(appError('bug', `The engine left out ${missing} of the job's outputs.`));
    return ok(files);
  } catch (error) {
    return err(notSaved(failure ?? error));
  }
}

/** Makes a folder; of one that an attempt cut short has left, only the name stays. */
async function makeEmpty(dir: string): Promise<void> {
  const made = await mkdir(dir, {recursive: true, mode: 0o700});
  if (made !== undefined) return;
  await rm(dir, {recursive: true, force: true});
  await mkdir(dir, {mode: 0o700});
}

function notSaved(error: unknown): AppError {
  return fileSystemError("The job's outputs could not be saved.", error);
}

/**
 * Moves collected files to their places in the study, each in one step. Safe to do again after a
 * crash: what has been moved already is passed over.
 */
export async function placeFiles(
  studyDir: string,
  dir: string,
  paths: readonly string[],
): Promise<Result<null, AppError>> {
  const folders = new Set<string>();
  for (const path of paths) {
    const resolved = resolveInStudy(studyDir, path);
    if (!resolved.ok) return resolved;
    const target = resolved.value;
    try {
      const parent = dirname(target);
      if (!folders.has(parent)) await mkdir(parent, {recursive: true});
      folders.add(parent);
      await refuseFolder(target);
      const placed = await moveFile(join(dir, ...path.split('/')), studyDir, path, target);
      if (!placed.ok) return placed;
    } catch (error) {
      return err(fileSystemError(`"${path}" could not be put in its place.`, error));
    }
  }
  return ok(null);
}

/** Makes the moves of placed files last, should the power go. */
export async function syncPlaces(studyDir: string, paths: readonly string[]): Promise<void> {
  const folders = new Set(paths.map((path) => dirname(join(studyDir, ...path.split('/')))));
  for (const folder of folders) await syncFolder(folder);
}

async function moveFile(
  source: string,
  studyDir: string,
  path: string,
  target: string,
): Promise<Result<null, AppError>> {
  try {
    await moveOver(source, target);
    return ok(null);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT') return ok(null);
    if (code !== 'EXDEV') throw error;
  }
  // the outputs folder is on another disk than metadata/
  const written = await replaceFromStream(studyDir, path, createReadStream(source));
  if (!written.ok) return written;
  await rm(source, {force: true});
  return ok(null);
}

/** Puts the collected files of a failed job in place of those kept of its action's attempt before. */
export async function keepFiles(dir: string, keptDir: string): Promise<void> {
  await rm(keptDir, {recursive: true, force: true});
  await mkdir(dirname(keptDir), {recursive: true, mode: 0o700});
  await rename(dir, keptDir);
}
