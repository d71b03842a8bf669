import {TAR_BLOCK} from './tarHeader';

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
export async function readFileHeader(read: ReadBytes): Promise<number | null> {
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
