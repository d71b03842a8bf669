import {stat} from 'node:fs/promises';
import path from 'node:path';
import git from 'isomorphic-git';
import type {GitGlance} from '../../shared/run';
import {isThere} from '../files/openFile';
import {commitsApart} from './commitsApart';
import type {GitFolder} from './gitFolder';
import {readIndex} from './indexFile';

type Repository = Pick<Parameters<typeof git.statusMatrix>[0], 'fs' | 'dir' | 'gitdir'>;

/** The branch elsewhere that one of here goes with, as it was fetched last. */
export interface RemoteLook {
  /** Such as `origin/main`; null where the branch was never pushed from here, as far as was fetched. */
  readonly upstream: string | null;
  readonly ahead: number;
  readonly behind: number;
}

/** What a repository is in the middle of, by the file or folder that git keeps meanwhile. */
const UNDER_WAY = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
] as const;

/** What of a repository goes beyond its branch, commit and changed files. */
export async function glanceOf(
  repository: Repository,
  folder: GitFolder,
  branch: string | null,
  commit: string | null,
): Promise<Omit<GitGlance, 'untracked'>> {
  const remote =
    commit === null ? null : await remoteLook(repository, folder, branch, commit).catch(() => null);
  const fetched = await stat(path.join(folder.commonDir, 'FETCH_HEAD')).catch(() => null);
  const underWay = await underWayIn(folder);
  return {
    upstream:
      remote === null || remote.upstream === null
        ? null
        : {name: remote.upstream, ahead: remote.ahead, behind: remote.behind},
    fetchedAt: fetched === null ? null : fetched.mtime.toISOString(),
    underWay,
    conflicted: underWay === null ? [] : await conflictedIn(folder),
  };
}

/** What has been begun in a repository and not ended; null for nothing. */
export async function underWayIn({gitDir}: GitFolder): Promise<GitGlance['underWay']> {
  for (const [file, word] of UNDER_WAY) if (await isThere(path.join(gitDir, file))) return word;
  return null;
}

/** Paths of the repository that a merge could not join; none where the index is of a kind that can't be read. */
async function conflictedIn({gitDir}: GitFolder): Promise<readonly string[]> {
  const entries = await readIndex(gitDir).catch(() => []);
  return [...new Set(entries.flatMap(({path: file, stage}) => (stage === 0 ? [] : [file])))];
}

/** How far a commit is from the branch elsewhere that goes with its own, as that was fetched last. */
export async function remoteLook(
  repository: Repository,
  folder: GitFolder,
  branch: string | null,
  commit: string,
): Promise<RemoteLook> {
  const none = {upstream: null, ahead: 0, behind: 0};
  const shared = {...repository, gitdir: folder.commonDir};
  const refs = new Map<string, string>();
  for (const {remote} of await git.listRemotes(shared).catch(() => []))
    for (const each of await git.listBranches({...shared, remote}).catch(() => [])) {
      const oid = await git
        .resolveRef({...shared, ref: `refs/remotes/${remote}/${each}`})
        .catch(() => null);
      if (oid !== null && each !== 'HEAD') refs.set(`${remote}/${each}`, oid);
    }
  const upstream = branch === null ? null : await upstreamOf(shared, branch);
  const named = upstream !== null && refs.has(upstream) ? upstream : null;
  // a commit without a branch is with the others where one of their branches has it
  const same = branch === null ? ([...refs].find(([, oid]) => oid === commit)?.[0] ?? null) : named;
  const oid = same === null ? undefined : refs.get(same);
  if (same === null || oid === undefined) return none;
  return {upstream: same, ...(await commitsApart(repository, commit, oid))};
}

/** The branch elsewhere that goes with one of here: as it was set, else the one of the same name. */
async function upstreamOf(
  repository: Pick<Repository, 'fs' | 'gitdir'>,
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
