import type {QuickFix, Severity} from './problem';

/** One list that `codelists/codelists.txt` names. */
export interface CodelistEntry {
  /** The line without spaces around it and slashes at its end: `opensafely/asthma/2020-05-06`. */
  readonly id: string;
  /** The id without the version. */
  readonly list: string;
  readonly version: string;
  /** Name of its CSV file in `codelists/`. */
  readonly file: string;
  /** Its line, from 1. */
  readonly line: number;
}

/** One thing wrong with the codelists of a study. */
export interface CodelistProblem {
  readonly severity: Severity;
  /** `S-CODELIST-…`, see electron/codelists/RULES.md. */
  readonly rule: string;
  readonly message: string;
  readonly hint: string | null;
  /** Study-relative. */
  readonly file: string;
  /** From 1; null where it is about the file as a whole, or about a file that is missing. */
  readonly line: number | null;
  /** Changes of `file` that each remove it. */
  readonly fixes: readonly QuickFix[];
}

/** What an update did with one list: null for one that it left as it was. */
export type CodelistChange = 'added' | 'changed' | null;

/** What an update, or adding a list, did. */
export interface CodelistUpdate {
  readonly lists: readonly {
    readonly id: string;
    readonly file: string;
    readonly url: string;
    readonly change: CodelistChange;
  }[];
  /** CSV files that no line names: deleted, or left where they are. */
  readonly deleted: readonly string[];
  readonly unlisted: readonly string[];
  /** What is worth knowing beside that. */
  readonly notes: readonly string[];
}

/** What the server answered of the lists of a study. */
export interface UpstreamAnswer {
  readonly ok: boolean;
  /** Why it could not compare them; null where it could. */
  readonly error: string | null;
  /** Ids in codelists.txt alone, in codelists.json alone, and those whose content is another now. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** What a check found. */
export interface CodelistCheck {
  readonly ok: boolean;
  readonly problems: readonly CodelistProblem[];
  /** Null where the server was not asked, or gave no answer. */
  readonly upstream: UpstreamAnswer | null;
  readonly notes: readonly string[];
}
