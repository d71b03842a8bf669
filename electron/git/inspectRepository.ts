import path from 'node:path';
import git from 'isomorphic-git';
import type {GitState} from '../../shared/run';
import {findGitFolder} from './gitFolder';
import {glanceOf} from './gitGlance';
import {repositoryFiles} from './repositoryFiles';

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
  const repository = {fs: repositoryFiles(folder), dir: folder.root, gitdir: folder.gitDir};
  // no name while HEAD is detached; a branch without commits has one
  const branch = (await git.currentBranch(repository).catch(() => undefined)) ?? null;
  const commit = await git.resolveRef({...repository, ref: 'HEAD'}).catch(() => null);
  onHead({branch, commit});

  const prefix = path.relative(folder.root, path.resolve(studyDir)).split(path.sep).join('/');
  try {
    const {paths, untracked} =
      commit === null
        ? await uncommittedPaths(repository, prefix).then((paths) => ({
            ...{paths, untracked: paths.length},
          }))
        : await changedPaths(repository, prefix);
    const glance = {...(await glanceOf(repository, folder, branch, commit)), untracked};
    return {branch, commit, dirtyFiles: paths, glance};
  } catch {
    // an index of a kind isomorphic-git can't read, or one that is being written just now
    return {branch, commit, dirtyFiles: [], dirtyFilesUnknown: true};
  }
}

type Repository = Parameters<typeof git.statusMatrix>[0];

/** Paths below `prefix` whose content differs from the commit, relative to it; untracked ones unless ignored. */
async function changedPaths(
  repository: Repository,
  prefix: string,
): Promise<{readonly paths: readonly string[]; readonly untracked: number}> {
  const rows = await git.statusMatrix({
    ...repository,
    filepaths: [prefix === '' ? '.' : prefix],
    filter: (file) => !isOurs(file, prefix),
  });
  const changed = rows.filter(
    ([, head, workdir]) => workdir !== 1 && !(head === 0 && workdir === 0),
  );
  return {
    paths: changed.map(([file]) => relativeTo(prefix, file)),
    untracked: changed.filter(([, head, , stage]) => head === 0 && stage === 0).length,
  };
}

/** With no commit yet, every file that is not ignored differs from it. */
async function uncommittedPaths(
  repository: Repository,
  prefix: string,
): Promise<readonly string[]> {
  const found: unknown = await git.walk({
    ...repository,
    trees: [git.WORKDIR()],
    map: async (file, [entry]) => {
      if (file === '.') return undefined;
      const leadsThere = prefix === '' || isBelow(file, prefix) || isBelow(prefix, file);
      if (!leadsThere || isOurs(file, prefix)) return null;
      if (await git.isIgnored({...repository, filepath: file})) return null;
      const type = await entry?.type();
      return type === 'blob' ? relativeTo(prefix, file) : undefined;
    },
    reduce: async (parent: unknown, children: readonly unknown[]) => [
      ...(typeof parent === 'string' ? [parent] : []),
      ...children.flat(),
    ],
  });
  return Array.isArray(found) ? found.filter((file) => typeof file === 'string') : [];
}

/** `metadata/` of the study holds state of runs, ours and the reference's, and is no part of its code. */
function isOurs(file: string, prefix: string): boolean {
  return isBelow(file, prefix === '' ? 'metadata' : `${prefix}/metadata`);
}

function isBelow(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}

function relativeTo(prefix: string, file: string): string {
  return prefix === '' ? file : file.slice(prefix.length + 1);
}
