import {createHash} from 'node:crypto';
import {link, lstat, open, rename, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import * as z from 'zod';
import type {AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {recordedInStudy} from '../files/studyPath';
import {syncFolder} from '../files/syncToDisk';
import {
  moveIntoFolder,
  openMakingFolder,
  refuseFolder,
  siblingOf,
  writeHashed,
} from '../files/writeAtomically';
import {parseJson, readPieces, readText} from '../files/openFile';
import {incomingFile, namesIn, removeIncoming, SWAP_ENDING} from './collectedFiles';

/** Files of one job that are moved at the same time. */
const AT_A_TIME = 32;

/** What is noted of a job's outputs before the first of them is moved, so that all of it can be taken back. */
const Swap = z.object({
  format: z.literal(1),
  /** Study-relative. */
  paths: z.array(z.string()),
  /** The study's folder is on another disk than ours: the new files are copied beside their targets first. */
  beside: z.boolean(),
  /** All of those are there; before, no target has been touched. */
  laid: z.boolean(),
  /** What the names of those files are made from, another for each holder of the study's lock. */
  holder: z.string(),
});
type Swap = z.infer<typeof Swap>;

/** Where one output is, and the files that stand in for it while it is swapped. */
interface Place {
  readonly target: string;
  /** The new file as it was collected. */
  readonly collected: string;
  /** The new file, ready to be moved over the target. */
  readonly fresh: string;
  /** The old file, while it may have to come back. */
  readonly aside: string;
}

/** A fault with one output. */
class PlacingError extends Error {
  constructor(
    readonly path: string,
    override readonly cause: unknown,
  ) {
    super(`${path} could not be placed`);
  }
}

/**
 * Puts the collected files of a job in their places in the study, each in one step: all of them or, on any fault, none,
 * and the new ones lie where they lay before. What they replaced is kept until `forgetReplaced`, so that a job that
 * does not come to its good end gets it back (`settleSwaps`). One file that was moved already, before a crash, is
 * passed over. With `noted` a swap is noted for one file too, so that it can be taken back.
 */
export async function placeFiles(
  studyDir: string,
  prefix: string,
  paths: readonly string[],
  noted = false,
): Promise<Result<null, AppError>> {
  for (const path of paths) {
    const target = recordedInStudy(studyDir, path);
    if (!target.ok) return target;
  }
  try {
    const [only] = paths;
    if (only === undefined) return ok(null);
    const isMoved = !noted && paths.length === 1 && (await moveAlone(studyDir, prefix, only));
    // which paths are on another disk is only known by trying: bind mounts of one disk can't be distinguished from folders
    if (!isMoved && !(await swap(studyDir, prefix, paths, false)))
      await swap(studyDir, prefix, paths, true);
    return ok(null);
  } catch (error) {
    const [path, cause] =
      error instanceof PlacingError ? [error.path, error.cause] : [paths[0] ?? '', error];
    return err(fileSystemError(`"${path}" could not be saved in the study.`, cause));
  }
}

/** Moves the only output of a job, which is all or nothing by itself; false where it lies on another disk. */
async function moveAlone(studyDir: string, prefix: string, path: string): Promise<boolean> {
  const {target, collected} = placeOf(studyDir, prefix, path, null);
  try {
    await moveIntoFolder(collected, target);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EXDEV') return false;
    // moved before a crash of ours
    if (code === 'ENOENT') return true;
    throw new PlacingError(path, error);
  }
}

/** Swaps all outputs of a job; false, and nothing changed, where that needs `beside`. */
async function swap(
  studyDir: string,
  prefix: string,
  paths: readonly string[],
  beside: boolean,
): Promise<boolean> {
  const holder = basename(dirname(prefix));
  const noted: Swap = {format: 1, paths: [...paths], beside, laid: !beside, holder};
  const place = (path: string): Place => placeOf(studyDir, prefix, path, noted);
  await expectCollected(prefix, paths);
  try {
    await note(prefix, noted);
    if (beside) {
      await each(paths, (path) => layBeside(place(path)));
      await note(prefix, {...noted, laid: true});
    }
    await each(paths, (path) => swapOne(place(path)));
    return true;
  } catch (error) {
    if (!(await putBack(studyDir, prefix)) && beside)
      await each(paths, (path) => takeAway(place(path)));
    const cause = error instanceof PlacingError ? error.cause : error;
    if (!beside && systemErrorCode(cause) === 'EXDEV') return false;
    throw error;
  }
}

/** A file that is not among the incoming ones would count as placed already, and cost the old one. */
async function expectCollected(prefix: string, paths: readonly string[]): Promise<void> {
  const names = new Set(await namesIn(dirname(prefix)));
  const missing = paths.find((path) => !names.has(basename(incomingFile(prefix, path))));
  if (missing !== undefined)
    throw new PlacingError(missing, new Error('It is no longer among the collected files.'));
}

/** Copies a new file beside its target and waits for the disk. */
async function layBeside({collected, fresh}: Place): Promise<void> {
  const file = await openMakingFolder(fresh, 'w', 0o644);
  try {
    await writeHashed(file, readPieces(collected));
    await file.sync();
  } finally {
    await file.close();
  }
}

async function swapOne({target, fresh, aside}: Place): Promise<void> {
  await setAside(target, aside);
  await moveIntoFolder(fresh, target);
}

/** Gives the old file a second name, so that its place is never empty, or where that can't be done another one. */
async function setAside(target: string, aside: string): Promise<void> {
  try {
    await link(target, aside);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    await refuseFolder(target);
    await rename(target, aside);
  }
}

/** Removes what one that lost the study amid a swap has laid beside an output since, which nobody else knows of. */
async function takeAway({target, fresh, aside}: Place): Promise<void> {
  await rm(fresh, {force: true});
  if (!(await isThere(target))) await moveIfThere(aside, target);
  await rm(aside, {force: true});
}

/**
 * Takes a swap back, however far it came; safe to do again. The new files lie where they were collected. False where
 * none is noted.
 */
async function putBack(studyDir: string, prefix: string): Promise<boolean> {
  const noted = await readSwap(prefix);
  if (noted === null) return false;
  const {beside, laid} = noted;
  await each(noted.paths, async (path) => {
    const {target, collected, fresh, aside} = placeOf(studyDir, prefix, path, noted);
    if (!laid) {
      await rm(fresh, {force: true});
      return;
    }
    const isPlaced = !(await isThere(fresh));
    if (isPlaced && !beside) await moveIfThere(target, collected);
    else if (isPlaced && !(await isThere(aside))) await rm(target, {force: true});
    await moveIfThere(aside, target);
    // moving one name of a file over its other does nothing
    await rm(aside, {force: true});
    if (beside) await rm(fresh, {force: true});
  });
  await syncPlaces(studyDir, noted.paths);
  await rm(swapFile(prefix), {force: true});
  return true;
}

/** Forgets what a job's outputs replaced; to be called once its success is on disk. */
export async function forgetReplaced(studyDir: string, prefix: string): Promise<void> {
  const noted = await readSwap(prefix);
  if (noted === null) return;
  if (noted.beside)
    await each(noted.paths, (path) =>
      rm(placeOf(studyDir, prefix, path, noted).aside, {force: true}),
    );
  await rm(swapFile(prefix), {force: true});
  await removeIncoming(prefix);
}

/**
 * Ids of swaps that put earlier outputs back begin so; the others are those of jobs. Their files among the incoming ones
 * are copies, of no use once the swap is settled.
 */
const RESTORE = 'restore-';

/** The id of the swap that puts outputs back at a time (ISO 8601, never the same in one study). */
export function restoreId(restoredAt: string): string {
  return `${RESTORE}${restoredAt.replace(/\D/gu, '')}`;
}

/**
 * Settles what a process that was killed has left half done: the outputs of a swap that is known to have come to its good
 * end stay, of any other the old ones come back. To be called with the study's lock in hand, before anything is placed.
 */
export async function settleSwaps(
  studyDir: string,
  incoming: string,
  goodIds: () => Promise<ReadonlySet<string>>,
): Promise<Result<null, AppError>> {
  const names = await namesIn(incoming);
  // of a swap that had not begun
  for (const name of names.filter((each) => each.endsWith(`${SWAP_ENDING}.tmp`)))
    await rm(join(incoming, name), {force: true});
  const left = names.filter((name) => name.endsWith(SWAP_ENDING));
  const good = left.length === 0 ? new Set<string>() : await goodIds();
  for (const name of left) {
    const id = name.slice(0, -SWAP_ENDING.length);
    const settled = await settleSwap(studyDir, join(incoming, id), good.has(id));
    if (!settled.ok) return settled;
  }
  // listed anew: what had been placed is among them again where it was taken back
  for (const name of await namesIn(incoming))
    if (name.startsWith(RESTORE)) await rm(join(incoming, name), {force: true});
  return ok(null);
}

/** Settles one swap: the new files stay for good, or the old ones come back; nothing where there is no note of it. */
export async function settleSwap(
  studyDir: string,
  prefix: string,
  isGood: boolean,
): Promise<Result<null, AppError>> {
  try {
    await (isGood ? forgetReplaced(studyDir, prefix) : putBack(studyDir, prefix));
    return ok(null);
  } catch (error) {
    if (!(error instanceof PlacingError)) throw error;
    const message = `The earlier "${error.path}" could not be restored after an interrupted run.`;
    return err(fileSystemError(message, error.cause));
  }
}

/** Makes the moves of placed files last, should the power go. */
export async function syncPlaces(studyDir: string, paths: readonly string[]): Promise<void> {
  const folders = new Set(paths.map((path) => dirname(join(studyDir, ...path.split('/')))));
  for (const folder of folders) if (await isThere(folder)) await syncFolder(folder);
}

/** Where a file of a job is placed, as a swap is noted; null for one that is moved alone. */
function placeOf(studyDir: string, prefix: string, path: string, swap: Swap | null): Place {
  const target = join(studyDir, ...path.split('/'));
  const collected = incomingFile(prefix, path);
  if (swap?.beside !== true)
    return {target, collected, fresh: collected, aside: `${collected}-old`};
  const name = basename(collected);
  const marked = createHash('sha256').update(`${swap.holder} ${name}`).digest('hex');
  const mark = marked.slice(-16);
  return {
    target,
    collected,
    fresh: siblingOf(target, `.${mark}.tmp`),
    aside: siblingOf(target, `.${mark}.old`),
  };
}

function swapFile(prefix: string): string {
  return `${prefix}${SWAP_ENDING}`;
}

async function note(prefix: string, noted: Swap): Promise<void> {
  const file = swapFile(prefix);
  // its folder is there, as the files are: gone, another process has taken them over, and nothing may be touched any more
  const handle = await open(`${file}.tmp`, 'w', 0o600);
  try {
    await handle.writeFile(JSON.stringify(noted));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.tmp`, file);
}

async function readSwap(prefix: string): Promise<Swap | null> {
  try {
    const decoded = Swap.safeParse(parseJson(await readText(swapFile(prefix))));
    return decoded.success ? decoded.data : null;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Asked before, as a move to another disk is refused whether the file is there or not. */
async function moveIfThere(source: string, target: string): Promise<void> {
  if (await isThere(source)) await rename(source, target);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
}

/** Does something with each path, a few at a time; begins with no more after the first fault. */
async function each(
  paths: readonly string[],
  work: (path: string) => Promise<void>,
): Promise<void> {
  let next = 0;
  const faults: PlacingError[] = [];
  const worker = async (): Promise<void> => {
    while (faults.length === 0) {
      const path = paths[next];
      next += 1;
      if (path === undefined) return;
      try {
        await work(path);
      } catch (error) {
        faults.push(new PlacingError(path, error));
      }
    }
  };
  await Promise.all(Array.from({length: Math.min(AT_A_TIME, paths.length)}, worker));
  const [first] = faults;
  if (first !== undefined) throw first;
}
