import type {QuickFix} from './problem';

/** Where in the study's code a failure happened. */
export interface FailurePlace {
  /** Study-relative. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** The number of the first of `code`, from 1. */
  readonly firstLine: number;
  /** At most five lines around it, as the file is now. */
  readonly code: readonly string[];
  /** The tool named it, or it is the only line that holds what the message is about. */
  readonly foundBy: 'message' | 'search';
  /** The file was written after the job began, so that the line may be another now. */
  readonly changedSince: boolean;
}

/** Names that there are, where a script asks for one that there is not. */
export interface MeantNames {
  readonly kind: 'column' | 'file' | 'name';
  /** As the script writes it. */
  readonly name: string;
  /** The file whose header they are, or the script; null for files, which are inputs of the job. */
  readonly from: string | null;
  /** Nearest first. */
  readonly names: readonly string[];
}

/** What these names are, in words that begin a list of them. */
export function meantWords({kind, from}: MeantNames): string {
  if (kind === 'file') return 'Files that this action reads';
  return `${kind === 'column' ? 'Columns of' : 'Similar names in'} \`${from ?? 'the script'}\``;
}

/** The one next step that a card has a button for. */
export type FailureButton =
  /** The card's change of project.yaml, which is shown first. */
  | {readonly kind: 'fix'}
  /** A file of the study where it is to be corrected; null for the whole file. */
  | {readonly kind: 'open'; readonly path: string; readonly line: number | null}
  /** Its limits of memory and time. */
  | {readonly kind: 'limits'}
  /** A shell in its image, to see what is there. */
  | {readonly kind: 'shell'}
  /** The same action on another image, compared. */
  | {readonly kind: 'move-image'}
  | {readonly kind: 'rerun'}
  | {readonly kind: 'clean-up'}
  | {readonly kind: 'doctor'}
  | {readonly kind: 'show-codelists'};

/** Why a job failed, as far as its log says it in words that are known (electron/failures/RULES.md). */
export interface FailureCard {
  readonly jobId: string;
  readonly action: string;
  /** Code of the known failure. */
  readonly rule: string;
  /** One plain sentence. */
  readonly title: string;
  /** The line of the log that says it; `seq` counts from 0, null where it is the job's own message. */
  readonly cause: {readonly seq: number | null; readonly text: string};
  readonly place: FailurePlace | null;
  /** The action that makes the file which was not there, and that file, where the action is not in `needs`. */
  readonly missingNeed: {readonly need: string; readonly path: string} | null;
  /** What a name that is not there may stand for, the nearest first; null where that is not known. */
  readonly meant: MeantNames | null;
  /** What usually helps, the likeliest first; never empty. */
  readonly remedies: readonly string[];
  /** The change of project.yaml that helps, made for that revision of it; null where that is not what helps. */
  readonly fix: (QuickFix & {readonly revision: number}) | null;
  readonly button: FailureButton;
}

/** Jobs of a run that failed for one cause. */
export interface FailureCluster {
  /** The cause in one line: that of the card, else the last line about an error, without what differs between the jobs. */
  readonly title: string;
  /** Of the first of the jobs; null where the failure is not a known one. */
  readonly card: FailureCard | null;
  /** In the order of the run. */
  readonly jobs: readonly {readonly jobId: string; readonly action: string}[];
}
