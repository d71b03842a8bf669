import {lstat, rename} from 'node:fs/promises';

/**
 * Moves what is damaged, or in the place of something else, out of the way, beside itself: nothing is ever thrown away.
 * Answers its new path, `<path>.damaged` or, where there is one already, `<path>.damaged-2` and so on.
 */
export async function setAside(path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const aside = `${path}.damaged${number === 1 ? '' : `-${number}`}`;
    if ((await lstat(aside).catch(() => null)) !== null) continue;
    await rename(path, aside);
    return aside;
  }
}
