import type {Pieces} from './engineArchive';
import {TAR_BLOCK} from './packWorkspace';

/**
 * Reads the archive of one file in a container; rejects where it is not a regular file or the engine breaks off. The
 * engine's bytes are passed on as they come: a reader for any archive takes twice as long.
 */
export async function readOneFile(
  archive: Pieces,
  source: string,
  onFile: (size: number, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  const bytes = new ArchiveBytes(archive, source);
  try {
    const size = await readFileHeader((count) => bytes.exactly(count));
    if (size === null) throw new Error(`${source} is not a file`);
    await onFile(size, bytes.pieces(size));
    await bytes.skipRest();
  } finally {
    // the engine holds the container until it is rid of the rest
    await archive.return();
  }
}

/** An archive's bytes, taken in their order. */
class ArchiveBytes {
  private held: Buffer = Buffer.alloc(0);

  constructor(
    private readonly source: Pieces,
    private readonly name: string,
  ) {}

  async exactly(count: number): Promise<Buffer> {
    const bytes = Buffer.alloc(count);
    let filled = 0;
    for await (const piece of this.pieces(count)) filled += piece.copy(bytes, filled);
    return bytes;
  }

  async *pieces(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0;) {
      if (this.held.length === 0) {
        const next = await this.source.next();
        if (next.done === true) throw brokenOff(this.name);
        this.held = next.value;
      }
      const piece = this.held.subarray(0, left);
      this.held = this.held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Reads to the end: only then has the engine sent all. */
  async skipRest(): Promise<void> {
    while ((await this.source.next()).done !== true);
  }
}

/** An engine that was killed ends the connection like one that is done; the code says that it may be asked again. */
function brokenOff(source: string): Error {
  const error = new Error(`The engine broke off the archive of ${source}`);
  return Object.assign(error, {code: 'ECONNRESET'});
}

/** Reads exactly so many bytes of an archive. */
export type ReadBytes = (count: number) => Promise<Buffer>;

/** Flags of a regular file: of ustar, of the oldest archives, and of a file that lies in one piece. */
const FILE_FLAGS = ['0', '\0', '7'];
/** Extended headers for the next entry (POSIX pax). */
const EXTENDED = 'x';
/** Notes about the next entry or all of them, whose names we do not need: pax globals, GNU long names and links. */
const NOTES = ['g', 'L', 'K'];
/** The size field, in octal digits or, for GNU archives of more than 8 GB, as a marked number. */
const SIZE_AT = 124;
const SIZE_LENGTH = 12;
const MARK = 0x80;

/** Reads an archive up to the content of its first entry and gives its size; null where that is not a regular file. */
async function readFileHeader(read: ReadBytes): Promise<number | null> {
  let extendedSize: number | null = null;
  for (;;) {
    const block = await read(TAR_BLOCK);
    const flag = block.toString('latin1', 156, 157);
    const size = sizeIn(block);
    if (flag !== EXTENDED && !NOTES.includes(flag)) {
      return FILE_FLAGS.includes(flag) ? (extendedSize ?? size) : null;
    }
    const note = await read(Math.ceil(size / TAR_BLOCK) * TAR_BLOCK);
    if (flag === EXTENDED) extendedSize = sizeRecord(note.subarray(0, size)) ?? extendedSize;
  }
}

function sizeIn(block: Buffer): number {
  const field = block.subarray(SIZE_AT, SIZE_AT + SIZE_LENGTH);
  // six bytes hold what any disk does
  if (((field[0] ?? 0) & MARK) !== 0) return field.readUIntBE(SIZE_LENGTH - 6, 6);
  const digits = /^[\s\0]*([0-7]+)/u.exec(field.toString('latin1'))?.[1];
  if (digits === undefined) throw new Error('The archive has a size that is no number');
  return Number.parseInt(digits, 8);
}

/** The record `size` among `<length> <key>=<value>\n`; null without one. */
function sizeRecord(records: Buffer): number | null {
  for (let at = 0; at < records.length;) {
    const digits = /^\d+/u.exec(records.toString('latin1', at, at + 20))?.[0];
    if (digits === undefined) return null;
    const length = Number(digits);
    const record = records.toString('latin1', at + digits.length + 1, at + length - 1);
    if (record.startsWith('size=')) return Number(record.slice('size='.length));
    at += Math.max(1, length);
  }
  return null;
}
