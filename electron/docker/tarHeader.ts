/** An archive entry's description; `size` in bytes, times in whole seconds. */
export interface TarEntry {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  readonly size: number;
  readonly mode: number;
  readonly mtimeSeconds: number;
  readonly uid: number;
  readonly gid: number;
  readonly linkTarget: string | null;
}

export const TAR_BLOCK = 512;
/** Two empty blocks end an archive. */
export const TAR_END = Buffer.alloc(2 * TAR_BLOCK);

const NAME_BYTES = 100;
const LARGEST_ID = 0o7777777;
const LARGEST_SIZE = 0o77777777777;
const TYPE_FLAGS = {file: '0', directory: '5', symlink: '2', extended: 'x'} as const;

/** The header block of an entry, preceded by an extended one (POSIX pax) where a value does not fit the old fields. */
export function tarHeader(entry: TarEntry): Buffer {
  const extended: string[] = [];
  const link = entry.linkTarget ?? '';
  if (Buffer.byteLength(entry.path) > NAME_BYTES) extended.push(record('path', entry.path));
  if (Buffer.byteLength(link) > NAME_BYTES) extended.push(record('linkpath', link));
  if (entry.size > LARGEST_SIZE) extended.push(record('size', String(entry.size)));
  if (entry.uid > LARGEST_ID) extended.push(record('uid', String(entry.uid)));
  if (entry.gid > LARGEST_ID) extended.push(record('gid', String(entry.gid)));
  const block = headerBlock(entry, TYPE_FLAGS[entry.type]);
  if (extended.length === 0) return block;
  const records = Buffer.from(extended.join(''));
  const about = {...entry, path: 'pax', size: records.length, linkTarget: null};
  return Buffer.concat([
    headerBlock(about, TYPE_FLAGS.extended),
    records,
    padding(records.length),
    block,
  ]);
}

/** What fills a content of `size` bytes up to whole blocks. */
export function padding(size: number): Buffer {
  return TAR_END.subarray(0, (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK);
}

function headerBlock(entry: TarEntry, typeFlag: string): Buffer {
  const block = Buffer.alloc(TAR_BLOCK);
  Buffer.from(entry.path).copy(block, 0, 0, NAME_BYTES);
  block.write(octal(entry.mode & 0o7777, 7), 100);
  block.write(octal(Math.min(entry.uid, LARGEST_ID), 7), 108);
  block.write(octal(Math.min(entry.gid, LARGEST_ID), 7), 116);
  block.write(octal(Math.min(entry.size, LARGEST_SIZE), 11), 124);
  block.write(octal(Math.min(Math.max(entry.mtimeSeconds, 0), LARGEST_SIZE), 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(typeFlag, 156);
  Buffer.from(entry.linkTarget ?? '').copy(block, 157, 0, NAME_BYTES);
  block.write('ustar\0' + '00', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return Math.floor(value).toString(8).padStart(digits, '0');
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function record(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (String(length).length !== String(rest).length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}
