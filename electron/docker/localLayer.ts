import {
  access,
  constants,
  type FileHandle,
  lstat,
  readdir,
  readlink,
  realpath,
} from 'node:fs/promises';
import path from 'node:path';
import type {FileSink} from '../executor/executor';
import {systemErrorCode} from '../files/fileSystemError';
import {entryOf, type LookAt, WORKSPACE} from '../files/workspaceEntries';
import {BUFFER_BYTES, giveBack, takeBuffer} from '../files/writeAtomically';
import {openFile} from '../files/openFile';
import type {StagedFile} from './workspaceListing';

/** What a look at a container's files on this computer's own disk shows of the staged ones. */
export interface LayerLook {
  /** The workspace, as far as it lies in the layer. */
  readonly folder: string;
  /** Staged paths that were read. */
  readonly read: readonly string[];
  /** Staged paths whose content was changed. */
  readonly modified: readonly string[];
  /** Every workspace path there is but folders. */
  readonly paths: readonly string[];
}

/**
 * Looks at the writable layer of a container, where it is on this computer and may be read (root, or a rootless
 * engine); else null. The engine unpacks files with an access time equal to their modification time in whole seconds,
 * and their first read moves it on.
 */
export async function lookAtLayer(
  upperDir: string,
  staged: readonly StagedFile[],
): Promise<LayerLook | null> {
  const folder = path.join(upperDir, WORKSPACE);
  try {
    // a command may have put a link in its place, which would lead to another folder of this computer
    if (!(await lstat(folder)).isDirectory()) return null;
    await access(folder, constants.R_OK | constants.X_OK);
  } catch {
    return null;
  }
  const read: string[] = [];
  const modified: string[] = [];
  const paths = await listLayer(folder);
  const there = new Set(paths);
  await Promise.all(
    staged.map(async (file) => {
      // by a path that the command put a link into, another file of this computer would be looked at
      if (!there.has(file.path)) return;
      const found = await lstat(path.join(folder, file.path)).catch(() => null);
      if (found === null || !found.isFile()) return;
      const stagedMs = Math.floor(file.mtimeMs / 1000) * 1000;
      if (found.atimeMs > stagedMs) read.push(file.path);
      if (found.size !== file.size || found.mtimeMs !== stagedMs) modified.push(file.path);
    }),
  );
  return {folder, read: read.sort(), modified, paths};
}

/** Paths below a folder, without folders and without the marks that stand for deleted files of the image. */
async function listLayer(root: string): Promise<readonly string[]> {
  const paths: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await readdir(path.join(root, folder), {withFileTypes: true}).catch(
      (error: unknown) => {
        // where the engine keeps it is nobody's business: what the action knows is its workspace
        const code = systemErrorCode(error);
        const message = `A folder of the workspace could not be read (${code ?? 'unknown'})`;
        throw Object.assign(new Error(message), {
          code,
          syscall: 'scandir',
          path: `${WORKSPACE}/${folder}`,
        });
      },
    );
    for (const entry of entries) {
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(relative);
      else if (!entry.isCharacterDevice() || !(await isDeletionMark(path.join(root, relative))))
        paths.push(relative);
    }
  }
  return paths;
}

/** An overlay marks a deleted file by a device with the numbers 0 and 0. */
async function isDeletionMark(file: string): Promise<boolean> {
  const found = await lstat(file).catch(() => null);
  return found?.rdev === 0;
}

/** Looks at workspace paths in the layer itself, which for thousands of files is far faster than asking the engine. */
export function lookInLayer({folder}: LayerLook): LookAt {
  return async (relative) => {
    const absolute = path.join(folder, relative);
    const found = await lstat(absolute).catch(() => null);
    return found === null ? null : entryOf(found, () => readlink(absolute));
  };
}

/**
 * Gives a regular file of the layer, by its workspace path `source`, to `sink` as `target`, without the engine's having to
 * read and send it; false, and nothing given, where it is not there whole.
 */
export async function takeFromLayer(
  {folder}: LayerLook,
  target: string,
  source: string,
  sink: FileSink,
  signal: AbortSignal,
): Promise<boolean> {
  const file = await openInLayer(folder, source);
  if (file === null) return false;
  try {
    const {size, blocks} = await file.stat();
    // of some files an overlay keeps no more than the size; those with holes are distinguished from them by the engine alone
    if (blocks * BLOCK_BYTES < size) return false;
    await sink(target, size, contentOf(file, size, source, signal));
    return true;
  } finally {
    await file.close();
  }
}

const BLOCK_BYTES = 512;

/** Opens a regular file that lies in the layer, all of its path; null where there is none. */
async function openInLayer(folder: string, source: string): Promise<FileHandle | null> {
  const file = path.join(folder, source);
  try {
    // a link on the way would lead to another file of this computer
    const below = `${await realpath(folder)}${path.sep}`;
    const isInside = path.join(below, source).startsWith(below);
    if (!isInside || (await realpath(file)) !== path.join(below, source)) return null;
    return (await openFile(file, {followLink: false})).file;
  } catch {
    return null;
  }
}

/** The content piece by piece, the next being read while one is used. */
async function* contentOf(
  file: FileHandle,
  size: number,
  source: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let buffer = takeBuffer();
  let other = takeBuffer();
  const readInto = (target: Buffer, at: number): Promise<number> =>
    at >= size
      ? Promise.resolve(0)
      : file
          .read(target, 0, Math.min(BUFFER_BYTES, size - at), at)
          .then(({bytesRead}) => bytesRead);
  let reading = readInto(buffer, 0);
  try {
    for (let given = 0; given < size;) {
      signal.throwIfAborted();
      const bytes = await reading;
      if (bytes === 0) throw new Error(`${source} became shorter while it was read`);
      given += bytes;
      reading = readInto(other, given);
      // a fault shows at its turn
      reading.catch(() => undefined);
      yield buffer.subarray(0, bytes);
      [buffer, other] = [other, buffer];
    }
  } finally {
    // one that is still being read into must not be handed on
    await reading.catch(() => undefined);
    giveBack(buffer, other);
  }
}
