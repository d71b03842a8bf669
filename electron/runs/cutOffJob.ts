import type {Job, StatusCode} from '../../shared/job';
import type {JobExit} from '../executor/executor';
import {incomingPrefix, receivedAt, removeIncoming} from './collectedFiles';
import {endUnplaced} from './collectOutputs';
import {CUT_OFF, endingOf, NEVER_STARTED} from './jobEnding';
import type {JobEnding} from './jobMachine';
import type {JobProgress, JobTask} from './jobProgress';
import {forgetReplaced, placeFiles, syncPlaces} from './placeOutputs';
import {isoTimeOf, type RunPorts} from './runPorts';

/** Codes of jobs whose start is on record. */
const BEGUN: ReadonlySet<StatusCode> = new Set<StatusCode>([
  'executing',
  'executed',
  'finalizing',
  'finalized',
]);

/** Whether the start of a job's command is on record. */
export function isBegun({statusCode}: Job): boolean {
  return BEGUN.has(statusCode);
}

/** A job whose command ended while nobody looked took as long as the engine says, and not until it was found. */
export function noteEarlierEnd(progress: JobProgress, exit: JobExit, foundAt: number): void {
  const {startedAt} = progress.job();
  if (startedAt === null) return;
  // by the start that we know, as the engine's clock may be another one
  const took = Date.parse(exit.finishedAt) - Date.parse(exit.startedAt);
  const endedAt = Date.parse(startedAt) + took;
  if (endedAt < foundAt) progress.endedAt(isoTimeOf(endedAt));
}

/**
 * Ends a job that was cut off and of which no container is left: what had been collected whole is put
 * in place; of anything else it is said to be gone.
 */
export async function endLostJob(
  ports: RunPorts,
  progress: JobProgress,
  task: JobTask,
): Promise<Job> {
  const job = progress.job();
  const prefix = incomingPrefix(ports, job.id);
  const {exitCode} = job;
  if (job.statusCode === 'finalized' && exitCode !== null) {
    const paths = job.outputs.map(({path}) => path);
    const received = await receivedAt(prefix, paths);
    if (received !== null) progress.endedAt(isoTimeOf(received));
    const placed = await placeFiles(ports.folder.study, prefix, paths);
    return progress.end(
      placed.ok
        ? endingOfRecord(job, exitCode, task)
        : await endUnplaced(ports, task.definition, prefix, paths, placed.error),
      async (ended) => {
        await syncPlaces(ports.folder.study, paths);
        if (ended.statusCode === 'succeeded')
          await ports.onSuccess({job: ended, definition: task.definition, filesRead: null});
      },
      async (ended) => {
        if (!(await ports.stillHeld()).ok) return;
        await forgetReplaced(ports.folder.study, prefix);
        await removeIncoming(prefix);
        if (ended.statusCode === 'succeeded') await ports.afterSuccess(ended);
      },
    );
  }
  await removeIncoming(prefix);
  return progress.end(job.startedAt === null ? NEVER_STARTED : CUT_OFF);
}

function endingOfRecord(job: Job, exitCode: number, task: JobTask): JobEnding {
  return endingOf({
    exitCode,
    outOfMemory: false,
    imageName: task.definition.imageName,
    memoryLimitBytes: task.definition.limits.memoryBytes,
    timedOutAfter: null,
    engineLost: false,
    unmatchedPatterns: job.unmatchedPatterns,
    unmatchedFiles: job.unmatchedFiles,
    excluded: job.excluded.length,
    notCollected: job.notCollected,
  });
}
