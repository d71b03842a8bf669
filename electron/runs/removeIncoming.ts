import {rm, rmdir} from 'node:fs/promises';

/**
 * Removes the folder through which a job's outputs came. Once all have been moved out it is empty, so nothing is
 * searched for; anything that lies there still goes too.
 */
export async function removeIncoming(dir: string): Promise<void> {
  try {
    await rmdir(dir);
  } catch {
    await rm(dir, {recursive: true, force: true});
  }
}
