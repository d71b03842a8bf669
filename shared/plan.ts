/**
 * Why a job is in the plan. The first five are the reference's (RULES "Jobs of a request");
 * `out-of-date`, `upstream-out-of-date` and `not-verified` occur only in the needed plan.
 */
export type PlanReason =
  | 'requested'
  | 'never-run'
  | 'outputs-missing'
  | 'failed-before'
  | 'forced'
  | 'out-of-date'
  | 'upstream-out-of-date'
  | 'not-verified';

/** Why an action that was considered gets no job. */
export type SkipReason =
  'succeeded-before' | 'taken-out' | 'marked-up-to-date' | 'restored' | 'supplied';

/** One job to come. */
export interface PlannedJob {
  readonly action: string;
  readonly reason: PlanReason;
  /** Actions of this plan that need it directly; empty for the ends. */
  readonly neededBy: readonly string[];
  /** Actions of this plan it waits for. */
  readonly waitsFor: readonly string[];
}

/** An action considered and left alone. */
export interface SkippedAction {
  readonly action: string;
  readonly reason: SkipReason;
}

/** What a request would do; jobs in an order that respects waitsFor. */
export interface Plan {
  readonly jobs: readonly PlannedJob[];
  readonly skipped: readonly SkippedAction[];
}

/** What the user asks to be run. */
export interface RunRequest {
  /** Action names, or `run_all`. */
  readonly actions: readonly string[];
  /** `-f`: run needed actions again even if they succeeded. */
  readonly forceDependencies: boolean;
  /** Also run everything that is out of date among what the request considers (the needed plan). */
  readonly includeStale: boolean;
  /** Chosen by the user in the plan tray: run again although not needed. */
  readonly force: readonly string[];
  /** Chosen by the user in the plan tray: leave out. */
  readonly takeOut: readonly string[];
}
