import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {systemErrorCode} from './fileSystemError';

/** A file by its path in the folder that was looked through, with `/`. */
export interface FileBelow {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** All files below a folder, which may not be there; links are passed over. Node 18.15 has no recursive `readdir`. */
export async function filesBelow(folder: string, prefix = ''): Promise<readonly FileBelow[]> {
  const entries = await readdir(folder, {withFileTypes: true}).catch((error: unknown) => {
    if (prefix === '' && systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly FileBelow[]> => {
      const path = `${prefix}${entry.name}`;
      const inside = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(inside, `${path}/`);
      return entry.isFile() ? [{path, size: (await stat(inside)).size}] : [];
    }),
  );
  return found.flat();
}
