import path from 'node:path';
import {readRegularFile} from '../files/openFile';

/** A file as the index of a working tree has it. */
export interface IndexEntry {
  /** In the repository, with `/`; what is no UTF-8 is replaced. */
  readonly path: string;
  /** The name as it is. */
  readonly name: Buffer;
  readonly oid: string;
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
  /** Not 0 for one side of what a merge could not join. */
  readonly stage: number;
  /** Git does not look at the file: sparse, or said to be unchanged. */
  readonly isSkipped: boolean;
}

/** Bytes of an index that is read: 10,000 files have about one million. */
const MOST_INDEX_BYTES = 256 * 1024 ** 2;
/** Before an entry's name: times, numbers, id and flags. */
const HEAD_BYTES = 62;

/** The entries of an index; none where there is no index. Throws for a kind that can't be read. */
export async function readIndex(gitDir: string): Promise<readonly IndexEntry[]> {
  const index = await readRegularFile(path.join(gitDir, 'index'), MOST_INDEX_BYTES).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    },
  );
  if (index === null) return [];
  const version = index.length < 12 ? 0 : index.readUInt32BE(4);
  if (index.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 4)
    throw new Error('The index of the repository is damaged.');
  const entries: IndexEntry[] = [];
  let at = 12;
  let before: Buffer = Buffer.alloc(0);
  for (let left = index.readUInt32BE(8); left > 0; left -= 1) {
    const flags = index.readUInt16BE(at + 60);
    const isLong = (flags & 0x4000) !== 0;
    const more = isLong ? index.readUInt16BE(at + HEAD_BYTES) : 0;
    let start = at + HEAD_BYTES + (isLong ? 2 : 0);
    let shared: Buffer = before.subarray(0, 0);
    if (version === 4) {
      // names are shortened by what they begin with as the one before
      const cut = readOffset(index, start);
      shared = before.subarray(0, before.length - cut.value);
      start = cut.end;
    }
    const end = index.indexOf(0, start);
    if (end < 0) throw new Error('The index of the repository is damaged.');
    const name = Buffer.concat([shared, index.subarray(start, end)]);
    entries.push({
      path: name.toString('utf8'),
      name,
      oid: index.toString('hex', at + 40, at + 60),
      mode: index.readUInt32BE(at + 24),
      size: index.readUInt32BE(at + 36),
      mtimeMs: index.readUInt32BE(at + 8) * 1000 + index.readUInt32BE(at + 12) / 1e6,
      stage: (flags >> 12) & 3,
      isSkipped: (flags & 0x8000) !== 0 || (more & 0x4000) !== 0,
    });
    before = name;
    // an entry is padded to eight bytes, with one zero at least
    at = version === 4 ? end + 1 : at + Math.floor((end - at + 8) / 8) * 8;
  }
  refuseParts(index, at);
  return entries;
}

/** A number in as many bytes as it takes, as packs have them too. */
function readOffset(bytes: Buffer, start: number): {readonly value: number; readonly end: number} {
  let at = start;
  let byte = bytes.readUInt8(at);
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    at += 1;
    byte = bytes.readUInt8(at);
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return {value, end: at + 1};
}

/** What follows the entries and begins with a small letter must be understood: parts of the index that lie elsewhere, or folders. */
function refuseParts(index: Buffer, start: number): void {
  for (let at = start; at + 28 <= index.length; at += 8 + index.readUInt32BE(at + 4))
    if (/^[a-z]/.test(index.toString('latin1', at, at + 4)))
      throw new Error('The index of the repository is split or sparse.');
}
