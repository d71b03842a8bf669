import {createReadStream, createWriteStream} from 'node:fs';
import {readdir, rename, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {createGunzip, createGzip} from 'node:zlib';
import type {LogLine, LogPage} from '../../shared/log';
import {createLineCutter, decodePiece} from './logPieces';
import {shownText} from './logWriter';
import type {StudyFolder} from './studyFolder';

/** Where the full log of one attempt is while the job runs; compressed, it has `.gz` at its end. */
export function compressedPath(path: string): string {
  return `${path}.gz`;
}

/** Below this size a log is not worth the work of compressing it. */
const SMALL_BYTES = 4096;

/** Replaces a finished log by its compressed form; a crash in between leaves one of the two whole. */
export async function compressLog(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null || found.size < SMALL_BYTES) return;
  const temporary = `${compressedPath(path)}.tmp`;
  await pipeline(
    createReadStream(path),
    createGzip({level: 4}),
    createWriteStream(temporary, {mode: 0o600}),
  );
  await rename(temporary, compressedPath(path));
  await rm(path, {force: true});
}

/** The kept log as bytes, compressed or not; null where there is none. */
async function openLog(path: string): Promise<Readable | null> {
  const plain = await stat(path).catch(() => null);
  if (plain?.isFile() === true) return createReadStream(path);
  const packed = await stat(compressedPath(path)).catch(() => null);
  if (packed?.isFile() !== true) return null;
  const source = createReadStream(compressedPath(path));
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  return source.pipe(gunzip);
}

/** Lines `fromSeq` on of a kept log, at most `limit`; null where the attempt has no log. */
export async function readAttemptLog(
  path: string,
  jobId: string,
  fromSeq: number,
  limit: number,
  complete: boolean,
): Promise<LogPage | null> {
  const content = await openLog(path);
  if (content === null) return null;
  const lines: LogLine[] = [];
  let seq = 0;
  const cutter = createLineCutter((raw) => {
    const piece = decodePiece(raw);
    if (piece === null || !piece.first) return;
    if (seq >= fromSeq && lines.length < limit)
      lines.push({time: piece.time, stream: piece.stream, text: shownText(piece.text)});
    seq += 1;
  });
  for await (const chunk of content) cutter.push(chunk as Buffer); // no encoding: buffers
  return {jobId, firstSeq: Math.min(fromSeq, seq), lines, totalLines: seq, complete};
}

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
