import {readdir, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {compressedPath} from './attemptLog';
import type {StudyFolder} from './studyFolder';

/** Removes the oldest kept logs until the rest fit into the limit; records and `metadata/<action>.log` stay. */
export async function pruneLogs(folder: StudyFolder, limitBytes: number): Promise<void> {
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
    if (bytes > limitBytes) await rm(log.path, {force: true});
  }
}
