import type {Tier} from './sensitivity';

/** A file of a study that is not as its commit has it. */
export interface StudyChange {
  /** Study-relative. */
  readonly path: string;
  readonly change: 'changed' | 'deleted' | 'added' | 'untracked' | 'conflicted';
  /** Actions that use it, and those that need them; null where that can't be found out, as project.yaml has errors. */
  readonly actions: readonly string[] | null;
  /** The tier of an output; null for all else. One that may hold patients' data is not committed. */
  readonly tier: Tier | null;
  /** Supplied as an output of an action. */
  readonly supplied: boolean;
}

/** Who commits. */
export interface Committer {
  readonly name: string;
  readonly mail: string;
}

/** A study's folder beside its commit. */
export interface StudyChanges {
  /** Null while no branch is checked out. */
  readonly branch: string | null;
  /** Null before the first commit. */
  readonly commit: string | null;
  /** All of them, with those that are known from elsewhere alone. */
  readonly branches: readonly string[];
  /** Such as `merge`; git alone ends it. */
  readonly underWay: string | null;
  readonly files: readonly StudyChange[];
  /** Null where git does not know: asked for with the first commit. */
  readonly committer: Committer | null;
  /** Version of the user's own git, which carries out what changes the repository; null where there is none. */
  readonly program: string | null;
  /** Files of the latest discard that can be put back. */
  readonly discarded: readonly string[];
}

/** A file as its commit has it and as it is; null where it is not there. */
export interface ChangedText {
  readonly before: string | null;
  readonly after: string | null;
}

/** What switching to a branch would do. */
export interface BranchSwitch {
  readonly branch: string;
  /** The whole id. */
  readonly commit: string;
  /** Files that would be others. */
  readonly files: readonly string[];
  /** Actions that use these, and those that need them. */
  readonly outOfDate: readonly string[] | null;
  /** Files with changes that are not committed and would be lost: git refuses to switch. */
  readonly inTheWay: readonly string[];
}

/** A file at one time and at a later one; null where it was not there. */
export interface FileThen {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What an action's outputs were made from, and what has changed since, as far as the action uses it. */
export interface SinceRun {
  /** The job that made them. */
  readonly jobId: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly branch: string | null;
  /** The commit that was checked out then; null where none is known. */
  readonly commit: string | null;
  /** How the files that it used differed from that commit. */
  readonly patch: readonly FileThen[];
  readonly since: readonly FileThen[];
  /** Files that have changed, of which what they held is not kept. */
  readonly notKept: readonly string[];
}

/** True for a file that may hold patients' data, or what was not checked before release: no commit takes it. */
export function isKeptOut({tier, supplied}: Pick<StudyChange, 'tier' | 'supplied'>): boolean {
  return supplied || tier === 'highly_sensitive' || tier === 'moderately_sensitive';
}
