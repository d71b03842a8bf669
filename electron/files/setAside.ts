import {lstatSync, renameSync} from 'node:fs';
import {lstat, rename} from 'node:fs/promises';

/**
 * Moves what is damaged, or in the place of something else, out of the way, beside itself: nothing is ever thrown away.
 * Answers its new path, `<path>.damaged` or, where there is one already, `<path>.damaged-2` and so on.
 */
export async function setAside(path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const aside = asideName(path, number);
    if ((await lstat(aside).catch(() => null)) !== null) continue;
    await rename(path, aside);
    return aside;
  }
}

/** As `setAside`, for a folder in the place of a file that is written synchronously; anything else stays. */
export function setFolderAside(path: string): void {
  if (lstatSync(path, {throwIfNoEntry: false})?.isDirectory() !== true) return;
  let number = 1;
  while (lstatSync(asideName(path, number), {throwIfNoEntry: false}) !== undefined) number += 1;
  renameSync(path, asideName(path, number));
}

function asideName(path: string, number: number): string {
  return `${path}.damaged${number === 1 ? '' : `-${number}`}`;
}
