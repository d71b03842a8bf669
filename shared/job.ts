import type {OutputFile} from './output';
import type {PlanReason} from './plan';

/** Coarse state. */
export type JobState = 'pending' | 'running' | 'failed' | 'succeeded';

/** Fine state: the reference's codes that can occur on this computer (RULES "End of a job"). */
export type StatusCode =
  | 'created'
  | 'waiting_on_dependencies'
  | 'waiting_on_workers'
  | 'preparing'
  | 'prepared'
  | 'executing'
  | 'executed'
  | 'finalizing'
  | 'finalized'
  | 'succeeded'
  | 'dependency_failed'
  | 'nonzero_exit'
  | 'cancelled_by_user'
  | 'unmatched_patterns'
  | 'internal_error';

const STATE_OF: Readonly<Record<StatusCode, JobState>> = {
  created: 'pending',
  waiting_on_dependencies: 'pending',
  waiting_on_workers: 'pending',
  preparing: 'running',
  prepared: 'running',
  executing: 'running',
  executed: 'running',
  finalizing: 'running',
  finalized: 'running',
  succeeded: 'succeeded',
  dependency_failed: 'failed',
  nonzero_exit: 'failed',
  cancelled_by_user: 'failed',
  unmatched_patterns: 'failed',
  internal_error: 'failed',
};

/** The coarse state of a status code. */
export function stateOf(statusCode: StatusCode): JobState {
  return STATE_OF[statusCode];
}

/** True once nothing more will happen to a job. */
export function isFinal(statusCode: StatusCode): boolean {
  const state = stateOf(statusCode);
  return state === 'failed' || state === 'succeeded';
}

/** A moderately sensitive file that would not leave level 4, and why (RULES "Outputs"). */
export interface ExcludedFile {
  readonly path: string;
  readonly reason: string;
}

/** One attempt at running one action. Times are ISO 8601 UTC; null until known. */
export interface Job {
  readonly id: string;
  readonly runId: string;
  readonly action: string;
  readonly reason: PlanReason;
  readonly waitsFor: readonly string[];
  readonly state: JobState;
  readonly statusCode: StatusCode;
  /** One sentence on the status, e.g. why it failed. */
  readonly message: string;
  /** What to do next, where there is something to say. */
  readonly hint: string | null;
  readonly exitCode: number | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  /** Full image name, e.g. `ghcr.io/opensafely-core/r:v2`. */
  readonly image: string;
  readonly imageId: string | null;
  /** Commit of a reusable action's code (RULES "Reusable actions"); null for the study's own code. */
  readonly actionCommit: string | null;
  readonly outputs: readonly OutputFile[];
  readonly unmatchedPatterns: readonly string[];
  /** New files that no pattern matched; only where a pattern matched nothing. */
  readonly unmatchedFiles: readonly string[];
  readonly excluded: readonly ExcludedFile[];
  /** Study-relative path of the log. */
  readonly logFile: string | null;
  /** Study-relative folder with a failed job's files, kept for inspection. */
  readonly keptFiles: string | null;
  readonly peakMemoryBytes: number | null;
  readonly cpuSeconds: number | null;
}
