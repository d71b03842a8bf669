import type {Limits} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {Job} from '../../shared/job';
import type {Action, OutputPattern} from '../../shared/project';
import type {Result} from '../../shared/result';
import type {RunEvent, RunRecord} from '../../shared/run';
import type {Tier} from '../../shared/sensitivity';
import type {Executor, RunningJob, Staging} from '../executor/executor';
import type {RunTarget} from '../executor/runTarget';
import type {RunJournal} from './runStore';
import type {RoomOfRun} from './engineRoom';
import type {StudyFolder} from './studyFolder';

/** How one action of a run is to be carried out; settled before the run begins. */
export interface JobDefinition {
  readonly action: Action;
  /** Full image name. */
  readonly image: string;
  /** `r` in `r:v2`; of a reusable action, the image that its own `action.yaml` names. */
  readonly imageName: string;
  readonly args: readonly string[];
  /** What the command gets besides the target's backend. */
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

/** A job that succeeded, its outputs in place, before its success is shown or its container removed. */
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
  /** Called at once at each job's end, before anything that waits for it is staged. */
  onEnded(job: Job): void;
  /** Called with what each job was given; must not throw. */
  onStaged(staged: JobStaged): void;
  /** Called at each success before anyone else: what it was made from is part of it. */
  onSuccess(success: JobSuccess): Promise<void>;
  /** Called at each success once it is on disk. */
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

/** What carrying out a run takes. */
export interface RunTask {
  readonly ports: RunPorts;
  readonly record: RunRecord;
  readonly journal: RunJournal;
  /** By action, one for each job. */
  readonly definitions: ReadonlyMap<string, JobDefinition>;
  readonly weightOf: (action: string) => number;
  readonly emit: (event: RunEvent) => void;
  /** Called when the run has begun. */
  readonly notices: readonly string[];
  /** To be done before the first job: gets the images; answers those that could not be had, and why. */
  readonly beforeJobs: (signal: AbortSignal) => Promise<ReadonlyMap<string, AppError>>;
  /** To be done after the last job, before the end is shown; must not reject. */
  readonly afterJobs: () => Promise<void>;
  /** Jobs found in the engine by name of their action, of a run that was cut off; null for a new run. */
  readonly found: ReadonlyMap<string, RunningJob> | null;
  /** The memory of the engine, where other studies may run in it too. */
  readonly room: RoomOfRun | null;
}
