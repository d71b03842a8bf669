import type {FailureButton} from '../../shared/failure';
import type {StatusCode} from '../../shared/job';
import type {Project} from '../../shared/project';
import type {ActionEdits} from '../study/actionEdits';

/** A file of the study's code as it is now. */
export interface CodeText {
  readonly text: string;
  /** Written after the job began. */
  readonly changedSince: boolean;
}

/** A table that the job was given, with the names in its header. */
export interface InputHeader {
  readonly path: string;
  readonly columns: readonly string[];
}

/** What is known of a failed job; all paths are study-relative. */
export interface FailureFacts {
  readonly jobId: string;
  readonly action: string;
  readonly statusCode: StatusCode;
  /** The message of its end (`endingOf` in electron/runs). */
  readonly message: string;
  readonly exitCode: number | null;
  /** As of a `Job`. */
  readonly outOfMemoryBytes: number | null;
  readonly peakMemoryBytes: number | null;
  readonly unmatchedPatterns: readonly string[];
  readonly unmatchedFiles: readonly string[];
  /** The last lines of its log, without colours. */
  readonly lines: readonly string[];
  /** The number of the first of `lines` in the log, from 0. */
  readonly firstSeq: number;
  /** project.yaml as it is now, and the changes that can be made to it; null where it can't be read. */
  readonly study: {
    readonly project: Project;
    readonly edits: ActionEdits;
    readonly revision: number;
  } | null;
  /** What the actions in `needs` have made. */
  readonly inputs: readonly string[];
  /** The headers of those of them that are tables. */
  readonly headers: () => Promise<readonly InputHeader[]>;
  /** Null where the study has no such file, or it is no text. */
  readonly code: (path: string) => Promise<CodeText | null>;
  /** All code files. */
  readonly codePaths: () => Promise<readonly string[]>;
}

/** What a message is about, to be looked up in the study. */
export type Subject =
  /** Names that no table has. */
  | {readonly kind: 'columns'; readonly names: readonly string[]}
  /** A file that is not there to be read, as the message writes it. */
  | {readonly kind: 'input'; readonly path: string}
  /** A name in the code that nothing has. */
  | {readonly kind: 'name'; readonly name: string}
  /** A script that is not there. */
  | {readonly kind: 'script'; readonly path: string}
  /** A module of Python that is not there; it may be one of the study's own. */
  | {readonly kind: 'module'; readonly name: string}
  /** A package that the image does not have. */
  | {readonly kind: 'package'}
  /** Output patterns that nothing matches. */
  | {readonly kind: 'outputs'};

/** What the button of a failure does; `project` opens project.yaml at the action, `script` its script. */
export type CauseButton = Exclude<FailureButton['kind'], 'fix' | 'open'> | 'project' | 'script';

/** A failure that is known, before the study was looked at. */
export interface KnownFailure {
  readonly rule: string;
  readonly title: string;
  /** Index into the lines; null for the job's own message. */
  readonly at: number | null;
  readonly remedies: readonly string[];
  /** The place that the tool named. */
  readonly place: {readonly path: string; readonly line: number} | null;
  readonly subject?: Subject;
  /** Texts of the code that the message is about: the only line with one of them is the place, where none was named. */
  readonly search?: readonly string[];
  /** Where no change of project.yaml helps; without it, the place of the failure is opened, else the script. */
  readonly button?: CauseButton;
}

/** What a table of known failures says of one message. */
export type CauseWords = Pick<KnownFailure, 'title' | 'remedies' | 'subject' | 'search' | 'button'>;
