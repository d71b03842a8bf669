import {type FileHandle, open} from 'node:fs/promises';
import type {LogLine} from '../../shared/log';
import {systemErrorCode} from '../files/fileSystemError';
import {
  characterBoundary,
  createLineCutter,
  decodePiece,
  encodePiece,
  type LogPiece,
  PIECE_BYTES,
} from './logPieces';

/** Cuts one stream of a job into pieces, whatever its chunks. */
export interface PieceCutter {
  /** Takes a chunk, with its time where that is known better than by the clock. */
  push(chunk: Buffer, time?: string): void;
  /** Ends a line that has no line end. */
  end(): void;
}

/**
 * Cuts chunks of one stream at line ends, and lines longer than PIECE_BYTES between characters.
 * `skipBytes` are left out from the start: a replay gives again what was written before.
 */
export function createPieceCutter(
  stream: LogPiece['stream'],
  skipBytes: number,
  openLine: boolean,
  now: () => string,
  onPiece: (piece: LogPiece) => void,
): PieceCutter {
  let toSkip = skipBytes;
  let first = !openLine;
  // parts of a line whose end has not come; joined once, so that many small chunks stay linear
  let parts: Buffer[] = [];
  let held = 0;
  let time: string | undefined;

  const give = (text: Buffer, last: boolean) => {
    onPiece({time: time ?? now(), stream, first, last, text});
    first = last;
  };

  /** Everything held, copied, so that no chunk is kept alive by a slice of it. */
  const take = (): Buffer => {
    const text = Buffer.concat(parts);
    parts = [];
    held = 0;
    return text;
  };

  const giveLong = () => {
    let text = take();
    while (text.length > PIECE_BYTES) {
      const at = characterBoundary(text, PIECE_BYTES);
      give(text.subarray(0, at), false);
      text = text.subarray(at);
    }
    if (text.length > 0) {
      parts = [text];
      held = text.length;
    }
  };

  return {
    push(chunk, chunkTime) {
      let data = chunk;
      time = chunkTime;
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, data.length);
        toSkip -= skipped;
        data = data.subarray(skipped);
      }
      while (data.length > 0) {
        const end = data.indexOf(10);
        const part = end < 0 ? data : data.subarray(0, end);
        if (part.length > 0) parts.push(part);
        held += part.length;
        if (held > PIECE_BYTES) giveLong();
        if (end < 0) break;
        give(take(), true);
        data = data.subarray(end + 1);
      }
    },
    end() {
      if (held > 0 || !first) give(take(), true);
    },
  };
}

/** Longest text of a line in the live view, in characters; the file keeps all of it. */
export const SHOWN_LINE_LENGTH = 8192;

/** Listeners get a batch after this time or this many bytes, whichever comes first. */
const BATCH_MS = 100;
const BATCH_BYTES = 64 * 1024;

/** Writes one job's log: to its file first, then to listeners in numbered batches. */
export interface LogWriter {
  /** Takes raw bytes of one stream, with their time where it is known; resolves once there is room for more. */
  write(stream: LogPiece['stream'], chunk: Buffer, time?: string): Promise<void>;
  /** Everything is in the file and with the listeners; the file is closed. */
  end(): Promise<{readonly totalLines: number}>;
}

/** The text of a line as it is shown: decoded, without a final CR, cut where it is very long. */
export function shownText(text: Buffer): string {
  const shown = text.toString('utf8').replace(/\r$/u, '');
  return shown.length > SHOWN_LINE_LENGTH
    ? `${shown.slice(0, SHOWN_LINE_LENGTH)} … (line cut here)`
    : shown;
}

/** What a log file holds of a job that an earlier process of ours followed. */
interface Written {
  /** Bytes up to the last whole piece. */
  readonly size: number;
  readonly lines: number;
  readonly bytes: Readonly<Record<LogPiece['stream'], number>>;
  readonly open: Readonly<Record<LogPiece['stream'], boolean>>;
}

const NOTHING: Written = {
  size: 0,
  lines: 0,
  bytes: {stdout: 0, stderr: 0},
  open: {stdout: false, stderr: false},
};

/** Opens a new log, or one that an earlier process of ours began, which then ends with its last whole piece. */
async function openLog(path: string): Promise<{file: FileHandle; written: Written}> {
  const fresh = await open(path, 'ax', 0o600).catch((error: unknown) => {
    if (systemErrorCode(error) === 'EEXIST') return null;
    throw error;
  });
  if (fresh !== null) return {file: fresh, written: NOTHING};
  const file = await open(path, 'a+', 0o600);
  const {size} = await file.stat();
  const written = size === 0 ? NOTHING : await readWritten(file);
  if (written.size < size) await file.truncate(written.size);
  return {file, written};
}

async function readWritten(file: FileHandle): Promise<Written> {
  const found = {
    size: 0,
    lines: 0,
    bytes: {stdout: 0, stderr: 0},
    open: {stdout: false, stderr: false},
  };
  const cutter = createLineCutter((line) => {
    const piece = decodePiece(line);
    if (piece === null) return;
    found.size += line.length + 1;
    if (piece.first) found.lines += 1;
    found.bytes[piece.stream] += piece.text.length + (piece.last ? 1 : 0);
    found.open[piece.stream] = !piece.last;
  });
  for await (const chunk of file.createReadStream({start: 0, autoClose: false}))
    cutter.push(chunk as Buffer); // without an encoding, a stream of a file gives buffers
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
): Promise<LogWriter> {
  const {file, written} = await openLog(path);

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
    pending = [];
    pendingBytes = 0;
    shown = [];
    seq += lines.length;
    writing = writing
      .then(() => file.appendFile(Buffer.concat(parts)))
      .then(() => {
        if (lines.length > 0) onLines(firstSeq, lines);
      })
      .catch((error: unknown) => {
        failure ??= error;
      });
  };

  const take = (piece: LogPiece) => {
    for (const part of encodePiece(piece)) {
      pending.push(part);
      pendingBytes += part.length;
    }
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
    async write(stream, chunk, time) {
      cutters[stream].push(chunk, time);
      // the file's pace is the job's pace: what is read waits for what was read before
      await writing;
      if (failure !== null) throw asError(failure);
    },
    async end() {
      cutters.stdout.end();
      cutters.stderr.end();
      flush();
      await writing;
      await file.close();
      if (failure !== null) throw asError(failure);
      return {totalLines: seq};
    },
  };
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
