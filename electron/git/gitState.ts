import type {GitState} from '../../shared/run';
import {openThread, type Thread} from '../threads/thread';
import {findGitFolder} from './gitFolder';

/** Longest look at a repository; after that, branch and commit are given without the changed files. */
const BUDGET_MS = 2000;

/** The thread is kept so long after a look: the next one has in memory what has not changed. */
const KEPT_MS = 120_000;

type LookThread = Thread<string, GitState | null, GitHead>;
let shared: {readonly thread: LookThread; looks: number; timer: NodeJS.Timeout | null} | null =
  null;

/** The thread of all looks; to be given back. */
function takeThread(): LookThread {
  shared ??= {
    thread: openThread<string, GitState | null, GitHead>({
      name: 'gitState',
      inPlace: async () => (await import('./inspectRepository')).inspectRepository,
    }),
    looks: 0,
    timer: null,
  };
  if (shared.timer !== null) clearTimeout(shared.timer);
  shared.looks += 1;
  return shared.thread;
}

/** Ends the thread where a look in it takes too long, which others would wait for; else once nobody has asked for a while. */
function giveThreadBack(thread: LookThread, isLate: boolean): void {
  if (shared?.thread !== thread) return;
  shared.looks -= 1;
  const end = (): void => {
    shared = null;
    void thread.end();
  };
  if (isLate) end();
  else if (shared.looks === 0) {
    shared.timer = setTimeout(end, KEPT_MS);
    shared.timer.unref();
  }
}

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
  const thread = takeThread();
  let isLate = false;
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
    isLate = answer === null;
    return answer === null ? soFar : answer.state;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
    giveThreadBack(thread, isLate);
  }
}
