import type {GitState} from '../../shared/run';
import {findGitFolder} from './gitFolder';
import {lookAtRepository} from './repositoryLook';

/** Longest look at a repository; after that, branch and commit are given without the changed files. */
const BUDGET_MS = 2000;

/**
 * The git state of a study, read on a thread; null where it is no repository, or where nothing is known of it within two
 * seconds. Never rejects, never holds anyone up.
 */
export async function readGitState(
  studyDir: string,
  signal?: AbortSignal,
): Promise<GitState | null> {
  const folder = await findGitFolder(studyDir).catch(() => null);
  if (folder === null || signal?.aborted === true) return null;
  let soFar: GitState | null = null;
  const late = new AbortController();
  const giveUp = (): void => late.abort();
  const timer = setTimeout(giveUp, BUDGET_MS);
  signal?.addEventListener('abort', giveUp);
  try {
    const keepHead = (head: Pick<GitState, 'branch' | 'commit'>): void => {
      soFar = {...head, dirtyFiles: [], dirtyFilesUnknown: true};
    };
    return await lookAtRepository({kind: 'state', studyDir}, keepHead, late.signal);
  } catch {
    // it takes too long, or a thread broke down: no more is known than it gave before
    return soFar;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
