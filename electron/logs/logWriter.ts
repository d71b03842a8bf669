import {type FileHandle, open} from 'node:fs/promises';
import type {LogLine} from '../../shared/log';
import {systemErrorCode} from '../files/fileSystemError';
import {openToAppend, piecesOf} from '../files/openFile';
import {createBlockCounter, openGrowingIndex, type BlockCounter} from './growingIndex';
import {createLineCutter, decodePiece, encodePiece, type LogPiece} from './logPieces';
import {createPieceCutter} from './pieceCutter';
import {shownText} from './shownText';

/** Listeners get a batch after this time or this many bytes, whichever comes first. */
const BATCH_MS = 100;
const BATCH_BYTES = 64 * 1024;

/** Writes one job's log: to its file first, then to listeners in numbered batches. */
export type LogWriter = Awaited<ReturnType<typeof openLogWriter>>;

/** What a log file holds of a job that an earlier process of ours followed. */
interface Written {
  /** Bytes up to the last whole piece. */
  readonly size: number;
  readonly lines: number;
  readonly bytes: Readonly<Record<LogPiece['stream'], number>>;
  readonly open: Readonly<Record<LogPiece['stream'], boolean>>;
  readonly blocks: BlockCounter;
}

const nothing = (): Written => ({
  size: 0,
  lines: 0,
  bytes: {stdout: 0, stderr: 0},
  open: {stdout: false, stderr: false},
  blocks: createBlockCounter(),
});

/** Opens a new log, or one that an earlier process of ours began, which then ends with its last whole piece. */
async function openLog(path: string): Promise<{file: FileHandle; written: Written}> {
  const fresh = await open(path, 'ax', 0o600).catch((error: unknown) => {
    if (systemErrorCode(error) === 'EEXIST') return null;
    throw error;
  });
  if (fresh !== null) return {file: fresh, written: nothing()};
  const file = await openToAppend(path, 0o600);
  const {size} = await file.stat();
  const written = size === 0 ? nothing() : await readWritten(file);
  if (written.size < size) await file.truncate(written.size);
  return {file, written};
}

async function readWritten(file: FileHandle): Promise<Written> {
  const found = {
    size: 0,
    lines: 0,
    bytes: {stdout: 0, stderr: 0},
    open: {stdout: false, stderr: false},
    blocks: createBlockCounter(),
  };
  const cutter = createLineCutter((line) => {
    const piece = decodePiece(line);
    if (piece === null) return;
    found.size += line.length + 1;
    if (piece.first) found.lines += 1;
    found.blocks.add(line.length + 1, piece.first);
    found.bytes[piece.stream] += piece.text.length + (piece.last ? 1 : 0);
    found.open[piece.stream] = !piece.last;
  });
  for await (const chunk of piecesOf({file, stats: await file.stat()})) cutter.push(chunk);
  return found;
}

/**
 * Opens the log of a job. Where the file holds a part already, after a crash of ours, the engine's
 * replay of the whole log goes on exactly behind it: no line twice, none missing.
 */
export async function openLogWriter(
  path: string,
  now: () => string,
  onLines: (firstSeq: number, lines: readonly LogLine[]) => void,
) {
  const {file, written} = await openLog(path);
  const {blocks} = written;
  const index = await openGrowingIndex(path, blocks.take());

  let seq = written.lines;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let shown: LogLine[] = [];
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let failure: unknown = null;

  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (pendingBytes === 0) return;
    const parts = pending;
    const lines = shown;
    const firstSeq = seq;
    const starts = blocks.take();
    pending = [];
    pendingBytes = 0;
    shown = [];
    seq += lines.length;
    writing = writing
      .then(() => file.appendFile(Buffer.concat(parts)))
      .then(() => index.append(starts))
      .then(() => {
        if (lines.length > 0) onLines(firstSeq, lines);
      })
      .catch((error: unknown) => {
        failure ??= error;
      });
  };

  const take = (piece: LogPiece) => {
    const before = pendingBytes;
    for (const part of encodePiece(piece)) {
      pending.push(part);
      pendingBytes += part.length;
    }
    blocks.add(pendingBytes - before, piece.first);
    if (piece.first)
      shown.push({time: piece.time, stream: piece.stream, text: shownText(piece.text)});
    if (pendingBytes >= BATCH_BYTES) flush();
    else timer ??= setTimeout(flush, BATCH_MS);
  };

  const cutters = {
    stdout: createPieceCutter('stdout', written.bytes.stdout, written.open.stdout, now, take),
    stderr: createPieceCutter('stderr', written.bytes.stderr, written.open.stderr, now, take),
  };

  return {
    /** Takes raw bytes of one stream, with their time where it is known; resolves once there is room for more. */
    async write(stream: LogPiece['stream'], chunk: Buffer, time?: string): Promise<void> {
      cutters[stream].push(chunk, time);
      // the file's pace is the job's pace: what is read waits for what was read before
      await writing;
      if (failure !== null) throw asError(failure);
    },
    /** Everything is in the file and with the listeners; the file is closed. */
    async end(): Promise<{readonly totalLines: number}> {
      cutters.stdout.end();
      cutters.stderr.end();
      flush();
      await writing;
      await index.close();
      await file.close();
      if (failure !== null) throw asError(failure);
      return {totalLines: seq};
    },
  };
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
