import {readdir, rm} from 'node:fs/promises';
import path from 'node:path';
import {systemErrorCode} from '../files/fileSystemError';

/** Removes what is left of a job's files among the incoming ones; `prefix` is what their paths begin with. */
export async function removeIncoming(prefix: string): Promise<void> {
  const folder = path.dirname(prefix);
  for (const name of await namesIn(folder))
    if (name.startsWith(`${path.basename(prefix)}-`))
      await rm(path.join(folder, name), {recursive: true, force: true});
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
