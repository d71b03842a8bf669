import {BLOCK_BYTES} from './lineIndex';
import {beginsLine} from './logPieces';

/** A stretch of a kept log that begins and ends between two pieces. */
export interface LogBlock {
  /** The first line of the job that begins in it, from 0. */
  readonly line: number;
  /** Lines that begin in it. */
  readonly lines: number;
  /** Pieces as they are written, not compressed. */
  readonly bytes: Buffer;
}

/** How many lines of the job begin in these pieces; what a crash tore counts as none. */
function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let from = 0, end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
    if (beginsLine(bytes, from, end)) lines += 1;
    from = end + 1;
  }
  return lines;
}

/** Cuts the bytes of a log into blocks, the first of which begins at line `line`; a torn end is left out. */
export async function* cutBlocks(
  source: AsyncIterable<Buffer>,
  line: number,
): AsyncGenerator<LogBlock> {
  let parts: Buffer[] = [];
  let held = 0;
  let next = line;
  const block = (bytes: Buffer): LogBlock => {
    const lines = countLines(bytes);
    next += lines;
    return {line: next - lines, lines, bytes};
  };
  for await (const chunk of source) {
    parts.push(chunk);
    held += chunk.length;
    while (held >= BLOCK_BYTES) {
      const [first = chunk] = parts;
      const all = parts.length === 1 ? first : Buffer.concat(parts);
      const end = all.indexOf(10, BLOCK_BYTES - 1) + 1;
      parts = [all];
      if (end === 0) break;
      yield block(all.subarray(0, end));
      parts = [all.subarray(end)];
      held -= end;
    }
  }
  const rest = Buffer.concat(parts);
  const whole = rest.subarray(0, rest.lastIndexOf(10) + 1);
  if (whole.length > 0) yield block(whole);
}
