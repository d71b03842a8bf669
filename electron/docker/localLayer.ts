import {access, constants, lstat} from 'node:fs/promises';
import path from 'node:path';
import {WORKSPACE} from './changedPaths';
import type {StagedFile} from './stagedList';

/** What a look at a container's files on this computer's own disk tells of the staged ones. */
export interface LayerLook {
  /** Staged paths that were read. */
  readonly read: readonly string[];
  /** Staged paths whose content was changed. */
  readonly modified: readonly string[];
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
  return {read: read.sort(), modified};
}
