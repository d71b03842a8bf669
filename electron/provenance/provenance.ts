import type {AppError} from '../../shared/errors';
import type {ActionGraph} from '../../shared/graph';
import type {OutputFile} from '../../shared/output';
import type {Action, Project} from '../../shared/project';
import type {Result} from '../../shared/result';
import type {Provenance} from '../../shared/status';
import type {StagedEntry} from '../executor/executor';
import type {SuccessRecord, UpToDateMark} from './successLedger';

/** A job whose workspace has just been filled, with what it was given. */
export interface StagedForJob {
  /** As the job was started with. */
  readonly action: Action;
  readonly jobId: string;
  /** Commit of a reusable action's code; null where the study's own code was staged. */
  readonly actionCommit: string | null;
  /** `Staging.codeKey`: the same key, the same entries. */
  readonly codeKey: string;
  /** The code; null where that of the same key was given before. */
  readonly code: readonly StagedEntry[] | null;
  readonly inputs: readonly StagedEntry[];
}

/** A job that succeeded, to be remembered. */
export interface Success {
  /** As the job was started with, whatever project.yaml says by now. */
  readonly action: Action;
  readonly jobId: string;
  /** ISO 8601 UTC. */
  readonly completedAt: string;
  readonly imageId: string | null;
  /** Commit of a reusable action's code; null where the study's own code was staged. */
  readonly actionCommit: string | null;
  /** Study-relative paths that the job was seen to read; null where it could not be seen. */
  readonly filesRead: readonly string[] | null;
  /** What it produced, by now in its place in the study. */
  readonly outputs: readonly OutputFile[];
}

/** The latest success of an action, as the records of runs have it. */
export type KnownSuccess = OwnSuccess | ReferenceSuccess;

/** A job of ours, or one whose outputs were put back; the ledger says what its outputs were made from. */
export interface OwnSuccess {
  readonly ranBy: 'study-desk';
  readonly jobId: string;
  /** ISO 8601 UTC; of outputs put back, when that was. */
  readonly completedAt: string;
  /** Why nothing could be noted in the ledger, where that is known. */
  readonly notRecorded: string | null;
}

/** A job of `opensafely run`, with what its record holds (RULES "Record of the reference"). */
export interface ReferenceSuccess {
  readonly ranBy: 'opensafely';
  readonly jobId: string;
  /** Seconds since 1970. */
  readonly startedAt: number | null;
  readonly completedAt: number;
  /** The command with all that was added to it; null, like the next two, where the record lacks it. */
  readonly runCommand: string | null;
  readonly needs: readonly string[] | null;
  /** `tier: pattern` for each output. */
  readonly outputPatterns: readonly string[] | null;
  /** Study-relative. */
  readonly outputs: readonly string[];
}

/** The study as it is now, for a check. */
export interface StudyNow {
  readonly project: Project;
  readonly graph: ActionGraph;
  /** Id of each image by its first token (`r:v2`) where known; images left out are not compared. */
  readonly imageIds: ReadonlyMap<string, string>;
  /** The latest success of each action that has one, by the action's name. */
  readonly successes: ReadonlyMap<string, KnownSuccess>;
}

/** What of `needs` in project.yaml does not agree with what scripts read. */
export interface NeedFindings {
  /** Files that a script surely reads, of an action that is not needed; once for each of its makers. */
  readonly hidden: readonly {
    readonly action: string;
    /** The action that makes the file. */
    readonly need: string;
    /** The file, study-relative. */
    readonly path: string;
    /** Where it is read; null where the run line names it. */
    readonly at: {readonly script: string; readonly line: number} | null;
  }[];
  /** Needs of which nothing was seen to be read, and nothing is named. */
  readonly unused: readonly {readonly action: string; readonly need: string}[];
}

/** Earlier outputs that today's code, inputs and settings would make again. */
export interface EarlierSuccess {
  readonly action: string;
  readonly record: SuccessRecord;
}

/**
 * Remembers what each action's outputs were made from and finds what has changed since.
 * Reading and hashing happen in a worker, one thing at a time.
 */
export interface ProvenanceStore {
  /**
   * Notes what a job is given, by content; to be called when its workspace has been filled, so that a file that is as it
   * was when it was staged is as it was when it was copied.
   */
  noteStaged(staged: StagedForJob): Promise<Result<null, AppError>>;
  /** To be called once the outputs of a job that was noted are in their place, and before its success is shown. */
  recordSuccess(success: Success): Promise<Result<null, AppError>>;
  /** Forgets what was noted of jobs; to be called when none is under way. */
  forgetStaged(jobIds: readonly string[]): Promise<Result<null, AppError>>;
  /** Remembers outputs taken from the cache as the latest successes of their actions: all of them, or none. */
  recordRestored(
    earlier: readonly EarlierSuccess[],
    restoredAt: string,
  ): Promise<Result<null, AppError>>;
  /**
   * What is known of every action: `never-run` for those without a success, and never up to date without a comparison
   * with all that the very job of its success was given. What can't be read makes single actions `not-verified`.
   * Calls made while a check is under way share the one check that follows it.
   */
  check(study: StudyNow): Promise<Result<ReadonlyMap<string, Provenance>, AppError>>;
  /** Needs that are hidden, and those that seem unused. */
  needs(study: StudyNow): Promise<Result<NeedFindings, AppError>>;
  /** A file's text at the action's last success against today's, as a unified diff. */
  diff(action: string, path: string): Promise<Result<string, AppError>>;
  /** Declares an action up to date as it is now; the reason is kept in the history. */
  mark(
    study: StudyNow,
    action: string,
    reason: string,
    markedAt: string,
  ): Promise<Result<null, AppError>>;
  /** Every mark that was ever given, oldest first. */
  marks(): Promise<Result<readonly UpToDateMark[], AppError>>;
  /**
   * Per action that is out of date or not verified: the newest earlier success that fits the study as it is and
   * whose outputs are all `available`, by their SHA-256.
   */
  earlierSuccesses(
    study: StudyNow,
    available: ReadonlySet<string>,
  ): Promise<Result<readonly EarlierSuccess[], AppError>>;
  close(): Promise<void>;
}

/** The store as the worker has it: successes come together, and wait for the disk once. */
export interface ProvenanceWork extends Omit<ProvenanceStore, 'recordSuccess'> {
  /** An answer for each, in their order; an error of all where they could not be written. */
  recordSuccesses(
    successes: readonly Success[],
  ): Promise<Result<readonly Result<null, AppError>[], AppError>>;
}
