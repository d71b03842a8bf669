import type {Job, JobState, StatusCode} from './job';
import {assertNever} from './result';
import type {TierCounts} from './sensitivity';

/** Why an action is out of date, to the file where known. */
export interface OutOfDateReason {
  readonly kind:
    | 'run-line'
    | 'config'
    | 'image'
    | 'code'
    | 'codelist'
    | 'input'
    | 'output-patterns'
    | 'output-changed'
    | 'upstream'
    /** It is not known whether its outputs still follow from the study. */
    | 'not-verified';
  /** In words, e.g. "`analysis/model.R` changed (3 lines, first line 41)"; `outOfDateReasonText` adds when. */
  readonly message: string;
  /** Study-relative file behind it, where there is one. */
  readonly path: string | null;
  /** The line in that file where the change begins, or the changed thing stands, from 1. */
  readonly line?: number;
  /** For `upstream`: the action that is out of date by itself. */
  readonly action?: string;
  /** ISO 8601 UTC time of the change, where known. */
  readonly changedAt: string | null;
  /** For code: how it was found out which files count; `folder` means that all of them do. */
  readonly foundBy?: 'observed' | 'scanned' | 'folder';
  /** For code: nothing but comments and blank lines changed; whether that counts is the user's choice. */
  readonly onlyComments?: true;
  /** Held against the record of `opensafely run`, which keeps no earlier text to show the change with. */
  readonly byTimes?: true;
}

/** Whether an action's outputs still follow from the study as it is, as far as that is known. */
export type Provenance =
  /** It has never succeeded. */
  | {readonly kind: 'never-run'}
  | {readonly kind: 'checking'}
  /** It succeeded, or may have, and whether that still holds is not known; for `--stale` it counts as out of date. */
  | {readonly kind: 'not-verified'; readonly reasons: readonly OutOfDateReason[]}
  /** Compared by content with all it was made from. */
  | {readonly kind: 'up-to-date'; readonly markedBecause: string | null}
  /** Ran under `opensafely run`, which keeps no contents: nothing of it is younger than its start. */
  | {readonly kind: 'up-to-date-by-times'; readonly notCompared: readonly string[]}
  /** Its outputs came from elsewhere: nobody knows whether they follow from the study as it is. */
  | ({readonly kind: 'supplied'} & Supplied)
  | {readonly kind: 'out-of-date'; readonly reasons: readonly OutOfDateReason[]}
  | {readonly kind: 'upstream-out-of-date'; readonly because: readonly string[]}
  /** Its part of project.yaml has errors: what it is shown with may be from before them. */
  | {readonly kind: 'has-errors'; readonly problems: readonly ActionProblem[]};

/** Where outputs that no job here made are from. */
export interface Supplied {
  /** In the user's words. */
  readonly from: string;
  /** The day they are of, ISO 8601. */
  readonly on: string;
}

/** Where supplied outputs are from, for people. */
export function suppliedText({from, on}: Supplied): string {
  return `from ${from}, of ${on}`;
}

/** An error in an action's part of project.yaml. */
export interface ActionProblem {
  /** One plain sentence. */
  readonly message: string;
  /** Line of project.yaml, from 1. */
  readonly line: number;
}

/** The last attempt at an action, in short. */
export interface LastJob {
  readonly jobId: string;
  readonly runId: string;
  readonly state: JobState;
  readonly statusCode: StatusCode;
  readonly message: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly exitCode: number | null;
  /** As of a `Job`. */
  readonly outOfMemoryBytes: number | null;
  readonly peakMemoryBytes: number | null;
  readonly cpuSeconds: number | null;
  /** Number of files that match an output pattern and could not be collected. */
  readonly notCollected: number;
  /**
   * Ran here, under Snakemake in an exported copy or, read from `metadata/db.sqlite`, under `opensafely run`; `elsewhere`
   * where its outputs were supplied.
   */
  readonly ranBy: 'study-desk' | 'snakemake' | 'opensafely' | 'elsewhere';
}

/** What a job of ours is, in short. */
export function lastJobOf(job: Job): LastJob {
  return {
    jobId: job.id,
    runId: job.runId,
    state: job.state,
    statusCode: job.statusCode,
    message: job.message,
    startedAt: job.startedAt,
    completedAt: job.completedAt,
    exitCode: job.exitCode,
    outOfMemoryBytes: job.outOfMemoryBytes,
    peakMemoryBytes: job.peakMemoryBytes,
    cpuSeconds: job.cpuSeconds,
    notCollected: job.notCollected.length,
    ranBy: job.ranBy ?? 'study-desk',
  };
}

/** What the last attempt is said to be once earlier outputs were put back over its own. */
export const RESTORED_MESSAGE = 'Restored from the cache';

/** All that the list, graph and table show of an action besides its definition. */
export interface ActionStatus {
  readonly action: string;
  /** The job under way or the latest one; null when never run. */
  readonly lastJob: LastJob | null;
  /** How the latest attempt ended that says something of the action: one that was stopped, or whose turn never came, does not. */
  readonly outcome: 'succeeded' | 'failed' | null;
  /** Every recorded output of the last success is still on disk. */
  readonly outputsPresent: boolean;
  readonly outputCounts: TierCounts;
  readonly provenance: Provenance;
  /** Expected seconds from earlier runs. */
  readonly expectedSeconds: number | null;
}

/**
 * The one word and mark an action goes by, the same in window, plans, queries and JSON. A past attempt goes by the
 * state of its job, where `succeeded` means what can't be said of the action any more without a check.
 */
export type ActionState =
  | 'up-to-date'
  | 'up-to-date-by-times'
  | 'supplied'
  | 'out-of-date'
  | 'upstream-out-of-date'
  | 'checking'
  | 'not-verified'
  | 'outputs-missing'
  | 'never-run'
  | 'has-errors'
  | Exclude<JobState, 'succeeded'>;

/** The states as people read them. */
export const STATE_WORDS: Readonly<Record<ActionState | JobState, string>> = {
  'up-to-date': 'Up to date',
  'up-to-date-by-times': 'Up to date by file times',
  supplied: 'Supplied',
  'out-of-date': 'Out of date',
  'upstream-out-of-date': 'Upstream out of date',
  checking: 'Checking',
  'not-verified': 'Not verified',
  'outputs-missing': 'Outputs missing',
  'never-run': 'Never run',
  'has-errors': 'Has errors',
  waiting: 'Waiting',
  'waiting-for-engine': 'Waiting for engine',
  running: 'Running',
  succeeded: 'Succeeded',
  blocked: 'Blocked',
  'not-started': 'Not started',
  'cut-off': 'Cut off',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** All states of an action, in the order in which they are listed. */
export const ACTION_STATES: readonly ActionState[] = (
  Object.keys(STATE_WORDS) as readonly (keyof typeof STATE_WORDS)[]
).filter((state) => state !== 'succeeded');

const UNDER_WAY: readonly JobState[] = ['waiting', 'waiting-for-engine', 'running'];

/** The latest attempt where it failed and changes nothing: an earlier success still holds, and a run would leave it alone. */
export function attemptWithoutResult({lastJob, outcome}: ActionStatus): LastJob | null {
  const stopped = lastJob?.state === 'cancelled' || lastJob?.state === 'not-started';
  return stopped && outcome === 'succeeded' ? lastJob : null;
}

/**
 * The state of an action; the only place where its latest job meets what is known of its outputs. `up-to-date` is only
 * ever the answer of a check.
 */
export function actionStateOf(status: ActionStatus): ActionState {
  const {lastJob: job, provenance} = status;
  const underWay = job !== null && UNDER_WAY.includes(job.state);
  if (provenance.kind === 'has-errors' && !underWay) return 'has-errors';
  // its record may be what can't be read
  if (job === null) return provenance.kind === 'not-verified' ? 'not-verified' : 'never-run';
  if (job.state !== 'succeeded' && attemptWithoutResult(status) === null) return job.state;
  if (!status.outputsPresent) return 'outputs-missing';
  switch (provenance.kind) {
    case 'never-run':
      // it did succeed, and nothing is known of what is left
      return 'not-verified';
    case 'checking':
    case 'has-errors':
    case 'not-verified':
    case 'up-to-date':
    case 'up-to-date-by-times':
    case 'supplied':
    case 'out-of-date':
    case 'upstream-out-of-date':
      return provenance.kind;
    default:
      return assertNever(provenance);
  }
}
