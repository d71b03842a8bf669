/** Lengths in bytes, and places in the file formats of SQLite 3. */
const WAL_HEADER = 32;
const FRAME_HEADER = 24;
const MAGIC_LITTLE = 0x377f0682;
const MAGIC_BIG = 0x377f0683;
/** Where a database says how it is written and read; 1 is without a log beside it. */
const FORMAT_VERSIONS = 18;
const NO_WAL = 1;

/**
 * A database with what its write-ahead log holds, as SQLite itself would read the two: whole transactions up to the first
 * frame that is torn or left over. The answer is a database by itself, to be read without a file beside it.
 */
export function withWal(database: Buffer, wal: Buffer | null): Buffer {
  const merged = (wal === null ? null : applyFrames(database, wal)) ?? Buffer.from(database);
  if (merged.length > FORMAT_VERSIONS + 1)
    merged.fill(NO_WAL, FORMAT_VERSIONS, FORMAT_VERSIONS + 2);
  return merged;
}

/** Null for a log that is none, or not of this database. */
function applyFrames(database: Buffer, wal: Buffer): Buffer | null {
  if (wal.length < WAL_HEADER) return null;
  const magic = wal.readUInt32BE(0);
  const pageSize = wal.readUInt32BE(8);
  if (magic !== MAGIC_LITTLE && magic !== MAGIC_BIG) return null;
  // as SQLite itself asks of it
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return null;
  const isBig = magic === MAGIC_BIG;
  let sum = checksum(wal.subarray(0, 24), {first: 0, second: 0}, isBig);
  if (!isSum(wal, 24, sum)) return null;

  const salts = wal.subarray(16, 24);
  const committed = new Map<number, Buffer>();
  let pages = Math.ceil(database.length / pageSize);
  let uncommitted = new Map<number, Buffer>();
  const frameSize = FRAME_HEADER + pageSize;
  for (let at = WAL_HEADER; at + frameSize <= wal.length; at += frameSize) {
    const page = wal.subarray(at + FRAME_HEADER, at + frameSize);
    if (!wal.subarray(at + 8, at + 16).equals(salts)) break;
    sum = checksum(page, checksum(wal.subarray(at, at + 8), sum, isBig), isBig);
    if (!isSum(wal, at + 16, sum)) break;
    uncommitted.set(wal.readUInt32BE(at), page);
    const pagesAfter = wal.readUInt32BE(at + 4);
    if (pagesAfter === 0) continue;
    for (const [number, content] of uncommitted) committed.set(number, content);
    uncommitted = new Map();
    pages = pagesAfter;
  }

  // no database has more pages than it had and got
  if (pages * pageSize > database.length + wal.length) return null;
  const merged = Buffer.alloc(pages * pageSize);
  database.copy(merged);
  for (const [number, content] of committed)
    if (number >= 1 && number <= pages) content.copy(merged, (number - 1) * pageSize);
  return merged;
}

/** SQLite's running sum over words of four bytes, two at a time. */
interface Sum {
  readonly first: number;
  readonly second: number;
}

function checksum(bytes: Buffer, {first, second}: Sum, isBig: boolean): Sum {
  let [a, b] = [first, second];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    a = (a + word(bytes, at, isBig) + b) >>> 0;
    b = (b + word(bytes, at + 4, isBig) + a) >>> 0;
  }
  return {first: a, second: b};
}

function word(bytes: Buffer, at: number, isBig: boolean): number {
  return isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
}

function isSum(bytes: Buffer, at: number, {first, second}: Sum): boolean {
  return bytes.readUInt32BE(at) === first && bytes.readUInt32BE(at + 4) === second;
}
