import {execFile} from 'node:child_process';
import {open} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';

/** Least time from one sync of a folder to the next: what is written meanwhile shares it. */
const BATCH_MS = 20;

/** Syncs that have not begun yet, by folder: one serves everyone who asks before it does. */
const waiting = new Map<string, Promise<void>>();
/** When the next sync of a folder may begin. */
const free = new Map<string, Promise<void>>();

/**
 * Makes the names in a folder last, should the power go; Windows has no way to sync a folder and needs none. Those who
 * ask while a sync of the same folder is under way, or just over, share the next one: many files cost few syncs.
 */
export function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return Promise.resolve();
  const shared = waiting.get(folder);
  if (shared !== undefined) return shared;
  const turn = (free.get(folder) ?? Promise.resolve()).then(() => {
    waiting.delete(folder);
    return sync(folder);
  });
  waiting.set(folder, turn);
  const after = turn
    .catch(() => undefined)
    .then(() => delay(BATCH_MS))
    .then(() => {
      if (free.get(folder) === after) free.delete(folder);
    });
  free.set(folder, after);
  return turn;
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const AT_A_TIME = 16;
/** Files that are synced each, as a whole disk has more to write out. */
const FEW = 64;

/**
 * Makes files last that have been written and closed below a folder. Linux can write out a whole disk at once (`sync` of
 * its base system), which for thousands of files takes seconds rather than minutes; a few, and elsewhere all, are synced
 * each.
 */
export async function syncFiles(folder: string, files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  if (process.platform === 'linux' && files.length > FEW) {
    try {
      await promisify(execFile)('sync', ['-f', folder]);
      return;
    } catch {
      // not installed, or too old for it: a fault of the disk shows again below
    }
  }
  const queue = [...files];
  const worker = async (): Promise<void> => {
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) await syncFile(file);
  };
  await Promise.all(Array.from({length: AT_A_TIME}, worker));
}

/** Makes the content of a file last that has been written and closed. */
export async function syncFile(file: string): Promise<void> {
  // Windows syncs only what is open for writing
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
