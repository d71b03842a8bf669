import type {Container} from 'dockerode';
import {WORKSPACE, type WorkspaceListing} from './changedPaths';
import {readArchive} from './readArchive';
import type {StagedFile} from './stagedList';

/** A workspace with more content than this is not read through only to list it. */
const MOST_BYTES = 256 * 1024 ** 2;

/** Ends the reading of an archive that has grown too long. */
class TooMuch extends Error {}

/**
 * Lists the workspace of a container that has ended by the headers of its archive; null where it holds too much for
 * that. The engine's own list of changes walks through the whole image on some storage drivers, which takes seconds.
 */
export async function listWorkspace(
  container: Container,
  staged: readonly StagedFile[],
): Promise<WorkspaceListing | null> {
  const stagedBytes = staged.reduce((sum, {size}) => sum + size, 0);
  if (stagedBytes > MOST_BYTES) return null;
  const known = new Map(staged.map((file) => [file.path, file]));
  const prefix = `${WORKSPACE.slice(1)}/`;
  const paths: string[] = [];
  const modified: string[] = [];
  let bytes = 0;
  try {
    await readArchive(container, WORKSPACE, async (name, {type, size, mtime}) => {
      bytes += size ?? 0;
      if (bytes > MOST_BYTES) throw new TooMuch();
      if (type === 'directory' || !name.startsWith(prefix)) return;
      const path = name.slice(prefix.length);
      paths.push(path);
      const before = known.get(path);
      if (before === undefined || mtime === undefined) return;
      const stagedSecond = Math.floor(before.mtimeMs / 1000);
      if (before.size !== size || Math.floor(mtime.getTime() / 1000) !== stagedSecond)
        modified.push(path);
    });
  } catch (error) {
    if (error instanceof TooMuch) return null;
    throw error;
  }
  return {paths, modified};
}
