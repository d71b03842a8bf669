import {existsSync} from 'node:fs';
import path from 'node:path';
import git, {type HttpClient} from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import {agentFor} from '../network/proxyAgent';
import {gitFiles} from './repositoryFiles';

/** Where reusable actions live: a git host, or a folder of bare repositories. */
export type ActionBase =
  {readonly kind: 'remote'; readonly url: string} | {readonly kind: 'folder'; readonly dir: string};

/** Longest wait for a git host. */
const ANSWER_MS = 30_000;

/** Reads a base as it is configured. */
export function parseBase(base: string): ActionBase {
  return /^https?:\/\//.test(base)
    ? {kind: 'remote', url: base.endsWith('/') ? base : `${base}/`}
    : {kind: 'folder', dir: base};
}

/** The git folder of an action in a folder of repositories, bare or not; null where it has none. */
export function gitdirInFolder(dir: string, name: string): string | null {
  const candidates = [`${name}.git`, name, path.join(name, '.git')];
  const found = candidates.find((candidate) => existsSync(path.join(dir, candidate, 'HEAD')));
  return found === undefined ? null : path.join(dir, found);
}

/** The commit that a tag or branch of a repository on this computer stands for; null where it has none. */
export async function localCommit(gitdir: string, tag: string): Promise<string | null> {
  for (const ref of [`refs/heads/${tag}`, `refs/tags/${tag}`]) {
    const oid = await git.resolveRef({fs: gitFiles, gitdir, ref}).catch(() => null);
    // an annotated tag leads on to its commit
    if (oid !== null) return (await git.readCommit({fs: gitFiles, gitdir, oid})).oid;
  }
  return null;
}

/**
 * The commit that a tag or branch of a repository elsewhere stands for; null where it has none. A branch comes before
 * a tag, the commit of an annotated tag before the tag itself.
 */
export async function remoteCommit(
  url: string,
  tag: string,
  signal: AbortSignal,
  proxy: string | null,
): Promise<string | null> {
  const asked = git.listServerRefs({http: httpThrough(proxy), url, peelTags: true});
  const refs = await inTime(asked, signal);
  const branch = refs.find(({ref}) => ref === `refs/heads/${tag}`);
  const tagged = refs.find(({ref}) => ref === `refs/tags/${tag}`);
  return branch?.oid ?? tagged?.peeled ?? tagged?.oid ?? null;
}

/** The transport of isomorphic-git, through a proxy if there is one. */
function httpThrough(proxy: string | null): HttpClient {
  if (proxy === null) return http;
  return {
    request: (asked) => http.request({...asked, agent: agentFor(new URL(asked.url), proxy)}),
  };
}

/** Fetches the main branch with its history into a bare repository; answers its commit. */
export async function fetchMain(
  url: string,
  gitdir: string,
  signal: AbortSignal,
  proxy: string | null,
): Promise<string | null> {
  await git.init({fs: gitFiles, gitdir, bare: true, defaultBranch: 'main'});
  await git.addRemote({fs: gitFiles, gitdir, remote: 'origin', url, force: true});
  const options = {gitdir, ref: 'main', singleBranch: true, tags: false};
  const fetched = git.fetch({fs: gitFiles, http: httpThrough(proxy), ...options});
  const {fetchHead} = await inTime(fetched, signal, 10 * ANSWER_MS);
  if (fetchHead !== null) {
    await git.writeRef({
      fs: gitFiles,
      gitdir,
      ref: 'refs/heads/main',
      value: fetchHead,
      force: true,
    });
  }
  return fetchHead;
}

/** True where `commit` is `main` itself or one of its ancestors. */
export async function isPartOfMain(gitdir: string, commit: string): Promise<boolean> {
  const main = await git
    .resolveRef({fs: gitFiles, gitdir, ref: 'refs/heads/main'})
    .catch(() => null);
  return main !== null && isPartOf(gitdir, main, commit);
}

/** True where `commit` is `head` itself or one of its ancestors, as far as its history is here. */
export async function isPartOf(gitdir: string, head: string, commit: string): Promise<boolean> {
  if (head === commit) return true;
  return git
    .isDescendent({fs: gitFiles, gitdir, oid: head, ancestor: commit, depth: -1})
    .catch(() => false);
}

/** True where the host answered and said that there is no such repository: git hosts ask for a login then. */
export function isNoSuchRepository(error: unknown): boolean {
  return error instanceof git.Errors.HttpError && [401, 403, 404].includes(error.data.statusCode);
}

async function inTime<T>(work: Promise<T>, signal: AbortSignal, ms = ANSWER_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => undefined;
  const ended = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The git host does not answer')), ms);
    stop = () => reject(new Error('Stopped'));
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    // what was given up on may still fail
    work.catch(() => undefined);
  }
}
