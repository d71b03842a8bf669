import {openFile, readRegularFile} from '../files/openFile';
import type {StagedEntry} from '../executor/executor';
import type {ContainerUser} from './containerSpec';
import {parentsOf} from './workspaceListing';

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

const ROOT: ContainerUser = {uid: 0, gid: 0};
/** Files up to this size are read whole. */
const SMALL_BYTES = 256 * 1024;
const CHUNK_BYTES = 1024 * 1024;

/** Entries as the middle of an archive (its end left out, so that pieces join), all owned by the container's user. */
export async function* packEntries(
  entries: readonly StagedEntry[],
  owner: ContainerUser | null,
): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    if (entry.source === null) yield header(entry, 0, owner);
    else yield* packFile(entry, entry.source, owner);
  }
}

/** A file made by us, at a path from the container's root. */
export function packText(path: string, text: string, owner: ContainerUser | null): Buffer {
  const content = Buffer.from(text);
  const size = content.length;
  const {uid, gid} = owner ?? ROOT;
  const mtimeSeconds = Math.floor(Date.now() / 1000);
  const about = {path, size, type: 'file', mode: 0o644, linkTarget: null} as const;
  return Buffer.concat([tarHeader({...about, mtimeSeconds, uid, gid}), content, padding(size)]);
}

/** A folder that nothing staged names: the workspace itself (`''`), or one that a staged file lies in. */
export function plainFolder(path: string): StagedEntry {
  const mtimeMs = Date.now();
  return {
    path,
    kind: 'directory',
    source: null,
    linkTarget: null,
    mode: 0o755,
    size: 0,
    mtimeMs,
    ctimeMs: 0,
    ino: 0,
  };
}

/** The entries, each after the folders it lies in: the engine would make missing ones for root only. */
export function withParents(
  entries: readonly StagedEntry[],
  known: ReadonlySet<string>,
): readonly StagedEntry[] {
  const seen = new Set(known);
  const all: StagedEntry[] = [];
  for (const entry of entries) {
    for (const parent of [...parentsOf(entry.path)].reverse()) {
      if (!seen.has(parent)) all.push(plainFolder(parent));
      seen.add(parent);
    }
    if (!seen.has(entry.path)) all.push(entry);
    seen.add(entry.path);
  }
  return all;
}

/** The size is taken from the open file, since it may have changed after it was staged. */
async function* packFile(
  entry: StagedEntry,
  source: string,
  owner: ContainerUser | null,
): AsyncGenerator<Buffer> {
  if (entry.size <= SMALL_BYTES) {
    const content = await readRegularFile(source);
    yield Buffer.concat([header(entry, content.length, owner), content, padding(content.length)]);
    return;
  }
  const {
    file,
    stats: {size},
  } = await openFile(source);
  try {
    yield header(entry, size, owner);
    let left = size;
    while (left > 0) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, left));
      const {bytesRead} = await file.read(chunk, 0, chunk.length);
      if (bytesRead === 0) throw new Error(`${entry.path} became shorter while it was read`);
      left -= bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
    yield padding(size);
  } finally {
    await file.close();
  }
}

function header(entry: StagedEntry, size: number, owner: ContainerUser | null): Buffer {
  const {uid, gid} = owner ?? ROOT;
  const {kind: type, mode, linkTarget} = entry;
  const path = entry.path === '' ? 'workspace/' : `workspace/${entry.path}`;
  const mtimeSeconds = Math.floor(entry.mtimeMs / 1000);
  return tarHeader({path, type, size, mode, mtimeSeconds, uid, gid, linkTarget});
}
