import {readdir, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {indexPath} from './lineIndex';
import {compressedPath} from './storedLog';

/** Removes the oldest kept logs until the rest fit into the limit; records and `metadata/<action>.log` stay. */
export async function pruneLogs(
  folder: {
    /** A folder for each run. */
    readonly runs: string;
  },
  limitBytes: number,
): Promise<void> {
  const logs: {readonly path: string; readonly size: number}[] = [];
  const runs = (await readdir(folder.runs)).sort(
    (left, right) => Number.parseInt(right, 10) - Number.parseInt(left, 10),
  );
  for (const run of runs) {
    for (const name of await readdir(join(folder.runs, run)).catch((): string[] => [])) {
      // small ones are not compressed
      if (!name.endsWith('.log') && !name.endsWith(compressedPath('.log'))) continue;
      const path = join(folder.runs, run, name);
      const found = await stat(path).catch(() => null);
      if (found !== null) logs.push({path, size: found.size});
    }
  }
  let bytes = 0;
  for (const log of logs) {
    bytes += log.size;
    if (bytes <= limitBytes) continue;
    await rm(log.path, {force: true});
    await rm(indexPath(log.path), {force: true});
  }
}
