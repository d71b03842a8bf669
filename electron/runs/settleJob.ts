import type {Job} from '../../shared/job';
import {placeFiles} from './collectedFiles';
import {incomingPrefix} from './finishJob';
import {endingOf, faultEnding} from './jobEnding';
import type {JobEnding} from './jobMachine';
import type {JobProgress} from './jobProgress';
import type {JobTask} from './jobTask';
import {removeIncoming} from './removeIncoming';
import type {RunPorts} from './runPorts';

/**
 * Ends a job that was cut off and of which no container is left: what had been collected whole is put
 * in place; of anything else it is told that it is gone.
 */
export async function settleJob(
  ports: RunPorts,
  progress: JobProgress,
  task: JobTask,
): Promise<Job> {
  const job = progress.job();
  const prefix = incomingPrefix(ports, job.id);
  const {exitCode} = job;
  if (job.statusCode === 'finalized' && exitCode !== null) {
    const paths = job.outputs.map(({path}) => path);
    const placed = await placeFiles(ports.folder.study, prefix, paths);
    await removeIncoming(prefix);
    return progress.end(
      placed.ok ? endingOfRecord(job, exitCode, task) : faultEnding(placed.error),
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
  });
}

/** What is told of a job that was cut off while it ran. */
export const CUT_OFF: JobEnding = {
  statusCode: 'cut_off',
  message: 'Cut off when Study Desk was closed, and nothing of it is left to collect',
  hint: 'Run the action again; its earlier outputs are as they were.',
};

/** What is told of a job whose turn had not come when Study Desk was closed. */
export const NEVER_STARTED: JobEnding = {
  statusCode: 'not_started',
  message: 'Not started: Study Desk was closed before its turn',
  hint: null,
};
