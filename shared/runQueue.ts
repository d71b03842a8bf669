import type {AppError} from './errors';
import type {RunRequest} from './plan';
import type {PreparedRun} from './preview';
import type {RunOptions} from './run';

/** A run that waits for its turn. It is lost when Study Desk ends. */
export interface QueuedRun {
  readonly id: string;
  readonly request: RunRequest;
  readonly options: RunOptions;
  /** ISO 8601 UTC. */
  readonly queuedAt: string;
  /** Actions of the plan it was queued with. */
  readonly actions: readonly string[];
  /** Why it did not start when its turn came; null while it waits. */
  readonly held: HeldRun | null;
}

/** A queued run whose turn came and that was not started: the user decides. */
export type HeldRun =
  /** The plan is another than the one that was shown. */
  | {readonly kind: 'changed'; readonly changes: readonly string[]; readonly prepared: PreparedRun}
  | {readonly kind: 'refused'; readonly error: AppError};

/** What became of a start. */
export type RunStart =
  | {readonly kind: 'started'; readonly runId: string}
  /** Another run is under way. */
  | {readonly kind: 'queued'; readonly queued: QueuedRun}
  /** The run under way, or one that waits already, does all that was asked for. */
  | {readonly kind: 'joined'; readonly runId: string}
  /** Nothing was started: what was shown is not what would be done now. */
  | {
      readonly kind: 'changed';
      /** Each in a sentence. */
      readonly changes: readonly string[];
      readonly prepared: PreparedRun;
    };

/** A study of another window, or of none, in which something runs. */
export interface RunElsewhere {
  readonly dir: string;
  readonly name: string;
  /** The share of its jobs that have ended, from 0 to 1. */
  readonly share: number;
}

/** A run that was cut off and that can't be brought to its end until the engine it runs in answers. */
export interface UnfinishedRun {
  readonly runId: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  /** Actions whose jobs had begun. */
  readonly actions: readonly string[];
  /** Why it can't be brought to its end now. */
  readonly reason: AppError;
}
