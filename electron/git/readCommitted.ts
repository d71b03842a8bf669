import path from 'node:path';
import git from 'isomorphic-git';
import {type AppError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {GitFolder} from './gitFolder';
import {openRepository, type StudyRepository} from './openRepository';
import {isOverLimit, repositoryFault} from './repositoryFault';

/** A file as a commit holds it. */
export interface CommittedFile {
  /** The whole id. */
  readonly commit: string;
  readonly bytes: Uint8Array;
}

type Repository = StudyRepository['repository'];

/**
 * A file of a study as a commit holds it. The commit is named by its id or the beginning of it, a branch or a tag, with
 * `^` or `~2` behind it for its parents.
 */
export async function readCommitted(
  studyDir: string,
  file: string,
  name: string,
): Promise<Result<CommittedFile, AppError>> {
  const found = await findCommit(studyDir, name);
  if (!found.ok) return found;
  const {folder, repository, commit} = found.value;
  const place = path.relative(folder.root, path.resolve(studyDir, file)).split(path.sep).join('/');
  try {
    const {blob} = await git.readBlob({...repository, oid: commit, filepath: place});
    return ok({commit, bytes: blob});
  } catch (error) {
    if (!(error instanceof git.Errors.NotFoundError)) throw error;
    return failWith('not-found', `Commit ${commit.slice(0, 7)} holds no "${file}".`, {
      why: 'Outputs are usually left out of git.',
      hint: 'Compare with an earlier run, or with a commit that holds the file.',
    });
  }
}

/** A commit of the repository that a study belongs to. */
export interface FoundCommit {
  readonly folder: GitFolder;
  readonly repository: Repository;
  /** The study's folder in the repository, with `/`; empty for its top. */
  readonly prefix: string;
  /** The whole id. */
  readonly commit: string;
}

/** The commit that a name stands for, as `readCommitted` understands names. */
export async function findCommit(
  studyDir: string,
  name: string,
): Promise<Result<FoundCommit, AppError>> {
  try {
    const opened = await openRepository(studyDir);
    if (opened === null)
      return failWith(
        'not-found',
        `The study is in no git repository, so it has no commit "${name}".`,
      );
    const commit = await commitOf(opened.repository, name);
    if (commit !== null) return ok({...opened, commit});
  } catch (error) {
    return err(repositoryFault(error));
  }
  return failWith('not-found', `There is no commit "${name}" in this repository.`, {
    hint: 'Name a commit by its id, a branch or a tag. A shallow clone has only its latest ones: `git fetch --unshallow` brings the others.',
  });
}

/** The whole id of a commit that a name stands for; null where there is none. */
async function commitOf(repository: Repository, name: string): Promise<string | null> {
  const [, start = '', steps = ''] = /^(.*?)((?:\^|~\d*)*)$/.exec(name) ?? [];
  let commit = await startOf(repository, start);
  for (const step of steps.match(/\^|~\d*/g) ?? []) {
    const count = step === '^' || step === '~' ? 1 : Number(step.slice(1));
    for (let gone = 0; gone < count && commit !== null; gone += 1)
      commit = await parentOf(repository, commit);
  }
  return commit === null ? null : peeled(repository, commit);
}

async function startOf(repository: Repository, name: string): Promise<string | null> {
  // a name becomes a path in the git folder, out of which none of git's own leads
  if (name === '' || !/^[^/.\\:?*[\s-][^\\:?*[\s]*$/.test(name) || name.includes('..')) return null;
  try {
    return await git.resolveRef({...repository, ref: name});
  } catch {
    if (!/^[0-9a-f]{4,40}$/i.test(name)) return null;
    return git.expandOid({...repository, oid: name.toLowerCase()}).catch(() => null);
  }
}

/** The commit that a tag with words of its own stands for; null for what is no commit. */
async function peeled(repository: Repository, oid: string): Promise<string | null> {
  return git.readCommit({...repository, oid}).then((read) => read.oid, noneUnlessOverLimit);
}

async function parentOf(repository: Repository, oid: string): Promise<string | null> {
  return git
    .readCommit({...repository, oid})
    .then(({commit}) => commit.parent[0] ?? null, noneUnlessOverLimit);
}

function noneUnlessOverLimit(error: unknown): null {
  if (isOverLimit(error)) throw error;
  return null;
}
