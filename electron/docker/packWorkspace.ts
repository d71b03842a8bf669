import {open, readFile} from 'node:fs/promises';
import type {StagedEntry} from '../engine/executor';
import {parentsOf} from './changedPaths';
import type {ContainerUser} from './containerSpec';
import {padding, tarHeader} from './tarHeader';

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
  return {path, kind: 'directory', source: null, linkTarget: null, mode: 0o755, size: 0, mtimeMs};
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
    const content = await readFile(source);
    yield Buffer.concat([header(entry, content.length, owner), content, padding(content.length)]);
    return;
  }
  const file = await open(source);
  try {
    const {size} = await file.stat();
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
