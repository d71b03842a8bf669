import type {BigIntStats} from 'node:fs';
import {lstat, realpath} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {text as textFrom} from 'node:stream/consumers';
import * as z from 'zod';
import {systemErrorCode} from '../files/fileSystemError';
import {isOdd, isThere, openFile, parseJson, piecesOf, readJson} from '../files/openFile';
import {ProcessIdentity, processState, type ProcessState} from '../files/processIdentity';
import {isSameFolder} from './studyIdentity';
import {studyFolder} from './studyFolder';

/** What a lock file says of the process that took it. */
export const Holder = ProcessIdentity.extend({
  format: z.literal(1),
  token: z.string(),
  takenAt: z.string(),
  /** The study that it is the lock of, links resolved: a copy of the study holds a copy of the lock. */
  study: z.string().nullable(),
  /** Set where it is a workflow engine, in an exported copy of the study. */
  ranBy: z.literal('snakemake').exactOptional(),
});

/** The process that took a lock. */
export type Holder = z.infer<typeof Holder>;

/** Lies beside a study that is kept in step with one on another computer: its lock is that one's, and holds here too. */
export const FOLLOWED = 'followed.json';

/** A lock file as it was found. */
export interface FoundLock {
  /** Null where it can't be read: being written just now, or damaged. */
  readonly holder: Holder | null;
  /**
   * Whether its process lives: `dead` only where that is sure. Whatever can't be seen from here, such as a process of
   * another computer or container, is `unknown`, and judged by its heartbeat.
   */
  readonly process: ProcessState;
  /** Changes with each beat of its heart, and with each lock. */
  readonly stamp: string;
  /**
   * Milliseconds for which it has not changed before this process's own eyes: time in which nobody looked, such as
   * that of a computer asleep, in which its holder slept too, counts for little.
   */
  readonly silentMs: number;
}

/** How each lock was seen last, by a clock that nobody sets, and for how long it was watched as it is. */
const seen = new Map<
  string,
  {readonly stamp: string; readonly at: number; readonly silentMs: number}
>();

/** So much of the time from one look to the next counts as watched. */
const WATCHED_MS = 10_000;

/** Looks at a lock file; null where there is none. Throws what keeps it from being looked at. */
export async function lookAtLock(path: string): Promise<FoundLock | null> {
  const read = await readLock(path);
  if (read === null) {
    seen.delete(path);
    return null;
  }
  const {stamp, holder} = read;
  const now = performance.now();
  const before = seen.get(path);
  const silentMs =
    before?.stamp === stamp ? before.silentMs + Math.min(now - before.at, WATCHED_MS) : 0;
  seen.set(path, {stamp, at: now, silentMs});
  const process = holder === null ? read.process : await processOf(path, holder);
  return {holder, process, stamp, silentMs};
}

/** Of a lock; one of ours has a few hundred. */
const MOST_BYTES = 64 * 1024;

/** Opened each time, as a network disk may keep for a minute what it knows of a file that nobody opens. */
async function readLock(
  path: string,
): Promise<{stamp: string; holder: Holder | null; process: 'dead' | 'unknown'} | null> {
  const stampOf = ({dev, ino, mtimeNs, size}: BigIntStats): string =>
    [dev, ino, mtimeNs, size].join(' ');
  try {
    const opened = await openFile(path);
    try {
      const stamp = stampOf(await opened.file.stat({bigint: true}));
      const text = await textFrom(piecesOf(opened, {end: MOST_BYTES})).catch(() => '');
      const decoded = Holder.safeParse(parseJson(text));
      return {stamp, holder: decoded.success ? decoded.data : null, process: 'unknown'};
    } finally {
      await opened.file.close();
    }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    if (!isOdd(error)) throw error;
    // a folder, say: no process of ours holds that
    const stamp = stampOf(await lstat(path, {bigint: true}));
    return {stamp, holder: null, process: 'dead'};
  }
}

async function processOf(path: string, holder: Holder): Promise<ProcessState> {
  return (await isCopied(path, holder)) ? 'dead' : processState(holder);
}

/** A lock that came here with a copy of its study: the lock itself lies where the study was copied from. */
async function isCopied(path: string, {study, token}: Holder): Promise<boolean> {
  if (study === null) return false;
  const here = dirname(dirname(dirname(path)));
  if ((await realpath(here).catch(() => here)) === study) return false;
  if (await isThere(join(dirname(here), FOLLOWED))) return false;
  const there = Holder.safeParse(await readJson(studyFolder(study).lock));
  return there.success && there.data.token === token && !(await isSameFolder(here, study));
}
