import {setTimeout as delay} from 'node:timers/promises';
import {fileSystemError} from '../files/fileSystemError';
import type {RunPorts} from './runPorts';

/** How an engine is asked to remove what is left of a run. */
export interface Removal {
  /** The user stopped the run, and waits. */
  readonly isStopped: () => boolean;
  /** Called with a sentence where something is left. */
  readonly onLeft: (message: string) => void;
}

/** How often, and how soon after one another, it is asked. */
const AT_MOST = 10;
const WHERE_STOPPED = 3;
const AGAIN_MS = 1000;

/** Removes what the engine still has of a run; it may just be starting anew, so it is asked several times. */
export async function removeRest(
  {executor, studyId}: Pick<RunPorts, 'executor' | 'studyId'>,
  runId: string,
  {isStopped, onLeft}: Removal,
): Promise<void> {
  for (let asked = 1; ; asked += 1) {
    try {
      await executor.removeRun(studyId, runId);
      return;
    } catch (error) {
      if (asked >= (isStopped() ? WHERE_STOPPED : AT_MOST)) {
        const {why, detail} = fileSystemError('', error);
        onLeft(`The next run removes containers that the engine still has. ${why ?? detail ?? ''}`);
        return;
      }
      await delay(AGAIN_MS);
    }
  }
}
