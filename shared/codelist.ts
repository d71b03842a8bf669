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

export type CodingSystem = 'snomedct' | 'icd10' | 'ctv3' | 'bnf' | 'dmd' | 'opcs4';

/** How a coding system is called. */
export const CODING_SYSTEMS: Readonly<Record<CodingSystem, string>> = {
  snomedct: 'SNOMED CT',
  icd10: 'ICD-10',
  ctv3: 'CTV3 (Read v3)',
  bnf: 'BNF',
  dmd: 'dm+d',
  opcs4: 'OPCS-4',
};

/** Where a fact comes from. */
export interface RuleSource {
  readonly title: string;
  readonly url: string;
  /** The day of the source where it has one, else when it was read. */
  readonly date: string;
}

/** Something about a list that its user may not intend. */
export interface CodelistWarning {
  /** `C-…`, see electron/codelists/RULES.md. */
  readonly rule: string;
  readonly message: string;
  readonly hint: string | null;
  readonly source: RuleSource;
  /** The codes it is about, the first few. */
  readonly codes: readonly string[];
  /** Line of the CSV file, from 1, of the first of them; null where it is about the list as a whole. */
  readonly line: number | null;
}

/**
 * How a list is: as it was downloaded; changed here since; by what the server last answered, with other codes there, of dm+d with
 * other mapped codes, not published yet, or with a newer version published; named and not there; there and not named; a list
 * of your own in local_codelists.
 */
export type CodelistState =
  | 'current'
  | 'edited'
  | 'changed-upstream'
  | 'mapping-changed'
  | 'under-review'
  | 'newer-version'
  | 'not-downloaded'
  | 'not-listed'
  | 'own';

/** What each state is called. */
export const CODELIST_STATES: Readonly<Record<CodelistState, string>> = {
  current: 'As downloaded',
  edited: 'Edited here',
  'changed-upstream': 'Other codes on the server',
  'mapping-changed': 'Mapping changed',
  'under-review': 'Under review',
  'newer-version': 'Newer version published',
  'not-downloaded': 'Not downloaded',
  'not-listed': 'Not listed',
  own: 'Your own',
};

/** What the server says of a version of a list. */
export interface VersionAnswer {
  /** `published`, `under review`, or another word of the server's. */
  readonly status: string;
  /** Id of the newest published version that was made after it; null where there is none. */
  readonly newer: string | null;
}

/** One list of a study. */
export interface CodelistSummary {
  /** Study-relative. */
  readonly file: string;
  /** Null for one that codelists.txt does not name. */
  readonly id: string | null;
  readonly url: string | null;
  readonly state: CodelistState;
  /** Id of a newer version that is published, by what the server last answered. */
  readonly newer: string | null;
  /** As codelists.json has it; null where it was not downloaded. */
  readonly downloadedAt: string | null;
  /** When the server was last asked about it, ISO 8601 UTC; null where never since it was downloaded. */
  readonly checkedAt: string | null;
  /** As far as names and codes show it; null where they don't. */
  readonly codingSystem: CodingSystem | null;
  /** Different codes; null where the file can't be read. */
  readonly codes: number | null;
  /** The actions whose code names the file. */
  readonly actions: readonly string[];
  readonly warnings: readonly CodelistWarning[];
}

/** A code with what it means. */
export interface CodelistCode {
  readonly code: string;
  readonly term: string;
}

/** What an update would do, downloaded and not yet written. */
export interface CodelistPreview {
  readonly id: string;
  readonly lists: readonly {
    readonly id: string;
    readonly file: string;
    readonly change: CodelistChange;
    readonly added: readonly CodelistCode[];
    readonly removed: readonly CodelistCode[];
    readonly warnings: readonly CodelistWarning[];
  }[];
  /** CSV files that no line names; they stay. */
  readonly unlisted: readonly string[];
  readonly notes: readonly string[];
  /** The actions whose code names a list that changes, and those that need them. */
  readonly outOfDate: readonly string[];
}

/** A row of a list that holds what is searched for. */
export interface CodelistFind extends CodelistCode {
  /** Study-relative. */
  readonly file: string;
  /** In the file, from 1. */
  readonly line: number;
}

/** Rows of all lists that hold a text; `more` where there are others than these. */
export interface CodelistFinds {
  readonly finds: readonly CodelistFind[];
  readonly more: boolean;
}

/** A commit that changed a list. */
export interface CodelistCommit {
  /** The whole id. */
  readonly commit: string;
  /** ISO 8601. */
  readonly date: string;
  /** The first line of its message. */
  readonly subject: string;
}

/** A list with all that its file has. */
export interface CodelistContent {
  readonly columns: readonly string[];
  /** Places of the column with the codes, and of that with what they mean; -1 where none is known to be. */
  readonly codeColumn: number;
  readonly termColumn: number;
  readonly codingSystem: CodingSystem | null;
  readonly rows: readonly {
    /** In the file, from 1. */
    readonly line: number;
    readonly values: readonly string[];
  }[];
  /** Whether the version before the last update is kept. */
  readonly hasEarlier: boolean;
  /** Of a list of your own: what is noted beside it on where it comes from. */
  readonly origin: string | null;
}
