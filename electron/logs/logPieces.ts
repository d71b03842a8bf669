import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import {readPieces} from '../files/openFile';

/**
 * The format of a kept log: one piece a line, `<30 characters of time><mark><text>`.
 * A line of the job is one piece, or several where it is longer than PIECE_BYTES, so that a line of
 * any length passes through in bounded memory and nothing of it is lost.
 */
export interface LogPiece {
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  /** Begins a line of the job; otherwise it goes on with the line before of the same stream. */
  readonly first: boolean;
  /** Ends the line. */
  readonly last: boolean;
  /** Raw bytes, without the line end. */
  readonly text: Buffer;
}

/** Longest text of a piece, in bytes. */
export const PIECE_BYTES = 64 * 1024;

/** Characters of a time stamp: RFC 3339 in UTC with nanoseconds. */
export const TIME_LENGTH = 30;

const MARKS = {
  stdout: {whole: 'o', head: 'O', middle: 'P', tail: 'p'},
  stderr: {whole: 'e', head: 'E', middle: 'F', tail: 'f'},
} as const;

const NEWLINE = Buffer.from('\n');

function markOf(piece: LogPiece): string {
  const marks = MARKS[piece.stream];
  if (piece.first) return piece.last ? marks.whole : marks.head;
  return piece.last ? marks.tail : marks.middle;
}

/** A piece as it is written to a file, in parts that are to be joined. */
export function encodePiece(piece: LogPiece): readonly Buffer[] {
  return [Buffer.from(piece.time + markOf(piece), 'latin1'), piece.text, NEWLINE];
}

/** What the mark of a piece says. */
export type PieceMark = Omit<LogPiece, 'time' | 'text'>;

const MARKED = new Map<number, PieceMark>(
  (['stdout', 'stderr'] as const).flatMap((stream) => {
    const {whole, head, middle, tail} = MARKS[stream];
    return [
      [whole.charCodeAt(0), {stream, first: true, last: true}],
      [head.charCodeAt(0), {stream, first: true, last: false}],
      [middle.charCodeAt(0), {stream, first: false, last: false}],
      [tail.charCodeAt(0), {stream, first: false, last: true}],
    ] as const;
  }),
);

/** The mark at a place of what is written; null where there is none. */
export function markAt(written: string, at: number): PieceMark | null {
  return MARKED.get(written.charCodeAt(at)) ?? null;
}

/** A written piece without its line end; null for a line that was torn by a crash. */
export function decodePiece(line: Buffer): LogPiece | null {
  const mark = line.length > TIME_LENGTH ? MARKED.get(line[TIME_LENGTH] ?? 0) : undefined;
  if (mark === undefined) return null;
  const time = line.toString('latin1', 0, TIME_LENGTH);
  return {time, ...mark, text: line.subarray(TIME_LENGTH + 1)};
}

/** Splits chunks into lines at LF, holding back what has no end yet. */
export function createLineCutter(onLine: (line: Buffer) => void): {
  push(chunk: Buffer): void;
} {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(chunk) {
      let data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10)) {
        onLine(data.subarray(0, end));
        data = data.subarray(end + 1);
      }
      rest = data;
    },
  };
}

/** Where a stretch of bytes may be cut without tearing a UTF-8 character: `at` or up to three bytes before. */
export function characterBoundary(bytes: Buffer, at: number): number {
  for (let back = 0; back < 4 && at - back > 0; back += 1) {
    const byte = bytes[at - back];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return at - back;
  }
  return at;
}

/** Whether a written piece from `from` up to its line end at `end` begins a line of the job. */
export function beginsLine(bytes: Buffer, from: number, end: number): boolean {
  if (end - from <= TIME_LENGTH) return false;
  const mark = bytes[from + TIME_LENGTH];
  return mark === WHOLE_OUT || mark === WHOLE_ERR || mark === HEAD_OUT || mark === HEAD_ERR;
}

const WHOLE_OUT = MARKS.stdout.whole.charCodeAt(0);
const WHOLE_ERR = MARKS.stderr.whole.charCodeAt(0);
const HEAD_OUT = MARKS.stdout.head.charCodeAt(0);
const HEAD_ERR = MARKS.stderr.head.charCodeAt(0);

/** Whether a line of the job begins in these written pieces without ending in the same piece. */
export function holdsLongLine(bytes: Buffer): boolean {
  for (let from = 0, end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
    const mark = end - from > TIME_LENGTH ? bytes[from + TIME_LENGTH] : undefined;
    if (mark === HEAD_OUT || mark === HEAD_ERR) return true;
    from = end + 1;
  }
  return false;
}

/**
 * Whether the kept log of a job that has ended consists of whole pieces from its start to its end, and, where it is
 * compressed, can be unpacked. Reads all of it. Throws where it can't be read; `path` must be a regular file.
 */
export async function isWholeLog(path: string): Promise<boolean> {
  let isWhole = true;
  let endsInLine = true;
  const cutter = createLineCutter((line) => {
    if (decodePiece(line) === null) isWhole = false;
  });
  const check = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      cutter.push(chunk);
      if (chunk.length > 0) endsInLine = chunk.at(-1) === 10;
    }
  };
  const source = readPieces(path);
  if (!path.endsWith('.gz')) {
    await check(source);
    return isWhole && endsInLine;
  }
  const unpacked = await pipeline(source, createGunzip(), check).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code?.startsWith('Z_') === true) return false;
      throw error;
    },
  );
  return unpacked && isWhole && endsInLine;
}
