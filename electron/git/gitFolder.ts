import {isThere, readText} from '../files/openFile';
import {stat} from 'node:fs/promises';
import path from 'node:path';
import type {GitGlance} from '../../shared/run';

/** Where a study's git repository lies. */
export interface GitFolder {
  /** Top folder of the working tree. */
  readonly root: string;
  /** HEAD and index of this working tree. */
  readonly gitDir: string;
  /** Objects, refs and config; the same as `gitDir` but in a linked working tree. */
  readonly commonDir: string;
}

/** Finds the repository a folder belongs to, looking upwards; null where it belongs to none. Rejects where `.git` is no whole one. */
export async function findGitFolder(studyDir: string): Promise<GitFolder | null> {
  for (let root = path.resolve(studyDir); ; root = path.dirname(root)) {
    const gitDir = await gitDirOf(root);
    if (gitDir !== null) return {root, gitDir, commonDir: await commonDirOf(gitDir)};
    if (path.dirname(root) === root) return null;
  }
}

/** `.git` is a folder or, in linked working trees and submodules, a file that names one. */
async function gitDirOf(root: string): Promise<string | null> {
  const dotGit = path.join(root, '.git');
  const found = await stat(dotGit).catch(() => null);
  if (found === null) return null;
  if (found.isDirectory()) {
    if (await isThere(path.join(dotGit, 'HEAD'))) return dotGit;
    // as git, which goes on upwards from a folder that holds nothing of a repository
    if (!(await isThere(path.join(dotGit, 'objects')))) return null;
    throw new Error(`${dotGit} has no HEAD.`);
  }
  const named = /^gitdir: (.+)$/m.exec(await readText(dotGit).catch(() => ''))?.[1];
  if (named === undefined) throw new Error(`${dotGit} names no folder.`);
  const gitDir = path.resolve(root, named.trim());
  if (await isThere(path.join(gitDir, 'HEAD'))) return gitDir;
  throw new Error(`${dotGit} names ${gitDir}, which is no repository.`);
}

async function commonDirOf(gitDir: string): Promise<string> {
  const named = await readText(path.join(gitDir, 'commondir')).catch(() => '');
  return named.trim() === '' ? gitDir : path.resolve(gitDir, named.trim());
}

/** What a repository is in the middle of, by the file or folder that git keeps meanwhile. */
const UNDER_WAY = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['BISECT_LOG', 'bisect'],
] as const;

/** What has been begun in a repository and not ended; null for nothing. */
export async function underWayIn({gitDir}: GitFolder): Promise<GitGlance['underWay']> {
  for (const [file, word] of UNDER_WAY) if (await isThere(path.join(gitDir, file))) return word;
  return null;
}
