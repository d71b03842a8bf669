import type {OutputFile} from './output';
import type {PlanReason} from './plan';

/**
 * How a job stands, in the words that window, plans, queries and JSON share (`ActionState` in status.ts has the rest of
 * the list). Only `failed` counts as a failure: a job that was `blocked` or `not-started` never ran.
 */
export type JobState =
  | 'waiting'
  /** Begun, and the container engine it runs in does not answer. */
  | 'waiting-for-engine'
  | 'running'
  | 'succeeded'
  | 'failed'
  /** Something it needs did not succeed. */
  | 'blocked'
  /** Its run ended before its turn. */
  | 'not-started'
  /** Study Desk was closed or killed amid it, and nothing of it is left to collect. */
  | 'cut-off'
  /** Stopped while it ran: by the user, or since another job failed. */
  | 'cancelled';

/** Codes of a job that waits for its turn. */
export const WAITING_CODES = ['created', 'waiting_on_dependencies', 'waiting_on_workers'] as const;

/** Codes of a job that has begun, in their order. */
export const RUNNING_CODES = [
  'preparing',
  'prepared',
  'executing',
  'executed',
  'finalizing',
  'finalized',
] as const;

/** The codes with which a job can end; `not_started` and `cut_off` are our own. */
export const END_CODES = [
  'succeeded',
  'dependency_failed',
  'nonzero_exit',
  'cancelled_by_user',
  'unmatched_patterns',
  'internal_error',
  'not_started',
  'cut_off',
] as const;

/** The codes with which a job can end. */
export type EndCode = (typeof END_CODES)[number];

/** Fine state: the codes of `opensafely run` that can occur here, and our own ends. */
export type StatusCode = (typeof WAITING_CODES)[number] | (typeof RUNNING_CODES)[number] | EndCode;

const STATE_OF: Readonly<Record<StatusCode, JobState>> = {
  created: 'waiting',
  waiting_on_dependencies: 'waiting',
  waiting_on_workers: 'waiting',
  preparing: 'running',
  prepared: 'running',
  executing: 'running',
  executed: 'running',
  finalizing: 'running',
  finalized: 'running',
  succeeded: 'succeeded',
  dependency_failed: 'blocked',
  nonzero_exit: 'failed',
  cancelled_by_user: 'cancelled',
  unmatched_patterns: 'failed',
  internal_error: 'failed',
  not_started: 'not-started',
  cut_off: 'cut-off',
};

/** The state that goes with a status code, as long as the engine answers. */
export function stateOf(statusCode: StatusCode): JobState {
  return STATE_OF[statusCode];
}

/** True for a job that has begun and not ended, whether or not its engine answers. */
export function isUnderWay(state: JobState): boolean {
  return state === 'running' || state === 'waiting-for-engine';
}

/** True once nothing more will happen to a job. */
export function isFinal(statusCode: StatusCode): boolean {
  const state = stateOf(statusCode);
  return state !== 'waiting' && state !== 'running';
}

/** A moderately sensitive file that would not leave level 4, and why (RULES "Outputs"). */
export interface ExcludedFile {
  readonly path: string;
  readonly reason: string;
}

/** What a job made that matches one of its patterns and could not be collected, and why (RULES "Outputs"). */
export interface NotCollected {
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
  readonly notCollected: readonly NotCollected[];
  /** Study-relative path of the log. */
  readonly logFile: string | null;
  /** Study-relative folder with a failed job's files, kept for inspection. */
  readonly keptFiles: string | null;
  /** The memory limit, in bytes, that the engine says the job ran into; null where it did not, or the engine does not know. */
  readonly outOfMemoryBytes: number | null;
  readonly peakMemoryBytes: number | null;
  readonly cpuSeconds: number | null;
  /** Set where a workflow engine ran it, in an exported copy of the study. */
  readonly ranBy?: 'snakemake';
}
