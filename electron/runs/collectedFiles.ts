import {createHash} from 'node:crypto';
import {mkdir, readdir, rename, rm, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {type AppError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {RunningJob} from '../executor/executor';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {unsafeReason} from '../files/studyPath';
import {syncFiles} from '../files/syncToDisk';
import {
  moveIntoFolder,
  openMakingFolder,
  writeHashed,
  type WrittenFile,
} from '../files/writeAtomically';
import type {RunPorts} from './runPorts';

/** A file of a job, received whole. */
export interface CollectedFile {
  /** Path in the workspace, and so in the study. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hex digits. */
  readonly sha256: string;
}

/** Files whose last bytes are on their way to the disk while the next are being received. */
const SYNCING = 16;
/** Files that are synced one by one; of a job with more, the others are synced together at the end. */
const SYNCED_EACH = 256;

/** A file written, with what is left to be done for it to last. */
interface ReceivedFile {
  readonly file: CollectedFile;
  readonly synced: Promise<void>;
}

/** Writes one file of a job; it is closed, and synced if asked for, behind the next ones. */
async function receive(
  target: string,
  path: string,
  content: AsyncIterable<Buffer>,
  sync: boolean,
): Promise<ReceivedFile> {
  // over what an attempt cut short has left of it
  const handle = await openMakingFolder(target, 'w', 0o644, 0o700);
  let written: WrittenFile;
  try {
    written = await writeHashed(handle, content);
  } catch (error) {
    await handle.close();
    throw error;
  }
  const synced = sync ? handle.sync().finally(() => handle.close()) : handle.close();
  // a fault shows where it is waited for
  synced.catch(() => undefined);
  // spelt out: objects made by spreading have a shape each, which for 100,000 files is a lot of memory
  return {file: {path, size: written.size, sha256: written.sha256}, synced};
}

/** What the paths of a job's files begin with while they are on their way. */
export function incomingPrefix(ports: Pick<RunPorts, 'folder'>, jobId: string): string {
  return join(ports.folder.incoming, jobId);
}

/**
 * Where a collected file lies before it is moved to its place. The files of all jobs lie in one folder, by names of one
 * length that begin with their job's: a folder, made and removed for each job, would cost more than the files.
 */
export function incomingFile(prefix: string, path: string): string {
  return `${prefix}-${createHash('sha256').update(path).digest('hex')}`;
}

/**
 * Takes files out of a job that has ended into our folder of incoming files, all of them or, on any fault, none:
 * nothing in the study is touched before everything is here and on disk.
 */
export async function collectFiles(
  job: RunningJob,
  paths: readonly string[],
  prefix: string,
  signal: AbortSignal,
): Promise<Result<readonly CollectedFile[], AppError>> {
  const files: CollectedFile[] = [];
  // the engine's names are texts of their own; those that were asked for are there already
  const wanted = new Map(paths.map((path) => [path, path]));
  const syncing: Promise<void>[] = [];
  const unsynced: string[] = [];
  let failure: unknown = null;
  let brokenOff: unknown = null;
  const watched = async function* (content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      yield* content;
    } catch (error) {
      brokenOff = error;
      throw error;
    }
  };
  try {
    if (paths.length === 0) return ok([]);
    const collected = await job.collect(
      paths,
      async (given, _size, content) => {
        try {
          const path = wanted.get(given) ?? given;
          if (unsafeReason(path) !== null) throw new Error(`The engine gave the path ${path}`);
          const target = incomingFile(prefix, path);
          const sync = files.length < SYNCED_EACH;
          const received = await receive(target, path, watched(content), sync);
          files.push(received.file);
          if (!sync) unsynced.push(target);
          syncing.push(received.synced);
          if (syncing.length >= SYNCING) await syncing.shift();
        } catch (error) {
          // the executor passes our fault on in words of its own; ours say more. What broke off is its own to explain: an
          // engine that went away is asked again
          if (error !== brokenOff) failure ??= error;
          throw error;
        }
      },
      signal,
    );
    if (failure !== null) return err(notSaved(failure));
    await Promise.all(syncing);
    if (!collected.ok) return collected;
    await syncFiles(dirname(prefix), unsynced);
    const missing = paths.length - files.length;
    if (missing > 0)
      return failWith('bug', `The engine did not send ${missing} of the job's outputs.`);
    return ok(files);
  } catch (error) {
    return err(notSaved(failure ?? error));
  }
}

function notSaved(error: unknown): AppError {
  return fileSystemError("The job's outputs could not be saved.", error);
}

/** Puts the collected files of a failed job, by their own names, in place of those kept of its action's attempt before. */
export async function keepFiles(
  prefix: string,
  paths: readonly string[],
  keptDir: string,
): Promise<void> {
  const tree = `${prefix}-kept`;
  for (const path of paths) await moveIntoFolder(incomingFile(prefix, path), join(tree, path));
  await rm(keptDir, {recursive: true, force: true});
  await mkdir(dirname(keptDir), {recursive: true, mode: 0o700});
  await rename(tree, keptDir);
}

/** When the first of a job's files was received, in milliseconds since 1970; null where it lies there no more. */
export async function receivedAt(prefix: string, paths: readonly string[]): Promise<number | null> {
  const [first] = paths;
  if (first === undefined) return null;
  const found = await stat(incomingFile(prefix, first)).catch(() => null);
  return found === null ? null : Math.round(found.mtimeMs);
}

/** How the note of a job's swap ends, which lies among the incoming files (placeOutputs). */
export const SWAP_ENDING = '-swap';

/**
 * Removes what is left of a job's files among the incoming ones; `prefix` is what their paths begin with. While there is a
 * note of its swap, old outputs are among them: then nothing is removed.
 */
export async function removeIncoming(prefix: string): Promise<void> {
  const folder = dirname(prefix);
  const names = (await namesIn(folder)).filter((name) => name.startsWith(`${basename(prefix)}-`));
  if (names.includes(`${basename(prefix)}${SWAP_ENDING}`)) return;
  for (let first = 0; first < names.length; first += SYNCING)
    await Promise.all(
      names
        .slice(first, first + SYNCING)
        .map((name) => rm(join(folder, name), {recursive: true, force: true})),
    );
}

/** The names in a folder; none where there is no folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
