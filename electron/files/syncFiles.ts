import {execFile} from 'node:child_process';
import {open} from 'node:fs/promises';
import {promisify} from 'node:util';

const AT_A_TIME = 16;

/**
 * Makes files last that have been written and closed below a folder. Linux can write out a whole disk at once (`sync` of
 * its base system), which for thousands of files takes seconds rather than minutes; elsewhere each file is synced.
 */
export async function syncFiles(folder: string, files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  if (process.platform === 'linux') {
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

async function syncFile(file: string): Promise<void> {
  // Windows syncs only what is open for writing
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
