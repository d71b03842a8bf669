import type {AppError} from './errors';

/** A job that a job server asked for, as reported to that server. */
export interface QueueJob {
  readonly id: string;
  readonly action: string;
  readonly state: 'pending' | 'running' | 'succeeded' | 'failed';
  /** Which step or end it is, such as `waiting_on_workers` or `dependency_failed`. */
  readonly code: string;
  /** Made of fixed texts: nothing that the job printed or wrote. */
  readonly message: string;
  /** By which its log is found on this computer. */
  readonly reference: string;
  /** Times are ISO 8601 UTC. */
  readonly startedAt: string | null;
  readonly completedAt: string | null;
}

/** What a job server asked for at one time. */
export interface QueueRequest {
  readonly id: string;
  readonly workspace: string;
  readonly repo: string;
  readonly branch: string;
  readonly commit: string;
  readonly database: string;
  /** Null where the server did not say. */
  readonly createdBy: string | null;
  readonly createdAt: string | null;
  readonly jobs: readonly QueueJob[];
}

/** Whom a runner serves, by its settings; no secret is among it. */
export interface QueueSetup {
  readonly backend: string;
  readonly protocol: 'v1' | 'v2';
  /** The job server's address. */
  readonly server: string;
  /** Names of the databases that jobs may read. */
  readonly databases: readonly string[];
  /** Absolute paths of the storage folders. */
  readonly high: string;
  readonly medium: string;
}

/** Whether a runner works, and where. */
export type QueueRunner =
  /** `said` is the last that it said before it ended by itself; null where it was stopped, or has not run here. */
  | {readonly kind: 'stopped'; readonly said: string | null}
  | {readonly kind: 'running'; readonly since: string}
  | {readonly kind: 'stopping'}
  /** Another program serves this backend from here: a service, or a command line. */
  | {readonly kind: 'elsewhere'};

/** A warning or an error in a runner's log. */
export interface QueueWarning {
  readonly at: string;
  readonly text: string;
}

/** A runner as the window shows it. */
export interface JobQueue {
  /** The file with its settings; null where none was chosen: then nothing else is known. */
  readonly settingsFile: string | null;
  readonly setup: QueueSetup | null;
  /** Why the settings, or what the runner keeps, can't be used. */
  readonly trouble: AppError | null;
  readonly runner: QueueRunner;
  /** What the log of the runner here last warned of since it was started. */
  readonly warning: QueueWarning | null;
  /** How the job server was last asked, by whatever runner, true to a minute; null where it never was. */
  readonly poll: {
    readonly at: string;
    readonly ok: boolean;
    readonly message: string | null;
  } | null;
  /** Flags that an operator has set, such as `paused`. */
  readonly flags: readonly {readonly name: string; readonly value: string}[];
  /** Newest first. */
  readonly requests: readonly QueueRequest[];
  /** How many older ones are on record besides. */
  readonly older: number;
}

/** A runner that nobody has set up. */
export const NO_JOB_QUEUE: JobQueue = {
  settingsFile: null,
  setup: null,
  trouble: null,
  runner: {kind: 'stopped', said: null},
  warning: null,
  poll: null,
  flags: [],
  requests: [],
  older: 0,
};
