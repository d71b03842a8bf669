import type {CheckReport} from './check';
import type {ActionState} from './status';

/** A file of a release draft. */
export interface DraftFile {
  readonly path: string;
  /** Asked for, or only there so that the others can be checked. */
  readonly use: 'output' | 'supporting';
}

/** Files that are requested together, with their context. */
export interface DraftGroup {
  readonly name: string;
  readonly files: readonly DraftFile[];
  /** What the files are: variables, who is counted, what they have to do with others. */
  readonly context: string;
  /** What was done against disclosure. */
  readonly controls: string;
}

/** What a researcher would ask output checkers for: a draft, to be read and completed. */
export interface ReleaseDraft {
  readonly format: 1;
  readonly study: string;
  /** ISO 8601 UTC time. */
  readonly createdAt: string;
  readonly rulesVersion: string;
  readonly groups: readonly DraftGroup[];
  /** Moderately sensitive files that can't be asked for, and why. */
  readonly leftOut: readonly {readonly path: string; readonly reason: string}[];
}

/** What an output holds, as a report shows it. */
export type ReportedContent =
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      /** The first rows. */
      readonly rows: readonly (readonly (string | null)[])[];
      readonly totalRows: number | null;
    }
  | {readonly kind: 'text'; readonly text: string; readonly cut: boolean}
  | {readonly kind: 'page'; readonly html: string}
  /** A picture as a `data:` address. */
  | {readonly kind: 'picture'; readonly address: string}
  | {readonly kind: 'left-out'; readonly reason: string};

/** A report, and what it does not show. */
export interface StudyReport {
  /** One HTML page that needs nothing else. */
  readonly page: string;
  readonly leftOut: readonly {readonly path: string; readonly reason: string}[];
}

/** Everything in a report of a study. */
export interface ReportData {
  readonly study: string;
  readonly createdAt: string;
  /** Null where the study is no git repository. */
  readonly commit: {
    readonly branch: string | null;
    readonly id: string | null;
    readonly dirty: number;
  } | null;
  readonly actions: readonly {
    readonly name: string;
    readonly image: string;
    readonly script: string | null;
    readonly needs: readonly string[];
    readonly rank: number;
    readonly state: ActionState;
    readonly stateWords: string;
    readonly reasons: readonly string[];
    readonly lastEnded: string | null;
  }[];
  /** What would be run to bring everything up to date; a text where that is not known. */
  readonly plan: readonly {readonly action: string; readonly why: string}[] | string;
  readonly runs: readonly {
    readonly startedAt: string;
    readonly seconds: number | null;
    readonly outcome: string;
    readonly succeeded: number;
    readonly failed: readonly string[];
    readonly jobs: number;
  }[];
  readonly checks: CheckReport;
  readonly outputs: readonly {
    readonly path: string;
    readonly action: string;
    readonly content: ReportedContent;
  }[];
}
