import {rm, rmdir} from 'node:fs/promises';
import {join} from 'node:path';

/**
 * Removes the folder through which a job's outputs came. What is left once all `placed` have been moved out is known
 * to be empty folders, so nothing is searched for; anything else that lies there goes too.
 */
export async function removeIncoming(dir: string, placed: readonly string[]): Promise<void> {
  const folders = new Set<string>();
  for (const path of placed)
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  const innermostFirst = [...folders].sort((one, other) => other.length - one.length);
  try {
    for (const folder of innermostFirst) await rmdir(join(dir, ...folder.split('/')));
    await rmdir(dir);
  } catch {
    await rm(dir, {recursive: true, force: true});
  }
}
