import {existsSync} from 'node:fs';
import path from 'node:path';
import {Worker} from 'node:worker_threads';
import type {GitState} from '../../shared/run';
import {findGitFolder} from './gitFolder';

/** Longest look at a repository; after that, branch and commit are told without the changed files. */
const BUDGET_MS = 2000;

/** What the worker says. */
type GitStateMessage =
  | {readonly kind: 'head'; readonly head: Pick<GitState, 'branch' | 'commit'>}
  | {readonly kind: 'state'; readonly state: GitState | null};

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
  const workerFile = path.join(__dirname, 'gitState.worker.cjs');
  // beside the bundle; in tests of the source there is none
  if (!existsSync(workerFile)) return inSameThread(studyDir);
  return onThread(workerFile, studyDir, signal);
}

async function inSameThread(studyDir: string): Promise<GitState | null> {
  const {inspectRepository} = await import('./inspectRepository');
  return inspectRepository(studyDir).catch(() => null);
}

function onThread(
  workerFile: string,
  studyDir: string,
  signal: AbortSignal | undefined,
): Promise<GitState | null> {
  return new Promise((resolve) => {
    const worker = new Worker(workerFile, {workerData: studyDir});
    let soFar: GitState | null = null;

    const finish = (state: GitState | null): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      void worker.terminate();
      resolve(state);
    };
    const giveUp = (): void => {
      finish(soFar);
    };
    const timer = setTimeout(giveUp, BUDGET_MS);
    signal?.addEventListener('abort', giveUp);

    worker.on('message', (message: GitStateMessage) => {
      if (message.kind === 'state') finish(message.state);
      else soFar = {...message.head, dirtyFiles: [], dirtyFilesUnknown: true};
    });
    worker.on('error', giveUp);
    worker.on('exit', giveUp);
  });
}
