import path from 'node:path';
import git from 'isomorphic-git';
import type {GitState} from '../../shared/run';
import {findGitFolder} from './gitFolder';
import {glanceOf} from './gitGlance';
import {repositoryFiles, withIgnoresKept} from './repositoryFiles';
import {changesIn} from './workTree';

/**
 * Branch, commit and changed files of the repository a study belongs to; null where it belongs to none.
 * `onHead` gets branch and commit before the files, which can take long in a large folder.
 */
export async function inspectRepository(
  studyDir: string,
  onHead: (head: Pick<GitState, 'branch' | 'commit'>) => void = () => undefined,
): Promise<GitState | null> {
  const folder = await findGitFolder(studyDir);
  if (folder === null) return null;
  const fs = withIgnoresKept(repositoryFiles(folder));
  const repository = {fs, dir: folder.root, gitdir: folder.gitDir, cache: {}};
  // no name while HEAD is detached; a branch without commits has one
  const branch = (await git.currentBranch(repository).catch(() => undefined)) ?? null;
  const commit = await git.resolveRef({...repository, ref: 'HEAD'}).catch(() => null);
  onHead({branch, commit});

  const prefix = path.relative(folder.root, path.resolve(studyDir)).split(path.sep).join('/');
  try {
    const isLeftOut = (file: string): boolean => isOurs(file, prefix);
    const changes = await changesIn(repository, {folder, commit, prefix, isLeftOut});
    const untracked = changes.filter(({change}) => change === 'untracked').length;
    const glance = {...(await glanceOf(repository, folder, branch, commit)), untracked};
    return {branch, commit, dirtyFiles: changes.map(({path: file}) => file), glance};
  } catch {
    // an index or object that can't be read, or one that is being written just now
    return {branch, commit, dirtyFiles: [], dirtyFilesUnknown: true};
  }
}

/** `metadata/` of the study holds state of runs, ours and the reference's, and is no part of its code. */
function isOurs(file: string, prefix: string): boolean {
  return isBelow(file, prefix === '' ? 'metadata' : `${prefix}/metadata`);
}

function isBelow(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}
