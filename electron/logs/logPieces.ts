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

/** A written piece without its line end; null for a line that was torn by a crash. */
export function decodePiece(line: Buffer): LogPiece | null {
  if (line.length <= TIME_LENGTH) return null;
  const time = line.toString('latin1', 0, TIME_LENGTH);
  const mark = line.toString('latin1', TIME_LENGTH, TIME_LENGTH + 1);
  const text = line.subarray(TIME_LENGTH + 1);
  for (const stream of ['stdout', 'stderr'] as const) {
    const marks = MARKS[stream];
    if (mark === marks.whole) return {time, stream, first: true, last: true, text};
    if (mark === marks.head) return {time, stream, first: true, last: false, text};
    if (mark === marks.middle) return {time, stream, first: false, last: false, text};
    if (mark === marks.tail) return {time, stream, first: false, last: true, text};
  }
  return null;
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
