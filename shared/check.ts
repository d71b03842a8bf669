import type {DisclosureRule} from './disclosureRules';
import {formatCount, formatPlural} from './format';

/** How sure a finding is: to know of, to look at, or likely to be asked about by an output checker. */
export const CHECK_LEVELS = ['info', 'check', 'question'] as const;

/** One of the levels. */
export type CheckLevel = (typeof CHECK_LEVELS)[number];

/** The words a level goes by. */
export const LEVEL_LABELS: Readonly<Record<CheckLevel, string>> = {
  info: 'Note',
  check: 'To review',
  question: 'Likely to be queried',
};

/** How many findings of a level there are: "3 to review". */
export function levelWords(level: CheckLevel, count: number): string {
  return level === 'info'
    ? formatPlural(count, 'note')
    : `${formatCount(count)} ${LEVEL_LABELS[level].toLowerCase()}`;
}

/** Something an output checker may ask about. It is said of the code, as data on this computer is dummy data. */
export interface CheckFinding {
  /** Study-relative; project.yaml for what is known before a run. */
  readonly path: string;
  /** Place of the row in the file, from 1, its header not counted; a line where the file is no table. */
  readonly row: number | null;
  /** Name of the column, or the place in a JSON file. */
  readonly column: string | null;
  readonly rule: DisclosureRule;
  readonly level: CheckLevel;
  readonly message: string;
  /** The page of the documentation that the rule follows. */
  readonly link: string;
}

/** A researcher's answer to a finding before it is asked; it holds for a file, a column of it, or a cell. */
export interface Waiver {
  readonly path: string;
  readonly rule: DisclosureRule;
  /** Null for the whole file. */
  readonly column: string | null;
  /** Null for the whole column. */
  readonly row: number | null;
  readonly reason: string;
  /** ISO 8601 UTC time. */
  readonly at: string;
}

/** A finding with what is known beside it. */
export interface StudyFinding extends CheckFinding {
  /** The action whose output it is; null for project.yaml. */
  readonly action: string | null;
  /** Its level before it was waived. */
  readonly waiver: Waiver | null;
}

/** What a checker sees of a column of counts first. */
export interface CheckedColumn {
  readonly name: string;
  /** The column is taken for counts of patients. */
  readonly counts: boolean;
  /** Cells with a number. */
  readonly numeric: number;
  /** Cells that are empty, `NA` or say that they are redacted. */
  readonly redacted: number;
  /** As text; null without a number. */
  readonly min: string | null;
  readonly smallestNonZero: string | null;
  readonly max: string | null;
  /** Every number is a multiple of 5. */
  readonly multiplesOf5: boolean;
  /** Every number is 0, 3, 9, 15 and so on. */
  readonly midpoint6: boolean;
}

/** A file that was looked at. */
export interface CheckedFile {
  readonly path: string;
  readonly action: string | null;
  /** Rows of a table, else null. */
  readonly rows: number | null;
  readonly columns: readonly CheckedColumn[];
  /** Why its content was not looked at, wholly or in part; null where all of it was. */
  readonly notRead: string | null;
}

/** How far a check is, in files. */
export interface CheckProgress {
  readonly done: number;
  readonly total: number;
}

/** What the checks found in a study. It never says that a file may be released: that is for output checkers to say. */
export interface CheckReport {
  /** Version of the rules file. */
  readonly rulesVersion: string;
  /** ISO 8601 UTC time. */
  readonly checkedAt: string;
  readonly files: readonly CheckedFile[];
  /** Likely questions first, then by file, rule and place. */
  readonly findings: readonly StudyFinding[];
  /** Waivers that stand for no finding any more. */
  readonly idleWaivers: readonly Waiver[];
}

/** What is said of a finding, with the reason it was waived for. */
export function findingWords({message, waiver}: StudyFinding): string {
  return waiver === null ? message : `${message} Waived: ${waiver.reason}`;
}
