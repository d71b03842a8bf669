import {randomBytes} from 'node:crypto';
import {open, rename, rm, stat, type FileHandle} from 'node:fs/promises';
import {promisify} from 'node:util';
import {createGunzip, gunzipSync, gzip} from 'node:zlib';
import {openFile, piecesOf, readPieces, readStream} from '../files/openFile';
import type {LogLine, LogPage, WholeLine} from '../../shared/log';
import {BLOCK_BYTES, indexPath, readStarts, writeStarts, type BlockStart} from './lineIndex';
import {cutBlocks, type LogBlock} from './logBlocks';
import {beginsLine, createLineCutter, decodePiece, type LogPiece} from './logPieces';
import {shownText} from './shownText';

/** A kept log, to be read from any line on. */
export interface StoredLog {
  /** Lines of the job so far. */
  readonly totalLines: number;
  /** The blocks in their order, from the one in which this line begins. */
  blocksFrom(line: number): AsyncGenerator<LogBlock>;
  close(): Promise<void>;
}

/** Where the log of a job is once it has been compressed. */
export function compressedPath(path: string): string {
  return `${path}.gz`;
}

/** Below this size a log is not worth the work of compressing it. */
const SMALL_BYTES = 4096;

/** Characters of lines that one page holds at most, whatever was asked for. */
const PAGE_CHARACTERS = 8 * 1024 * 1024;

const packBlock = promisify<Buffer, {level: number}, Buffer>(gzip);

/** Replaces a finished log by its compressed form; a crash in between leaves one of the two whole. */
export async function compressLog(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null || found.size < SMALL_BYTES) return;
  await writeCompressed(compressedPath(path), readPieces(path));
  await rm(path, {force: true});
  await rm(indexPath(path), {force: true});
}

/** Writes a log as members of gzip, a block each, and the index that ends with the place behind the last of them. */
async function writeCompressed(target: string, source: AsyncIterable<Buffer>): Promise<void> {
  // two who read it may cut it at the same time
  const temporary = `${target}.${randomBytes(8).toString('hex')}.tmp`;
  const starts: BlockStart[] = [];
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      let at = 0;
      for await (const {line, lines, bytes} of cutBlocks(source, 0)) {
        const packed = await packBlock(bytes, {level: 4});
        await file.appendFile(packed);
        at += packed.length;
        starts.push({line: line + lines, at});
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
    await writeStarts(target, starts);
  } finally {
    await rm(temporary, {force: true});
  }
}

/** Opens a kept log, compressed or not; null where there is none. */
export async function openStoredLog(path: string): Promise<StoredLog | null> {
  const plain = await openIfThere(path);
  if (plain !== null) return openPlain(path, plain);
  const packed = await openIfThere(compressedPath(path));
  return packed === null ? null : openCompressed(compressedPath(path), packed);
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  return openFile(path).then(
    ({file}) => file,
    () => null,
  );
}

/** A log that may still grow: what it has behind the last block that its index knows is looked through. */
async function openPlain(path: string, file: FileHandle): Promise<StoredLog> {
  const stats = await file.stat();
  const {size} = stats;
  const known = await readStarts(path, size);
  const starts: BlockStart[] = [{line: 0, at: 0}, ...(known ?? [])];
  let end = starts.at(-1) ?? {line: 0, at: 0};
  const rest = piecesOf({file, stats}, {start: end.at, end: size});
  const found: BlockStart[] = [];
  for await (const {line, lines, bytes} of cutBlocks(rest, end.line)) {
    end = {line: line + lines, at: end.at + bytes.length};
    if (bytes.length >= BLOCK_BYTES) found.push(end);
  }
  starts.push(...found);
  // whoever could not write it here reads the log again
  if (known === null && found.length > 0) await writeStarts(path, found).catch(() => undefined);
  if (starts.at(-1)?.at !== end.at) starts.push(end);
  return indexed(file, starts, (bytes) => bytes);
}

async function openCompressed(path: string, file: FileHandle): Promise<StoredLog> {
  const {size} = await file.stat();
  const starts = await readStarts(path, size);
  if (starts?.at(-1)?.at === size)
    return indexed(file, [{line: 0, at: 0}, ...starts], (bytes) =>
      gunzipSync(bytes, {chunkSize: 2 * BLOCK_BYTES}),
    );
  await file.close();
  // of an earlier version, or its index is gone: it is cut into blocks now
  const cut = await writeCompressed(path, gunzipped(path)).then(
    () => true,
    () => false,
  );
  const anew = cut ? await openIfThere(path) : null;
  if (anew !== null && (await readStarts(path, (await anew.stat()).size)) !== null)
    return openCompressed(path, anew);
  await anew?.close();
  return fromTheStart(path);
}

function gunzipped(path: string): AsyncIterable<Buffer> {
  const source = readStream(path);
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  return source.pipe(gunzip);
}

/** A log of blocks; `starts` ends with the place behind the last one. */
function indexed(
  file: FileHandle,
  starts: readonly BlockStart[],
  unpack: (bytes: Buffer) => Buffer,
): StoredLog {
  return {
    totalLines: starts.at(-1)?.line ?? 0,
    async *blocksFrom(from) {
      for (let number = blockOf(starts, from); number + 1 < starts.length; number += 1) {
        const [start, next] = [starts[number], starts[number + 1]];
        if (start === undefined || next === undefined) return;
        const bytes = Buffer.allocUnsafe(next.at - start.at);
        const {bytesRead} = await file.read(bytes, 0, bytes.length, start.at);
        if (bytesRead < bytes.length) return;
        yield {line: start.line, lines: next.line - start.line, bytes: unpack(bytes)};
      }
    },
    close: () => file.close(),
  };
}

/** The last block that begins at or before a line. */
function blockOf(starts: readonly BlockStart[], line: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle]?.line ?? Infinity) <= line) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A compressed log without blocks, where none can be made: each reading goes through all of it. */
async function fromTheStart(path: string): Promise<StoredLog> {
  let totalLines = 0;
  for await (const chunk of cutBlocks(gunzipped(path), 0)) totalLines += chunk.lines;
  return {
    totalLines,
    blocksFrom: () => cutBlocks(gunzipped(path), 0),
    close: async () => undefined,
  };
}

/** Lines `fromSeq` on of a log, at most `limit`, and fewer where they are very long. */
export async function readLines(
  log: StoredLog,
  fromSeq: number,
  limit: number,
): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  let characters = 0;
  if (limit <= 0 || fromSeq >= log.totalLines) return lines;
  const full = (): boolean => lines.length >= limit || characters >= PAGE_CHARACTERS;
  for await (const block of log.blocksFrom(fromSeq)) {
    let seq = block.line;
    const cutter = createLineCutter((raw) => {
      if (full() || !beginsLine(raw, 0, raw.length)) return;
      seq += 1;
      if (seq <= fromSeq) return;
      const piece = decodePiece(raw);
      if (piece === null) return;
      const text = shownText(piece.text);
      characters += text.length;
      lines.push({time: piece.time, stream: piece.stream, text});
    });
    cutter.push(block.bytes);
    if (full()) break;
  }
  return lines;
}

/** A line as a job printed it, up to its first `most` characters; null where there is no such line. */
export async function readWholeLine(
  log: StoredLog,
  seq: number,
  most: number,
): Promise<WholeLine | null> {
  let stream: LogPiece['stream'] | null = null;
  let text = '';
  let ended = false;
  for await (const block of log.blocksFrom(seq)) {
    let at = block.line - 1;
    const cutter = createLineCutter((raw) => {
      const piece = ended ? null : decodePiece(raw);
      if (piece === null) return;
      if (piece.first) at += 1;
      if (piece.first && at === seq) stream = piece.stream;
      else if (piece.first || piece.stream !== stream) return;
      text += piece.text.toString('utf8');
      ended = piece.last || text.length > most;
    });
    cutter.push(block.bytes);
    if (ended || (stream === null && at > seq)) break;
  }
  if (stream === null) return null;
  return {text: text.slice(0, most).replace(/\r$/u, ''), cut: text.length > most};
}

/** Lines `fromSeq` on of a log as a page, at most `limit` of them. */
export async function readPage(
  log: StoredLog,
  jobId: string,
  fromSeq: number,
  limit: number,
  complete: boolean,
): Promise<LogPage> {
  const {totalLines} = log;
  const lines = await readLines(log, fromSeq, limit);
  return {jobId, firstSeq: Math.min(fromSeq, totalLines), lines, totalLines, complete};
}

/** Lines `fromSeq` on of a kept log, at most `limit`; null where the attempt has no log. */
export async function readAttemptLog(
  path: string,
  jobId: string,
  fromSeq: number,
  limit: number,
  complete: boolean,
): Promise<LogPage | null> {
  const log = await openStoredLog(path);
  if (log === null) return null;
  try {
    return await readPage(log, jobId, fromSeq, limit, complete);
  } finally {
    await log.close();
  }
}
