import type {AppError} from './errors';
import {
  DEFAULT_CONCURRENCY,
  DEFAULT_LIMITS,
  type ExecutorKind,
  type Limits,
  type PullProgress,
} from './engine';
import type {Job} from './job';
import type {LogBatch} from './log';
import type {Plan, RunRequest} from './plan';
import type {Settings} from './settings';

/** How a run is to be carried out. */
export interface RunOptions {
  readonly executor: ExecutorKind;
  readonly concurrency: number;
  readonly limits: Limits;
  readonly continueOnError: boolean;
  /** With stop on first failure: let running jobs finish rather than stop them. */
  readonly letRunningFinish: boolean;
  /** Keep containers after the job. */
  readonly debug: boolean;
  /** Pull missing images; false fails instead. */
  readonly pull: boolean;
}

/** What of a run's options can be changed while it goes on. */
export type RunShare = Pick<RunOptions, 'concurrency' | 'limits'>;

/** How `opensafely run` runs by default (RULES "Container", "Schedule"). */
export const DEFAULT_RUN_OPTIONS: RunOptions = {
  executor: 'docker',
  concurrency: DEFAULT_CONCURRENCY,
  limits: DEFAULT_LIMITS,
  continueOnError: false,
  letRunningFinish: false,
  debug: false,
  pull: true,
};

/** How the settings have runs carried out. */
export function runOptionsOf(settings: Settings, debug = false): RunOptions {
  return {
    executor: settings.executor,
    concurrency: settings.concurrency,
    limits: {memoryBytes: settings.memoryBytes, cpus: settings.cpus},
    continueOnError: settings.continueOnError,
    letRunningFinish: settings.letRunningFinish,
    debug,
    pull: !settings.offline,
  };
}

/** The study's git state at the start of a run; null where it is no git repository. */
export interface GitState {
  readonly branch: string | null;
  readonly commit: string | null;
  /** Study-relative paths that differ from the commit. */
  readonly dirtyFiles: readonly string[];
  /** Looking for them took too long; `dirtyFiles` is then empty and says nothing. */
  readonly dirtyFilesUnknown?: true;
  /** What else is to be known at a glance; absent where that took too long. */
  readonly glance?: GitGlance;
}

/** Where a repository is beside its branch and commit. */
export interface GitGlance {
  /** The branch elsewhere that goes with the study's, as it was fetched last; null where none is known here. */
  readonly upstream: {
    readonly name: string;
    readonly ahead: number;
    readonly behind: number;
  } | null;
  /** When anything was fetched last, ISO 8601 UTC; null where that is not known. */
  readonly fetchedAt: string | null;
  readonly underWay: 'rebase' | 'merge' | 'cherry-pick' | 'revert' | 'bisect' | null;
  /** Files of the study that a merge could not join. */
  readonly conflicted: readonly string[];
  /** How many of the changed files git does not know. */
  readonly untracked: number;
}

/** The commit that a run was made from. */
export interface FromCommit {
  /** As the user named it: an id, a branch or a tag. */
  readonly ref: string;
  /** The whole id. */
  readonly commit: string;
}

/** One run as kept in `metadata/study-desk/`. */
export interface RunRecord {
  readonly format: 1;
  readonly id: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Null while it runs, and for a run cut off before its end. */
  readonly outcome: 'succeeded' | 'failed' | 'cancelled' | null;
  readonly request: RunRequest;
  readonly options: RunOptions;
  /** The container engine that was chosen for it, by its name; absent where it runs in the one that is found, or in none. */
  readonly engine?: string;
  readonly plan: Plan;
  /** Files that had changed, study-relative, where that is why each of its jobs ran; else absent. */
  readonly changed?: readonly string[];
  readonly git: GitState | null;
  /** Set where it ran from a clean checkout of a commit, whose outputs lie apart from the study's. */
  readonly fromCommit?: FromCommit;
  readonly jobs: readonly Job[];
  /** Set where the study is an exported copy, whose jobs a workflow engine runs: it adds each once that has ended. */
  readonly ranBy?: 'snakemake';
}

/** What happens in a run, in order; also the lines of `study-desk run --json`. */
export type RunEvent =
  | {readonly event: 'started'; readonly run: RunRecord}
  | {readonly event: 'job'; readonly runId: string; readonly job: Job}
  | {readonly event: 'log'; readonly runId: string; readonly batch: LogBatch}
  | {readonly event: 'pull'; readonly runId: string; readonly progress: PullProgress}
  /** Changed while the run goes on: jobs that start from now on are given these limits. */
  | {readonly event: 'options'; readonly runId: string; readonly options: RunOptions}
  | {
      readonly event: 'notice';
      readonly runId: string;
      readonly level: 'info' | 'warning';
      readonly message: string;
    }
  | {
      readonly event: 'finished';
      readonly runId: string;
      readonly outcome: RunRecord['outcome'];
      /** All of it was stopped by the user, and not some of its jobs alone. */
      readonly cancelled: boolean;
      /** A fault of ours that ended the run early. */
      readonly error: AppError | null;
      readonly jobs: readonly Job[];
    };
