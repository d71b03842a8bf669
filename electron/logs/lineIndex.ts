import {readRegularFile} from '../files/openFile';
import {writeFileAtomically} from '../files/writeAtomically';

/** Where a block of a kept log begins. */
export interface BlockStart {
  /** The first line of the job that begins in it, from 0. */
  readonly line: number;
  /** Offset in the file, in bytes. */
  readonly at: number;
}

/** Bytes of log that a block holds at least, before it is compressed; only a log's last one holds fewer. */
export const BLOCK_BYTES = 128 * 1024;

/** Begins an index, and says that its entries are pairs of 64-bit floats, little end first. */
const MAGIC = Buffer.from('lines1\n\0', 'latin1');
const ENTRY_BYTES = 16;

/** Where the index of a kept log lies. */
export function indexPath(logPath: string): string {
  return `${logPath}.lines`;
}

/** The beginning of an index, to which entries are appended. */
export function encodeStarts(starts: readonly BlockStart[], withHead: boolean): Buffer {
  const entries = Buffer.alloc(starts.length * ENTRY_BYTES);
  starts.forEach(({line, at}, index) => {
    entries.writeDoubleLE(line, index * ENTRY_BYTES);
    entries.writeDoubleLE(at, index * ENTRY_BYTES + 8);
  });
  return withHead ? Buffer.concat([MAGIC, entries]) : entries;
}

/**
 * The starts of a log's second and further blocks as its index has them; null where there is no index, or one that
 * can't be of a log of this size. An index that is being written may end in the middle of an entry.
 */
export async function readStarts(
  logPath: string,
  logBytes: number,
): Promise<readonly BlockStart[] | null> {
  const bytes = await readRegularFile(indexPath(logPath)).catch(() => null);
  if (bytes === null || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const starts: BlockStart[] = [];
  let last: BlockStart = {line: 0, at: 0};
  for (let at = MAGIC.length; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    const start = {line: bytes.readDoubleLE(at), at: bytes.readDoubleLE(at + 8)};
    const grows = start.line >= last.line && start.at > last.at && start.at <= logBytes;
    if (!grows || !Number.isInteger(start.line) || !Number.isInteger(start.at)) return null;
    starts.push(start);
    last = start;
  }
  return starts;
}

/** Writes the whole index of a log, old or new and never torn. */
export async function writeStarts(logPath: string, starts: readonly BlockStart[]): Promise<void> {
  await writeFileAtomically(indexPath(logPath), encodeStarts(starts, true), 0o600);
}
