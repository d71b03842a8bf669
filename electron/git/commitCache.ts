import {mkdir, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import git, {type HttpClient} from 'isomorphic-git';
import {isNoSuchRepository, isPartOf} from './actionSource';
import {gitFiles} from './repositoryFiles';
import {isThere} from '../files/openFile';

/** A commit that is asked for, on a branch. */
export interface WantedCommit {
  readonly branch: string;
  /** Full hash; null for the head of the branch. */
  readonly commit: string | null;
}

/** A commit that is here, in a repository that stays as it is while it is used. */
export interface CommitHere {
  readonly gitdir: string;
  readonly commit: string;
}

/** What looking for a commit came to; `value` is what was made of it. */
export type CommitFound<T> =
  | {readonly kind: 'here'; readonly value: T}
  /** There is no such repository, or it may not be read. */
  | {readonly kind: 'no-repository'}
  /** The branch is not there, or the commit is no part of it. */
  | {readonly kind: 'not-on-branch'}
  | {readonly kind: 'failed'; readonly error: unknown};

/** Commits that the first, cheap look goes back. */
const SHALLOW_DEPTH = 10;
/** As git itself says "all of it". */
const WHOLE_DEPTH = 2_147_483_647;
const TRIES = 3;

/** What is under way in each cache: one thing at a time. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Brings one commit of a branch into the bare cache `gitdir`, asking `url` by `http`, and has it used; in a cache that has it
 * already, only the branch is asked for. Reachable means by `refs/heads/<branch>`: a commit of a pull request, which anyone may
 * make, is none of it. The address is never written down. One at a time for each cache.
 */
export function withCommit<T>(
  gitdir: string,
  url: string,
  http: HttpClient,
  wanted: WantedCommit,
  use: (here: CommitHere) => Promise<T>,
): Promise<CommitFound<T>> {
  const before = queues.get(gitdir) ?? Promise.resolve();
  const mine = before.then(async (): Promise<CommitFound<T>> => {
    const found = await fetchAgain(gitdir, url, http, wanted);
    return found.kind === 'here' ? {kind: 'here', value: await use(found.value)} : found;
  });
  queues.set(
    gitdir,
    mine.catch(() => undefined),
  );
  return mine;
}

/** Connections that break off are tried again; what the host has said is not. */
async function fetchAgain(
  gitdir: string,
  url: string,
  http: HttpClient,
  wanted: WantedCommit,
): Promise<CommitFound<CommitHere>> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await fetchOnce(gitdir, url, http, wanted);
    } catch (error) {
      if (isNoSuchRepository(error)) return {kind: 'no-repository'};
      if (error instanceof git.Errors.HttpError || tries === TRIES) return {kind: 'failed', error};
    }
  }
}

async function fetchOnce(
  gitdir: string,
  url: string,
  http: HttpClient,
  {branch, commit: asked}: WantedCommit,
): Promise<CommitFound<CommitHere>> {
  const fullRef = `refs/heads/${branch}`;
  const refs = await git.listServerRefs({http, url, prefix: fullRef});
  const head = refs.find(({ref}) => ref === fullRef)?.oid;
  if (head === undefined) return {kind: 'not-on-branch'};
  const commit = asked ?? head;
  await openCache(gitdir);
  const fetch = async (ref: string, depth: number): Promise<void> => {
    await whileMarked(gitdir, () =>
      git.fetch({
        fs: gitFiles,
        http,
        gitdir,
        url,
        ref,
        remoteRef: ref,
        depth,
        singleBranch: true,
        tags: false,
      }),
    );
  };
  if (!(await isPartOf(gitdir, head, commit))) {
    await fetch(fullRef, SHALLOW_DEPTH);
    if (!(await isPartOf(gitdir, head, commit))) await fetch(fullRef, WHOLE_DEPTH);
    if (!(await isPartOf(gitdir, head, commit))) return {kind: 'not-on-branch'};
  }
  if (!(await isFetched(gitdir, commit))) {
    if (!(await hasTree(gitdir, commit))) await fetch(commit, 1);
    // only now: a commit that was half fetched looks as if it were there
    await git.writeRef({fs: gitFiles, gitdir, ref: fetchedTag(commit), value: commit, force: true});
  }
  return {kind: 'here', value: {gitdir, commit}};
}

/** A repository of this computer, read where it lies; the same rules hold for its commits. */
export async function withLocalCommit<T>(
  folder: string,
  {branch, commit: asked}: WantedCommit,
  use: (here: CommitHere) => Promise<T>,
): Promise<CommitFound<T>> {
  const gitdir = (await isThere(path.join(folder, '.git', 'HEAD')))
    ? path.join(folder, '.git')
    : folder;
  if (!(await isThere(path.join(gitdir, 'HEAD')))) return {kind: 'no-repository'};
  const head = await git
    .resolveRef({fs: gitFiles, gitdir, ref: `refs/heads/${branch}`})
    .catch(() => null);
  if (head === null) return {kind: 'not-on-branch'};
  const commit = asked ?? head;
  if (!(await isPartOf(gitdir, head, commit))) return {kind: 'not-on-branch'};
  return {kind: 'here', value: await use({gitdir, commit})};
}

/** The text of a file at a commit; null where it has none. */
export async function textAtCommit(
  gitdir: string,
  commit: string,
  filepath: string,
): Promise<string | null> {
  const found = await git
    .readBlob({fs: gitFiles, gitdir, oid: commit, filepath})
    .catch((error: unknown) => {
      if (error instanceof git.Errors.NotFoundError) return null;
      throw error;
    });
  return found === null ? null : Buffer.from(found.blob).toString();
}

function fetchedTag(commit: string): string {
  return `refs/tags/fetched/${commit}`;
}

async function isFetched(gitdir: string, commit: string): Promise<boolean> {
  const tagged = await git
    .resolveRef({fs: gitFiles, gitdir, ref: fetchedTag(commit)})
    .catch(() => null);
  return tagged === commit;
}

/** True where a commit came whole with the history of its branch. */
async function hasTree(gitdir: string, commit: string): Promise<boolean> {
  try {
    const {commit: about} = await git.readCommit({fs: gitFiles, gitdir, oid: commit});
    await git.readTree({fs: gitFiles, gitdir, oid: about.tree});
    return true;
  } catch {
    return false;
  }
}

/** Makes the cache where it is missing, and anew where a fetch was broken off: what it lacks is not known. */
async function openCache(gitdir: string): Promise<void> {
  if (await isThere(markOf(gitdir))) await rm(gitdir, {recursive: true, force: true});
  if (await isThere(path.join(gitdir, 'HEAD'))) return;
  await mkdir(gitdir, {recursive: true, mode: 0o700});
  await git.init({fs: gitFiles, gitdir, bare: true, defaultBranch: 'main'});
  // isomorphic-git wants to know where branches go; the address is given with each call instead
  await git.setConfig({
    fs: gitFiles,
    gitdir,
    path: 'remote.origin.fetch',
    value: '+refs/heads/*:refs/remotes/origin/*',
  });
}

function markOf(gitdir: string): string {
  return path.join(gitdir, 'fetching');
}

async function whileMarked(gitdir: string, work: () => Promise<unknown>): Promise<void> {
  await writeFile(markOf(gitdir), '');
  try {
    await work();
  } catch (error) {
    await rm(gitdir, {recursive: true, force: true});
    throw error;
  }
  await rm(markOf(gitdir));
}
