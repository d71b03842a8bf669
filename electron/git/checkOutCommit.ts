import {randomBytes} from 'node:crypto';
import {mkdir, rename, rm, symlink, utimes, writeFile} from 'node:fs/promises';
import path from 'node:path';
import git, {type TreeEntry} from 'isomorphic-git';
import {isOddName} from '../files/studyPath';
import {gitFiles} from './repositoryFiles';
import {isThere} from '../files/openFile';

const LINK_MODE = 0o120000;
const EXECUTABLE = 0o100;

/** What of a commit is put into a folder. */
export interface CheckOutPart {
  /** A folder of the repository, whose content alone is written; empty for all of it. */
  readonly prefix: string;
  /** A name at the top of that folder that is left out. */
  readonly without: string;
}

/**
 * Puts the files of a commit into a folder, once: a folder that is there is complete. Times are the commit's, so that
 * the same commit is the same code whenever it was checked out. Rejects where a file can't be had or written.
 */
export async function checkOutCommit(
  gitdir: string,
  commit: string,
  target: string,
  part: CheckOutPart = {prefix: '', without: ''},
): Promise<void> {
  if (await isThere(target)) return;
  const temporary = `${target}.${randomBytes(8).toString('hex')}.tmp`;
  await mkdir(temporary, {recursive: true, mode: 0o700});
  try {
    const {commit: about} = await git.readCommit({fs: gitFiles, gitdir, oid: commit});
    const tree = {oid: about.tree, filepath: part.prefix === '' ? undefined : part.prefix};
    const top = await git.readTree({fs: gitFiles, gitdir, ...tree});
    const entries = top.tree.filter((entry) => entry.path !== part.without);
    await writeEntries(gitdir, entries, temporary, about.committer.timestamp);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, {recursive: true, force: true});
    // another process of ours may have been faster
    if (!(await isThere(target))) throw error;
  }
}

async function writeEntries(
  gitdir: string,
  entries: readonly TreeEntry[],
  folder: string,
  timestamp: number,
): Promise<void> {
  for (const entry of entries) {
    if (isOddName(entry.path)) throw new Error(`The commit holds a file called "${entry.path}".`);
    const file = path.join(folder, entry.path);
    if (entry.type === 'tree') {
      await mkdir(file);
      const {tree} = await git.readTree({fs: gitFiles, gitdir, oid: entry.oid});
      await writeEntries(gitdir, tree, file, timestamp);
      await utimes(file, timestamp, timestamp);
    } else if (entry.type === 'blob') {
      await writeBlob(gitdir, entry.oid, file, parseInt(entry.mode, 8));
      if (parseInt(entry.mode, 8) !== LINK_MODE) await utimes(file, timestamp, timestamp);
    }
  }
}

async function writeBlob(gitdir: string, oid: string, file: string, mode: number): Promise<void> {
  const {blob} = await git.readBlob({fs: gitFiles, gitdir, oid});
  if (mode === LINK_MODE) await symlink(Buffer.from(blob).toString(), file);
  else await writeFile(file, blob, {mode: (mode & EXECUTABLE) === 0 ? 0o644 : 0o755});
}
