import type {GitState} from '../../shared/run';
import {openThread} from '../threads/thread';
import {findGitFolder} from './gitFolder';

/** Longest look at a repository; after that, branch and commit are given without the changed files. */
const BUDGET_MS = 2000;

/** What the thread gives of a repository before it has looked for changed files. */
export type GitHead = Pick<GitState, 'branch' | 'commit'>;

/**
 * The git state of a study, read on a thread of its own; null where it is no repository, or where nothing is
 * known of it within two seconds. Never rejects, never holds anyone up.
 */
export async function readGitState(
  studyDir: string,
  signal?: AbortSignal,
): Promise<GitState | null> {
  const folder = await findGitFolder(studyDir).catch(() => null);
  if (folder === null || signal?.aborted === true) return null;
  const thread = openThread<string, GitState | null, GitHead>({
    name: 'gitState',
    inPlace: async () => (await import('./inspectRepository')).inspectRepository,
  });
  let soFar: GitState | null = null;
  let giveUp: () => void = () => undefined;
  const gaveUp = new Promise<null>((resolve) => {
    giveUp = () => resolve(null);
  });
  const timer = setTimeout(giveUp, BUDGET_MS);
  signal?.addEventListener('abort', giveUp);
  try {
    const asked = thread
      .call(studyDir, (head) => {
        soFar = {...head, dirtyFiles: [], dirtyFilesUnknown: true};
      })
      .then((state) => ({state}))
      // a thread that broke down gives no more than it gave before
      .catch(() => null);
    const answer = await Promise.race([asked, gaveUp]);
    return answer === null ? soFar : answer.state;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
    void thread.end();
  }
}
