import {lstat, readdir} from 'node:fs/promises';
import {join} from 'node:path';

/** Bytes of all files below a folder, links not followed; null where part of it can't be read. */
export async function folderBytes(folder: string): Promise<number | null> {
  try {
    let sum = 0;
    for (const entry of await readdir(folder, {withFileTypes: true})) {
      const path = join(folder, entry.name);
      const bytes = entry.isDirectory() ? await folderBytes(path) : (await lstat(path)).size;
      if (bytes === null) return null;
      sum += bytes;
    }
    return sum;
  } catch {
    return null;
  }
}
