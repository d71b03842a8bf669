import {readdir, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {systemErrorCode} from '../files/fileSystemError';
import {indexPath} from './lineIndex';
import {compressedPath} from './storedLog';

/** The full log of one attempt. */
export interface KeptLog {
  readonly path: string;
  readonly jobId: string;
  readonly size: number;
}

/** All logs that are kept, the newest run first. `runs` holds a folder for each run. */
export async function keptLogs(runs: string): Promise<readonly KeptLog[]> {
  const logs: KeptLog[] = [];
  const names = await readdir(runs).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  });
  const newestFirst = names.sort(
    (left, right) => Number.parseInt(right, 10) - Number.parseInt(left, 10),
  );
  for (const run of newestFirst) {
    for (const name of await readdir(join(runs, run)).catch((): string[] => [])) {
      // small ones are not compressed
      const ending = [compressedPath('.log'), '.log'].find((each) => name.endsWith(each));
      if (ending === undefined) continue;
      const path = join(runs, run, name);
      const found = await stat(path).catch(() => null);
      if (found !== null) logs.push({path, jobId: name.slice(0, -ending.length), size: found.size});
    }
  }
  return logs;
}

/** Removes the oldest kept logs until the rest fit into the limit; records and `metadata/<action>.log` stay. */
export async function pruneLogs(
  folder: {
    /** A folder for each run. */
    readonly runs: string;
  },
  limitBytes: number,
): Promise<void> {
  let bytes = 0;
  const beyond: KeptLog[] = [];
  for (const log of await keptLogs(folder.runs)) {
    bytes += log.size;
    if (bytes > limitBytes) beyond.push(log);
  }
  await removeLogs(beyond);
}

/** Removes logs, with what helps to read them. */
export async function removeLogs(logs: readonly KeptLog[]): Promise<void> {
  for (const {path} of logs) {
    await rm(path, {force: true});
    await rm(indexPath(path), {force: true});
  }
}
