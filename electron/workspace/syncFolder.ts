import {open} from 'node:fs/promises';

/** Syncs that have not begun yet, by folder: one serves everyone who asks before it does. */
const waiting = new Map<string, Promise<void>>();
/** The latest sync of a folder that has begun or is to begin. */
const latest = new Map<string, Promise<void>>();

/**
 * Makes the names in a folder last, should the power go; Windows has no way to sync a folder and needs none. Those who
 * ask while a sync of the same folder is under way share the next one, so that many files cost few syncs.
 */
export function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return Promise.resolve();
  const shared = waiting.get(folder);
  if (shared !== undefined) return shared;
  const before = latest.get(folder) ?? Promise.resolve();
  const own = before
    .catch(() => undefined)
    .then(() => {
      waiting.delete(folder);
      return sync(folder);
    })
    .finally(() => {
      if (latest.get(folder) === own) latest.delete(folder);
    });
  waiting.set(folder, own);
  latest.set(folder, own);
  return own;
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
