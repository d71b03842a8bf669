import type {ActionGraph} from '../../shared/graph';
import type {OutputFile} from '../../shared/output';
import type {Action, Project} from '../../shared/project';
import type {StagedEntry} from '../executor/executor';
import type {SuccessRecord} from './successLedger';

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
