import type {AppError} from '../../shared/errors';
import type {ActionGraph} from '../../shared/graph';
import type {OutputFile} from '../../shared/output';
import type {Project} from '../../shared/project';
import type {Result} from '../../shared/result';
import type {Provenance} from '../../shared/status';
import type {StagedEntry} from '../engine/executor';
import type {SuccessRecord, UpToDateMark} from './successRecord';

/** A job that succeeded, with what it was given, to be remembered. */
export interface Success {
  readonly action: string;
  readonly jobId: string;
  /** ISO 8601 UTC. */
  readonly completedAt: string;
  readonly imageId: string | null;
  /** Commit of a reusable action's code; null where the study's own code was staged. */
  readonly actionCommit: string | null;
  /** Code and inputs as staged: their sizes and times tell whether a file changed while the job ran. */
  readonly code: readonly StagedEntry[];
  /** `Staging.codeKey`: the same key, the same entries. */
  readonly codeKey: string;
  readonly inputs: readonly StagedEntry[];
  /** Study-relative paths that the job was seen to read; null where it could not be seen. */
  readonly filesRead: readonly string[] | null;
  /** What it produced, by now in its place in the study. */
  readonly outputs: readonly OutputFile[];
}

/** The study as it is now, for a check. */
export interface StudyNow {
  readonly project: Project;
  readonly graph: ActionGraph;
  /** Id of each image by its first token (`r:v2`) where known; images left out are not compared. */
  readonly imageIds: ReadonlyMap<string, string>;
}

/** Earlier outputs that today's code, inputs and settings would make again. */
export interface EarlierSuccess {
  readonly action: string;
  readonly record: SuccessRecord;
}

/**
 * Remembers what each action's outputs were made from and tells what has changed since.
 * Reading and hashing happen in a worker, one thing at a time.
 */
export interface ProvenanceStore {
  /** To be called once the outputs of a job that succeeded are in their place. */
  recordSuccess(study: StudyNow, success: Success): Promise<Result<null, AppError>>;
  /** Remembers outputs taken from the cache as the action's latest success. */
  recordRestored(earlier: EarlierSuccess, restoredAt: string): Promise<Result<null, AppError>>;
  /**
   * How every action of the study stands: `never-run` for those without a remembered success.
   * Calls made while a check is under way share the one check that follows it.
   */
  check(study: StudyNow): Promise<Result<ReadonlyMap<string, Provenance>, AppError>>;
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
   * Per action that is out of date: the newest earlier success that fits the study as it is and
   * whose outputs are all `available`, by their SHA-256.
   */
  earlierSuccesses(
    study: StudyNow,
    available: ReadonlySet<string>,
  ): Promise<Result<readonly EarlierSuccess[], AppError>>;
  close(): Promise<void>;
}
