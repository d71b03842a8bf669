import {access, constants, lstat, readdir, readlink} from 'node:fs/promises';
import path from 'node:path';
import {refusalReason, specialKindOf} from '../files/refusalReason';
import {type Examined, notThere, refused} from './containerFiles';
import {type StagedFile, WORKSPACE} from './workspaceListing';

/** What a look at a container's files on this computer's own disk tells of the staged ones. */
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
    await access(folder, constants.R_OK | constants.X_OK);
  } catch {
    return null;
  }
  const read: string[] = [];
  const modified: string[] = [];
  await Promise.all(
    staged.map(async (file) => {
      const found = await lstat(path.join(folder, file.path)).catch(() => null);
      if (found === null || !found.isFile()) return;
      const stagedMs = Math.floor(file.mtimeMs / 1000) * 1000;
      if (found.atimeMs > stagedMs) read.push(file.path);
      if (found.size !== file.size || found.mtimeMs !== stagedMs) modified.push(file.path);
    }),
  );
  return {folder, read: read.sort(), modified, paths: await listLayer(folder)};
}

/** Paths below a folder, without folders and without the marks that stand for deleted files of the image. */
async function listLayer(root: string): Promise<readonly string[]> {
  const paths: string[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(path.join(root, folder), {withFileTypes: true})) {
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

/** Entries looked at together. */
const AT_ONCE = 64;

/** Looks at workspace paths in the layer itself, which for thousands of files is far faster than asking the engine. */
export async function examineInLayer(
  {folder}: LayerLook,
  paths: readonly string[],
): Promise<readonly Examined[]> {
  const results: Examined[] = [];
  for (let start = 0; start < paths.length; start += AT_ONCE) {
    const some = paths.slice(start, start + AT_ONCE);
    results.push(...(await Promise.all(some.map((each) => examine(folder, each)))));
  }
  return results;
}

async function examine(folder: string, relative: string): Promise<Examined> {
  const absolute = path.join(folder, relative);
  const found = await lstat(absolute).catch(() => null);
  if (found === null) return notThere(relative);
  const kind = specialKindOf(found);
  if (kind === 'directory') return null;
  if (kind === 'file') return {kind: 'file', file: {path: relative, size: found.size}};
  const target = kind === 'symlink' ? await readlink(absolute).catch(() => '') : '';
  return refused(relative, refusalReason(kind, target));
}
