import {readdir, readlink, realpath} from 'node:fs/promises';
import {join} from 'node:path';

/**
 * Which of these study-relative files another program has open. Linux shows it through /proc; Windows
 * refuses the replacement itself, which the error then says, and macOS replaces open files without harm.
 */
export async function openElsewhere(
  studyDir: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  if (process.platform !== 'linux' || paths.length === 0) return [];
  const wanted = new Map<string, string>();
  for (const path of paths) {
    const real = await realpath(join(studyDir, path)).catch(() => null);
    if (real !== null) wanted.set(real, path);
  }
  const open = new Set<string>();
  for (const pid of await readdir('/proc').catch((): string[] => [])) {
    if (!/^\d+$/u.test(pid) || Number(pid) === process.pid) continue;
    const files = `/proc/${pid}/fd`;
    for (const file of await readdir(files).catch((): string[] => [])) {
      const path = wanted.get(await readlink(join(files, file)).catch(() => ''));
      if (path !== undefined) open.add(path);
    }
  }
  return paths.filter((path) => open.has(path));
}
