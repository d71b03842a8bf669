import {
  isFinal,
  stateOf,
  type EndCode,
  type ExcludedFile,
  type Job,
  type StatusCode,
} from '../../shared/job';
import type {OutputFile} from '../../shared/output';
import {assertNever} from '../../shared/result';

/** How a job comes to its end. */
export interface JobEnding {
  readonly statusCode: EndCode;
  readonly message: string;
  readonly hint: string | null;
}

/** What a job's files came to. */
export interface JobFiles {
  readonly outputs: readonly OutputFile[];
  readonly unmatchedPatterns: readonly string[];
  readonly unmatchedFiles: readonly string[];
  readonly excluded: readonly ExcludedFile[];
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
    }
  /** The engine does not answer; the job stays where it is. */
  | {readonly kind: 'engine-lost'}
  | {readonly kind: 'engine-back'}
  | {readonly kind: 'finalizing'}
  | {readonly kind: 'finalized'; readonly files: JobFiles; readonly logFile: string | null}
  | {readonly kind: 'ended'; readonly at: string; readonly ending: JobEnding};

const UNDER_WAY: readonly StatusCode[] = [
  'preparing',
  'prepared',
  'executing',
  'executed',
  'finalizing',
  'finalized',
];

const BEFORE_START: readonly StatusCode[] = [
  'created',
  'waiting_on_dependencies',
  'waiting_on_workers',
];

/** Codes from which each change may follow; an ending may follow anything that is not final. */
const FOLLOWS: Readonly<Record<Exclude<JobChange['kind'], 'ended'>, readonly StatusCode[]>> = {
  waiting: BEFORE_START,
  preparing: BEFORE_START,
  prepared: ['preparing'],
  executing: ['prepared'],
  executed: ['executing'],
  finalizing: ['executed'],
  finalized: ['finalizing'],
  'engine-lost': UNDER_WAY,
  'engine-back': UNDER_WAY,
};

/** The job after a change; a change out of order is a bug and throws (RULES "End of a job"). */
export function advanceJob(job: Job, change: JobChange): Job {
  const allowed =
    change.kind === 'ended'
      ? !isFinal(job.statusCode)
      : FOLLOWS[change.kind].includes(job.statusCode);
  if (!allowed) throw new Error(`Job ${job.id} cannot go from ${job.statusCode} to ${change.kind}`);
  const to = (statusCode: StatusCode, message: string, parts: Partial<Job> = {}): Job => ({
    ...job,
    ...parts,
    statusCode,
    state: stateOf(statusCode),
    message,
  });
  switch (change.kind) {
    case 'waiting':
      return change.for === 'dependencies'
        ? to('waiting_on_dependencies', 'Waiting for the actions it needs')
        : to('waiting_on_workers', 'Waiting for a free place');
    case 'preparing':
      return to('preparing', 'Preparing code and inputs', {startedAt: change.at});
    case 'prepared':
      return to('prepared', 'Ready to start', {
        imageId: change.imageId,
        actionCommit: change.actionCommit,
      });
    case 'executing':
      return to('executing', 'Running', {startedAt: change.at, logFile: change.logFile});
    case 'executed':
      return to('executed', 'The command has ended', {
        exitCode: change.exitCode,
        peakMemoryBytes: change.peakMemoryBytes,
        cpuSeconds: change.cpuSeconds,
      });
    case 'finalizing':
      return to('finalizing', 'Collecting outputs');
    case 'finalized':
      return to('finalized', 'Outputs collected', {...change.files, logFile: change.logFile});
    case 'engine-lost':
      return {...job, state: 'waiting-for-engine', message: 'Waiting for the container engine'};
    case 'engine-back':
      return to(job.statusCode, 'The container engine answers again');
    case 'ended':
      return to(change.ending.statusCode, change.ending.message, {
        hint: change.ending.hint,
        completedAt: change.at,
      });
    default:
      return assertNever(change);
  }
}
