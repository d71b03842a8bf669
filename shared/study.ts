import type {AppError} from './errors';
import type {ActionGraph} from './graph';
import type {Project, ProjectReading} from './project';

/** A study folder as it is now. */
export interface StudySnapshot {
  /** Absolute folder. */
  readonly dir: string;
  /** The folder's name, the reference's "workspace". */
  readonly name: string;
  /** Counts up with each reading, so that edits made for an older text are refused. */
  readonly revision: number;
  /** The text of project.yaml; null when the file is missing or not readable. */
  readonly text: string | null;
  /** Why project.yaml can't be read; null where it was, and where there is none. */
  readonly unreadable: AppError | null;
  readonly reading: ProjectReading;
  /** While `broken`, what can be read of it: actions with errors are as they were before, where they were. */
  readonly project: Project | null;
  readonly graph: ActionGraph | null;
  /** project.yaml is invalid now: nothing runs. */
  readonly broken: boolean;
  /** Nothing of the text can be read: project and graph are those from before. */
  readonly fromBefore: boolean;
  /** Script files named in run lines that exist, by action: study-relative paths. */
  readonly scripts: ReadonlyMap<string, string>;
}

/** What was known of a study when it was last open in a window: what differs from it is new to its user. */
export interface SeenNote {
  readonly format: 1;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** The newest run, by its id; null where there was none. */
  readonly newestRun: string | null;
  /** Runs that had not ended. */
  readonly openRuns: readonly string[];
  /** By action, the reasons for which it was out of date; null where they were not known. Those without any are left out. */
  readonly actions: Readonly<Record<string, readonly string[] | null>>;
}

/** A file of the sample study, and whether a study's folder has one at its place, which then stays. */
export interface SampleFile {
  /** Relative to the study, with `/`. */
  readonly path: string;
  readonly present: boolean;
}

/** A folder opened before. */
export interface RecentStudy {
  readonly dir: string;
  readonly name: string;
  /** ISO 8601 UTC. */
  readonly openedAt: string;
  readonly pinned: boolean;
  readonly exists: boolean;
  /** Null where git has none, or it is no repository. */
  readonly branch: string | null;
  /** Its newest run: when that began, in ISO 8601 UTC, and how it ended, null where that is not on record. */
  readonly lastRun: {
    readonly startedAt: string;
    readonly outcome: 'succeeded' | 'failed' | 'cancelled' | null;
  } | null;
}

/** What can be done with one in the list. */
export const RECENT_EDITS = ['pinned', 'unpinned', 'forgotten'] as const;

/** What becomes of one in the list. */
export type RecentEdit = (typeof RECENT_EDITS)[number];

/** A script or another text of a study. */
export interface CodeFile {
  readonly text: string;
  /** Why the window only shows it; null where it can be edited here. */
  readonly readOnly: string | null;
  /** Of a dummy table that is edited: what tells it from another (`TableText`). */
  readonly version?: string;
}
