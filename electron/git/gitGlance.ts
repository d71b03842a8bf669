import {stat} from 'node:fs/promises';
import path from 'node:path';
import git from 'isomorphic-git';
import type {GitGlance} from '../../shared/run';
import {commitsApart} from './commitsApart';
import {underWayIn} from './gitFolder';
import type {StudyRepository} from './openRepository';
import type {ChangedFile} from './repositoryLook';

/** The branch elsewhere that one of here goes with, as it was fetched last. */
export interface RemoteLook {
  /** Such as `origin/main`; null where the branch was never pushed from here, as far as was fetched. */
  readonly upstream: string | null;
  readonly ahead: number;
  readonly behind: number;
}

/** What of a repository goes beyond its branch, commit and changed files. */
export async function glanceOf(
  opened: StudyRepository,
  changes: readonly ChangedFile[],
): Promise<GitGlance> {
  const {folder} = opened;
  const {upstream, ahead, behind} = await remoteLook(opened).catch(() => NO_REMOTE);
  const fetched = await stat(path.join(folder.commonDir, 'FETCH_HEAD')).catch(() => null);
  const of = (kind: ChangedFile['change']): readonly string[] =>
    changes.flatMap(({path: file, change}) => (change === kind ? [file] : []));
  return {
    upstream: upstream === null ? null : {name: upstream, ahead, behind},
    fetchedAt: fetched === null ? null : fetched.mtime.toISOString(),
    underWay: await underWayIn(folder),
    conflicted: of('conflicted'),
    untracked: of('untracked').length,
  };
}

const NO_REMOTE: RemoteLook = {upstream: null, ahead: 0, behind: 0};

/** The branches elsewhere, as they were fetched last. */
export async function remoteBranches({
  folder,
  repository,
}: StudyRepository): Promise<readonly {readonly remote: string; readonly branch: string}[]> {
  const shared = {...repository, gitdir: folder.commonDir};
  const found = [];
  for (const {remote} of await git.listRemotes(shared).catch(() => []))
    for (const branch of await git.listBranches({...shared, remote}).catch(() => []))
      if (branch !== 'HEAD') found.push({remote, branch});
  return found;
}

/** How far the commit is from the branch elsewhere that goes with its own, as that was fetched last. */
export async function remoteLook(opened: StudyRepository): Promise<RemoteLook> {
  const {folder, repository, branch, commit} = opened;
  if (commit === null) return NO_REMOTE;
  const shared = {...repository, gitdir: folder.commonDir};
  // a commit without a branch is with the others where one of their branches has it
  const names =
    branch === null
      ? (await remoteBranches(opened)).map((each) => `${each.remote}/${each.branch}`)
      : [await upstreamOf(shared, branch)];
  for (const upstream of names) {
    const oid = await git
      .resolveRef({...shared, ref: `refs/remotes/${upstream}`})
      .catch(() => null);
    if (oid !== null && (branch !== null || oid === commit))
      return {upstream, ...(await commitsApart(repository, commit, oid))};
  }
  return NO_REMOTE;
}

/** The branch elsewhere that goes with one of here: as it was set, else the one of the same name. */
async function upstreamOf(
  repository: StudyRepository['repository'],
  branch: string,
): Promise<string> {
  const read = async (key: string): Promise<string | null> => {
    const value: unknown = await git
      .getConfig({...repository, path: `branch.${branch}.${key}`})
      .catch(() => null);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const remote = (await read('remote')) ?? 'origin';
  const merge = (await read('merge')) ?? `refs/heads/${branch}`;
  return `${remote}/${merge.replace(/^refs\/heads\//, '')}`;
}
