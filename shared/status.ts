import type {JobState, StatusCode} from './job';
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
    | 'upstream';
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
}

/** Whether an action's outputs still follow from the study as it is. */
export type Provenance =
  | {readonly kind: 'unknown'}
  | {readonly kind: 'checking'}
  | {readonly kind: 'never-run'}
  | {readonly kind: 'up-to-date'; readonly markedBecause: string | null}
  | {readonly kind: 'out-of-date'; readonly reasons: readonly OutOfDateReason[]}
  | {readonly kind: 'upstream-out-of-date'; readonly because: readonly string[]};

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
  readonly peakMemoryBytes: number | null;
  readonly cpuSeconds: number | null;
  /** Ran here or, read from `metadata/db.sqlite`, under `opensafely run`. */
  readonly ranBy: 'study-desk' | 'opensafely';
}

/** What the last attempt is said to be once earlier outputs were put back over its own. */
export const RESTORED_MESSAGE = 'Restored from the cache';

/** All that the list, graph and table show of an action besides its definition. */
export interface ActionStatus {
  readonly action: string;
  /** The job under way or the latest one; null when never run. */
  readonly lastJob: LastJob | null;
  /** Every recorded output of the last success is still on disk. */
  readonly outputsPresent: boolean;
  readonly outputCounts: TierCounts;
  readonly provenance: Provenance;
  /** Expected seconds from earlier runs. */
  readonly expectedSeconds: number | null;
}

/** The one word and mark an action goes by (renderer/status/README.md). */
export type ActionState =
  | 'up-to-date'
  | 'running'
  | 'waiting'
  | 'failed'
  | 'out-of-date'
  | 'upstream-out-of-date'
  | 'never-run'
  | 'cancelled';

/** Words for the display states. */
export const STATE_WORDS: Readonly<Record<ActionState, string>> = {
  'up-to-date': 'Up to date',
  running: 'Running',
  waiting: 'Waiting',
  failed: 'Failed',
  'out-of-date': 'Out of date',
  'upstream-out-of-date': 'Upstream out of date',
  'never-run': 'Never run',
  cancelled: 'Cancelled',
};

/** Derives the display state; the only place where job state and provenance meet. */
export function actionStateOf(status: ActionStatus): ActionState {
  const job = status.lastJob;
  if (job === null) return 'never-run';
  if (job.state === 'running') return 'running';
  if (job.state === 'pending') return 'waiting';
  if (job.statusCode === 'cancelled_by_user') return 'cancelled';
  if (job.state === 'failed') return 'failed';
  if (!status.outputsPresent) return 'never-run';
  if (status.provenance.kind === 'out-of-date') return 'out-of-date';
  if (status.provenance.kind === 'upstream-out-of-date') return 'upstream-out-of-date';
  return 'up-to-date';
}
