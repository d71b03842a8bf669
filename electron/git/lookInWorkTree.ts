import git from 'isomorphic-git';
import type {GitState} from '../../shared/run';
import {underWayIn} from './gitFolder';
import {glanceOf, remoteBranches} from './gitGlance';
import {inStudy, isMetadata, type StudyRepository} from './openRepository';
import {findCommit} from './readCommitted';
import type {ChangedFile, CommitApart, WorkTree} from './repositoryLook';
import {changesIn, filesOf} from './workTree';

/** Branch, commit, changed files and how far the branch is from the one elsewhere. */
export async function stateIn(opened: StudyRepository): Promise<GitState> {
  const {branch, commit} = opened;
  try {
    const changes = await changedIn(opened);
    const glance = await glanceOf(opened, changes);
    return {branch, commit, dirtyFiles: changes.map(({path: file}) => file), glance};
  } catch {
    // an index or object that can't be read, or one that is being written just now
    return {branch, commit, dirtyFiles: [], dirtyFilesUnknown: true};
  }
}

/** The changed files, and what can be switched to. */
export async function treeIn(opened: StudyRepository): Promise<WorkTree> {
  const {folder, repository, branch, commit} = opened;
  const shared = {...repository, gitdir: folder.commonDir};
  const branches = new Set(await git.listBranches(shared).catch(() => []));
  for (const each of await remoteBranches(opened)) branches.add(each.branch);
  return {
    ...{branch, commit, branches: [...branches].sort()},
    underWay: await underWayIn(folder),
    files: await changedIn(opened),
  };
}

/** What a commit has otherwise; null where there is none of that name. */
export async function apartIn(opened: StudyRepository, name: string): Promise<CommitApart | null> {
  const {folder, repository, prefix, commit} = opened;
  const found = await named(folder.root, name);
  if (found === null) return null;
  const before = commit === null ? null : await filesOf(repository, commit, prefix);
  const after = await filesOf(repository, found, prefix);
  const files = [...new Set([...(before?.keys() ?? []), ...after.keys()])].filter((file) => {
    const [one, other] = [before?.get(file), after.get(file)];
    return !isMetadata(file, prefix) && (one?.oid !== other?.oid || one?.mode !== other?.mode);
  });
  return {commit: found, files: files.map((file) => inStudy(file, prefix)).sort()};
}

function changedIn({
  folder,
  repository,
  prefix,
  commit,
}: StudyRepository): Promise<readonly ChangedFile[]> {
  const isLeftOut = (file: string): boolean => isMetadata(file, prefix);
  return changesIn(repository, {folder, commit, prefix, isLeftOut});
}

/** A branch of here, else the one of that name elsewhere, as git takes it. */
async function named(dir: string, name: string): Promise<string | null> {
  for (const each of [name, `origin/${name}`]) {
    const found = await findCommit(dir, each);
    if (found.ok) return found.value.commit;
  }
  return null;
}
