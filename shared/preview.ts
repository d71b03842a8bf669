import type {ImageState} from './engine';
import type {JobState} from './job';
import type {Plan, RunRequest} from './plan';
import type {RunOptions} from './run';
import type {OutOfDateReason} from './status';
import type {Tier, TierCounts} from './sensitivity';

/** How an attempt can have ended. */
export type EndedAs = Exclude<JobState, 'waiting' | 'waiting-for-engine' | 'running'>;

/** A planned job with all that a person wants to know before pressing Run. */
export interface PreviewedJob {
  readonly action: string;
  /** E.g. "`analysis/model.R` changed (3 lines)"; the actions upstream where only those are out of date. */
  readonly outOfDateReasons: readonly OutOfDateReason[];
  /** Study-relative outputs of its last success that are gone. */
  readonly missing: readonly string[];
  /** ISO 8601 UTC end of the attempt that its state is of. */
  readonly endedAt: string | null;
  /** How that ended: the last success where nothing but stopped attempts came after it, else the last attempt; null without any. */
  readonly endedAs: EndedAs | null;
  /** What that attempt says of itself. */
  readonly endedBecause: string;
  readonly expectedSeconds: number | null;
  /** Study-relative files of an earlier success that it would replace. */
  readonly overwrites: readonly string[];
}

/** What a request would do, shown two ways (by what the reference would run, and by content). */
export interface PlanPreview {
  /** The plan that will be carried out. */
  readonly plan: Plan;
  /** What `opensafely run` would do with the same request. */
  readonly referencePlan: Plan;
  /** Actions the carried-out plan reuses although out of date, or not verified. */
  readonly reusedOutOfDate: readonly string[];
  /** Actions it reuses that are up to date by file times only. */
  readonly reusedByTimes: readonly string[];
  readonly jobs: readonly PreviewedJob[];
  readonly images: readonly ImageState[];
  /** Seconds that all jobs take, at as many at a time as the options say and as long as they took before; null where of none that is known. */
  readonly expectedSeconds: number | null;
}

/** One finding of the checks made before a run. */
export interface RunFinding {
  /** Only a block stops the run; everything else has a way on. */
  readonly level: 'ok' | 'warning' | 'block';
  readonly check:
    | 'project'
    | 'engine'
    | 'limits'
    | 'memory'
    | 'concurrency'
    | 'disk'
    | 'images'
    | 'reusable-actions'
    | 'overwrites'
    | 'other-runner'
    | 'records'
    | 'stata-licence'
    | 'executor';
  readonly message: string;
  readonly hint: string | null;
  /** The number of jobs at a time that it suggests. */
  readonly concurrency?: number;
}

/**
 * A request worked out once: what the plan tray shows is what `start` carries out, by its id, or says what has changed
 * since. The options are those it will be carried out with.
 */
export interface PreparedRun extends PlanPreview {
  readonly id: string;
  readonly request: RunRequest;
  readonly options: RunOptions;
  /** The checks made before a run, in a fixed order. A block keeps it from starting. */
  readonly findings: readonly RunFinding[];
}

/** Files that an action no longer produces, offered for clearing. */
export interface ClearPreview {
  readonly files: readonly {
    readonly path: string;
    readonly size: number;
    readonly action: string;
  }[];
}

/** What the local cache of earlier outputs takes up. */
export interface CacheUsage {
  readonly bytes: number;
  readonly files: number;
}

/** Something the user decided about an action's outputs instead of running it. */
export interface OutputDecision {
  readonly kind: 'marked' | 'restored' | 'supplied';
  readonly action: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Why it was marked as up to date, or where supplied outputs are from; null for outputs put back from the cache. */
  readonly reason: string | null;
}

/** What would be taken in as an action's outputs. */
export interface SupplyPreview {
  readonly files: readonly {
    /** In the folder that it is taken from. */
    readonly source: string;
    /** Study-relative, where it goes. */
    readonly path: string;
    readonly tier: Tier;
    readonly size: number;
    /** A file lies there, of which a copy is kept. */
    readonly replaces: boolean;
  }[];
  /** Output patterns of the action that no file there fits. */
  readonly missing: readonly string[];
}

/** An action whose earlier outputs, made from the same inputs, are in the cache. */
export interface RestorableAction {
  readonly action: string;
  /** ISO 8601 UTC time of the run that made them. */
  readonly producedAt: string;
  readonly outputCounts: TierCounts;
}
