import type {Limits} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {Job} from '../../shared/job';
import type {Action, OutputPattern} from '../../shared/project';
import type {Result} from '../../shared/result';
import type {Tier} from '../../shared/sensitivity';
import type {Executor, Staging} from '../engine/executor';
import type {RunTarget} from '../engine/runTarget';
import type {StudyFolder} from './studyFolder';

/** How one action of a run is to be carried out; settled before the run begins. */
export interface JobDefinition {
  readonly action: Action;
  /** Full image name. */
  readonly image: string;
  /** `r` in `r:v2`; of a reusable action, the image that its own `action.yaml` names. */
  readonly imageName: string;
  readonly args: readonly string[];
  /** What the command is told besides the target's backend. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly timeoutSeconds: number | null;
  /** Commit of a reusable action's code; null for the study's own. */
  readonly actionCommit: string | null;
}

/** What the rules of outputs make of a job's new files; see electron/outputs. */
export interface OutputRules {
  match(
    patterns: readonly OutputPattern[],
    files: readonly string[],
  ): {
    readonly matched: readonly {readonly path: string; readonly tier: Tier}[];
    readonly unmatchedPatterns: readonly string[];
    readonly unmatchedFiles: readonly string[];
  };
  /** Why a moderately sensitive file would be kept from level 4; null where it would not. */
  checkModerate(
    file: {readonly path: string; readonly size: number},
    open: () => AsyncIterable<Uint8Array>,
  ): Promise<string | null>;
}

/** A job whose workspace has just been filled, before its command begins. */
export interface JobStaged {
  readonly job: Job;
  readonly definition: JobDefinition;
  readonly staging: Staging;
}

/** A job that succeeded, its outputs in place, before its success is told or its container removed. */
export interface JobSuccess {
  readonly job: Job;
  readonly definition: JobDefinition;
  /** Files the command was seen to read; null where that can't be observed. */
  readonly filesRead: readonly string[] | null;
}

/** All that a run of one study stands on. */
export interface RunPorts extends PortsOfStudy {
  /** An error once the study is not ours to write to any more: it was moved, deleted or taken over. */
  stillHeld(): Promise<Result<null, AppError>>;
}

/** What of that is known before the study's lock is taken. */
export interface PortsOfStudy {
  readonly target: RunTarget;
  /** Our files in the target's storage. */
  readonly folder: StudyFolder;
  readonly studyId: string;
  readonly executor: Executor;
  readonly rules: OutputRules;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What the workspace of this action holds at its start. */
  stage(definition: JobDefinition): Promise<Result<Staging, AppError>>;
  /** The same without what it is given of other actions, which may not be there yet. */
  stageCode(definition: JobDefinition): Promise<Result<Staging, AppError>>;
  /** Told at once of each job's end, before anything that waits for it is staged. */
  onEnded(job: Job): void;
  /** Told of what each job was given; must not throw. */
  onStaged(staged: JobStaged): void;
  /** Told of each success before anyone else: what it was made from is part of it. */
  onSuccess(success: JobSuccess): Promise<void>;
  /** Told of each success once it is on disk. */
  afterSuccess(job: Job): Promise<void>;
}

/** A moment as ISO 8601 UTC. */
export function isoTimeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** A moment as a log line has it: RFC 3339 with nine decimals, 30 characters. */
export function logTimeOf(milliseconds: number): string {
  return `${isoTimeOf(milliseconds).slice(0, -1)}000000Z`;
}
