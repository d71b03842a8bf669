import {
  RUNNING_CODES,
  stateOf,
  WAITING_CODES,
  type EndCode,
  type ExcludedFile,
  type Job,
  type NotCollected,
  type StatusCode,
} from '../../shared/job';
import type {OutputFile} from '../../shared/output';
import {assertNever} from '../../shared/result';

/** How a job comes to its end. */
export interface JobEnding {
  readonly statusCode: EndCode;
  readonly message: string;
  readonly hint: string | null;
  /** As of a `Job`. */
  readonly outOfMemoryBytes?: number | null;
  /** Study-relative log of a job that ends before its command began; any other has it already. */
  readonly logFile?: string;
  /** Where the outputs of a job lie that could not be put in their places, study-relative; null where they are lost. */
  readonly keptFiles?: string | null;
}

/** What a job's files came to. */
export interface JobFiles {
  readonly outputs: readonly OutputFile[];
  readonly unmatchedPatterns: readonly string[];
  readonly unmatchedFiles: readonly string[];
  readonly excluded: readonly ExcludedFile[];
  readonly notCollected: readonly NotCollected[];
  readonly keptFiles: string | null;
}

/** What can happen to a job; `at` is ISO 8601 UTC. */
export type JobChange =
  | {readonly kind: 'waiting'; readonly for: 'dependencies' | 'workers'}
  | {readonly kind: 'preparing'; readonly at: string}
  | {
      readonly kind: 'prepared';
      readonly imageId: string | null;
      readonly actionCommit: string | null;
    }
  | {readonly kind: 'executing'; readonly at: string; readonly logFile: string}
  | {
      readonly kind: 'executed';
      readonly exitCode: number;
      readonly peakMemoryBytes: number | null;
      readonly cpuSeconds: number | null;
      /** When the command began, of a job whose start was not seen. */
      readonly startedAt?: string;
    }
  | {readonly kind: 'finalizing'}
  | {readonly kind: 'finalized'; readonly files: JobFiles; readonly logFile: string | null}
  /** The engine that the job runs in has stopped answering. */
  | {readonly kind: 'engine-lost'}
  /** It answers again, and the job goes on from where it was. */
  | {readonly kind: 'engine-back'}
  | {readonly kind: 'ended'; readonly at: string; readonly ending: JobEnding};

/** The words for a job that has not ended, by its code: what it does, never that something is over while it runs. */
const MESSAGES: Readonly<Partial<Record<StatusCode, string>>> = {
  created: 'Created',
  waiting_on_dependencies: 'Waiting for actions it needs',
  waiting_on_workers: 'Waiting for a free slot',
  preparing: 'Preparing code and inputs',
  prepared: 'Starting the job',
  executing: 'Running',
  executed: 'Collecting outputs',
  finalizing: 'Collecting outputs',
  finalized: 'Saving outputs',
};

/** Codes from which each change may follow; an ending may follow anything that is not final. */
const FOLLOWS: Readonly<Record<JobChange['kind'], readonly StatusCode[]>> = {
  waiting: WAITING_CODES,
  preparing: WAITING_CODES,
  prepared: ['preparing'],
  executing: ['prepared'],
  executed: ['executing'],
  finalizing: ['executed'],
  finalized: ['finalizing'],
  'engine-lost': RUNNING_CODES,
  'engine-back': RUNNING_CODES,
  ended: [...WAITING_CODES, ...RUNNING_CODES],
};

/** A job whose engine is lost can only get it back, or end. */
function engineAllows(job: Job, change: JobChange): boolean {
  const lost = job.state === 'waiting-for-engine';
  return change.kind === 'ended' || lost === (change.kind === 'engine-back');
}

/** What is in its place among the logs is from an earlier job then (RULES "Log"). */
function isCutShort({statusCode}: JobEnding): boolean {
  return statusCode === 'cancelled_by_user' || statusCode === 'cut_off';
}

/**
 * The job after a change. Nothing else changes a job's state; a change out of order is a bug and throws (RULES "End of
 * a job").
 */
export function advanceJob(job: Job, change: JobChange): Job {
  if (!FOLLOWS[change.kind].includes(job.statusCode) || !engineAllows(job, change))
    throw new Error(
      `Job ${job.id} cannot go from ${job.statusCode} (${job.state}) to ${change.kind}`,
    );
  const to = (statusCode: StatusCode, parts: Partial<Job> = {}): Job => ({
    ...job,
    ...parts,
    statusCode,
    state: stateOf(statusCode),
    message: MESSAGES[statusCode] ?? '',
  });
  switch (change.kind) {
    case 'waiting':
      return to(change.for === 'dependencies' ? 'waiting_on_dependencies' : 'waiting_on_workers');
    case 'preparing':
      return to('preparing', {startedAt: change.at});
    case 'prepared':
      return to('prepared', {imageId: change.imageId, actionCommit: change.actionCommit});
    case 'executing':
      return to('executing', {startedAt: change.at, logFile: change.logFile});
    case 'executed':
      return to('executed', {
        exitCode: change.exitCode,
        peakMemoryBytes: change.peakMemoryBytes,
        cpuSeconds: change.cpuSeconds,
        startedAt: change.startedAt ?? job.startedAt,
      });
    case 'finalizing':
      return to('finalizing');
    case 'finalized':
      return to('finalized', {...change.files, logFile: change.logFile});
    case 'engine-lost':
      return {...job, state: 'waiting-for-engine', message: 'Waiting for the container engine'};
    case 'engine-back':
      return to(job.statusCode);
    case 'ended':
      return {
        ...job,
        statusCode: change.ending.statusCode,
        state: stateOf(change.ending.statusCode),
        message: change.ending.message,
        hint: change.ending.hint,
        outOfMemoryBytes: change.ending.outOfMemoryBytes ?? null,
        logFile: change.ending.logFile ?? (isCutShort(change.ending) ? null : job.logFile),
        ...(change.ending.keptFiles === undefined
          ? {}
          : {outputs: [], keptFiles: change.ending.keptFiles}),
        completedAt: change.at,
      };
    default:
      return assertNever(change);
  }
}
