import {mkdir, readdir, rm, stat, utimes} from 'node:fs/promises';
import {join} from 'node:path';
import {err, ok, type Result} from '../../../shared/result';
import {underEither} from '../../docker/engineCalls';
import {readRegularFile} from '../../files/openFile';
import {checkOutCommit} from '../../git/checkOutCommit';
import {
  textAtCommit,
  withCommit,
  withLocalCommit,
  type CommitFound,
  type CommitHere,
} from '../../git/commitCache';
import {guardedHttp} from '../../git/guardedHttp';
import type {ServeConfig} from '../config';
import type {Refusal} from '../rules/messages';
import {
  isBranchName,
  readRepositoryAddress,
  type RepositoryAddress,
} from '../rules/repositoryAddress';

/** A study's code at one commit. */
export interface CheckedOut {
  readonly commit: string;
  /** Folder with its files and nothing else; shared by all jobs of that commit, never written to. */
  readonly codeDir: string;
  /** Text of `project.yaml`; null where there is none. */
  readonly project: string | null;
}

/** What is to be checked out; a commit of null is the head of the branch. */
export interface WantedCode {
  readonly repoUrl: string;
  readonly branch: string;
  readonly commit: string | null;
}

/** Milliseconds for all of a checkout, and without a sign of life. */
const WHOLE_MS = 10 * 60_000;
const SILENCE_MS = 60_000;
/** Exports that are kept, the latest ones, beside those of jobs that are not over. */
const EXPORTS_KEPT = 20;

/** Whether a repository may be used at all; asks nobody. */
export function addressOf(
  config: Pick<ServeConfig, 'allowedOrgs' | 'allowLocalRepos'>,
  {repoUrl, branch}: Pick<WantedCode, 'repoUrl' | 'branch'>,
): Result<RepositoryAddress, Refusal> {
  const address = readRepositoryAddress(repoUrl, config.allowedOrgs, config.allowLocalRepos);
  if (!address.ok) return address;
  return isBranchName(branch) ? address : err({kind: 'bad-branch'});
}

/**
 * Gets a study's code: looks whether repository and branch may be used, fetches the commit, and puts its files into a folder. What
 * goes wrong is a refusal in fixed words; `onFault` gets git's own error, for the log of this computer.
 */
export async function checkOut(
  config: ServeConfig,
  wanted: WantedCode,
  signal: AbortSignal,
  onFault: (error: unknown) => void,
): Promise<Result<CheckedOut, Refusal>> {
  const address = addressOf(config, wanted);
  if (!address.ok) return address;
  const use = (here: CommitHere): Promise<CheckedOut> => exportCommit(config, address.value, here);
  const found = await (
    address.value.kind === 'local'
      ? withLocalCommit(address.value.path, wanted, use)
      : fromGithub(config, address.value, wanted, signal, use)
  ).catch((error: unknown): CommitFound<CheckedOut> => ({kind: 'failed', error}));
  switch (found.kind) {
    case 'here':
      return ok(found.value);
    case 'no-repository':
      return err({kind: 'repo-not-found'});
    case 'not-on-branch':
      return err({kind: 'not-on-branch', commit: wanted.commit ?? '(head)'});
    case 'failed':
      onFault(found.error);
      return err({kind: 'git'});
  }
}

function fromGithub(
  config: ServeConfig,
  {owner, name}: Extract<RepositoryAddress, {kind: 'github'}>,
  wanted: WantedCode,
  signal: AbortSignal,
  use: (here: CommitHere) => Promise<CheckedOut>,
): Promise<CommitFound<CheckedOut>> {
  const origin = `https://${config.gitProxy ?? 'github.com'}`;
  const {gitToken, backend} = config;
  const login = Buffer.from(`jobrunner-${backend}:${gitToken}`).toString('base64');
  // names are the same in upper and lower case there, and two caches of one repository would only cost
  const gitdir = join(config.workdir, 'repos', owner.toLowerCase(), `${name.toLowerCase()}.git`);
  return underEither(signal, AbortSignal.timeout(WHOLE_MS), (either) => {
    const http = guardedHttp({
      origin: new URL(origin).origin,
      authorization: gitToken === '' ? null : `Basic ${login}`,
      silenceMs: SILENCE_MS,
      signal: either,
    });
    return withCommit(gitdir, `${origin}/${owner}/${name}`, http, wanted, use);
  });
}

/** Code that was checked out before, for a job whose request was taken; null where it is not here any more. Asks nobody. */
export async function findExport(
  config: Pick<ServeConfig, 'workdir' | 'allowedOrgs' | 'allowLocalRepos'>,
  {repoUrl, branch, commit}: WantedCode & {readonly commit: string},
): Promise<CheckedOut | null> {
  const address = addressOf(config, {repoUrl, branch});
  if (!address.ok) return null;
  const codeDir = exportOf(config.workdir, address.value, commit);
  const text = await readRegularFile(join(codeDir, 'project.yaml')).catch(() => null);
  return text === null ? null : {commit, codeDir, project: text.toString()};
}

/** Of local repositories those of one name may differ, but not at one commit. */
function exportOf(workdir: string, address: RepositoryAddress, commit: string): string {
  const from =
    address.kind === 'local' ? 'local' : `${address.owner}-${address.name}`.toLowerCase();
  return join(exportsFolder(workdir), `${from}-${commit}`);
}

async function exportCommit(
  {workdir}: Pick<ServeConfig, 'workdir'>,
  address: RepositoryAddress,
  {gitdir, commit}: CommitHere,
): Promise<CheckedOut> {
  const project = await textAtCommit(gitdir, commit, 'project.yaml');
  const codeDir = exportOf(workdir, address, commit);
  await mkdir(exportsFolder(workdir), {recursive: true, mode: 0o700});
  await checkOutCommit(gitdir, commit, codeDir);
  const now = new Date();
  await utimes(codeDir, now, now);
  return {commit, codeDir, project};
}

function exportsFolder(workdir: string): string {
  return join(workdir, 'temp');
}

/** Removes exports that no job needs any more, but for the latest few; `needed` are commits. */
export async function removeOldExports(
  workdir: string,
  needed: ReadonlySet<string>,
): Promise<void> {
  const folder = exportsFolder(workdir);
  const names = await readdir(folder).catch((): string[] => []);
  const free = names.filter((name) => ![...needed].some((commit) => name.endsWith(commit)));
  const dated = await Promise.all(
    free.map(async (name) => {
      const path = join(folder, name);
      return {path, at: (await stat(path)).mtimeMs};
    }),
  );
  dated.sort((one, other) => other.at - one.at);
  for (const {path} of dated.slice(EXPORTS_KEPT)) await rm(path, {recursive: true, force: true});
}
