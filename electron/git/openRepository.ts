import path from 'node:path';
import git from 'isomorphic-git';
import {findGitFolder, type GitFolder} from './gitFolder';
import {isThere, readText} from '../files/openFile';
import {repositoryFiles, withIgnoresKept} from './repositoryFiles';

/** The repository that a study belongs to, opened for one look: nothing is written. */
export interface StudyRepository {
  readonly folder: GitFolder;
  /** As isomorphic-git is given it. */
  readonly repository: Parameters<typeof git.statusMatrix>[0] & {
    readonly dir: string;
    readonly gitdir: string;
  };
  /** Where the study lies in it, with `/`; `''` for its top. */
  readonly prefix: string;
  /** Null while HEAD is detached; a branch without commits has a name. */
  readonly branch: string | null;
  /** Null before the first commit. */
  readonly commit: string | null;
}

/** Opens it; null where the study is in no repository. Rejects where that is of a newer kind, or its HEAD leads to nothing. */
export async function openRepository(studyDir: string): Promise<StudyRepository | null> {
  const folder = await findGitFolder(studyDir);
  if (folder === null) return null;
  const fs = withIgnoresKept(repositoryFiles(folder));
  const repository = {fs, dir: folder.root, gitdir: folder.gitDir, cache: {}};
  const prefix = path.relative(folder.root, path.resolve(studyDir)).split(path.sep).join('/');
  const branch = (await git.currentBranch(repository).catch(() => undefined)) ?? null;
  const commit = await git.resolveRef({...repository, ref: 'HEAD'}).catch(() => null);
  if (commit === null) await refuseUnreadable(folder, branch);
  return {folder, repository, prefix, branch, commit};
}

/** Where HEAD stands for no commit: only a branch that is not there yet is without any. */
async function refuseUnreadable(
  {gitDir, commonDir}: GitFolder,
  branch: string | null,
): Promise<void> {
  const config = await readText(path.join(commonDir, 'config')).catch(() => '');
  const kind = /^\s*(?:objectformat|refstorage)\s*=\s*(sha256|reftable)/im.exec(config)?.[1];
  if (kind !== undefined)
    throw new Error(`It is of the newer kind ${kind}, which only git itself reads.`);
  const isNew =
    branch !== null &&
    (await isThere(path.join(commonDir, 'refs'))) &&
    !(await isThere(path.join(commonDir, 'refs/heads', branch)));
  if (!isNew) throw new Error(`${path.join(gitDir, 'HEAD')} leads to no commit.`);
}

/** The `metadata` of a study holds state of runs, ours and the reference's, and is no part of its code. */
export function isMetadata(file: string, prefix: string): boolean {
  const metadata = prefix === '' ? 'metadata' : `${prefix}/metadata`;
  return file === metadata || file.startsWith(`${metadata}/`);
}

/** A file of a repository by its path in the study. */
export function inStudy(file: string, prefix: string): string {
  return prefix === '' ? file : file.slice(prefix.length + 1);
}
