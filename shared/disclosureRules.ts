import {MODERATE_MAX_BYTES, MODERATE_MAX_CSV_ROWS} from './sensitivity';

/**
 * The rules file: every number that the checks before release use, with where it comes from and when that was read.
 * Numbers change: when one does, change it here, with its source and date, and give the file a new version.
 */
export const RULES_VERSION = '2026-12-02';

/** Where a number comes from. */
export interface RuleSource {
  readonly title: string;
  readonly url: string;
  /** The day on which the source said so: of its own date where it has one, else when it was read. */
  readonly date: string;
}

/** A number of the rules. */
export interface SourcedNumber {
  readonly value: number;
  readonly source: RuleSource;
}

const DOCS = 'https://docs.opensafely.org/outputs';

const sdc: RuleSource = {
  title: 'OpenSAFELY documentation, “Statistical disclosure control”, revision 1ea5fd4',
  url: `${DOCS}/sdc/`,
  date: '2026-11-26',
};

const requesting: RuleSource = {
  title: 'OpenSAFELY documentation, “Requesting file release”, revision 002102a',
  url: `${DOCS}/requesting-file-release/`,
  date: '2026-11-26',
};

const localRunner: RuleSource = {
  title: 'opensafely-cli, level 4 checks of the local runner, revision dfff19d',
  url: 'https://github.com/opensafely-core/opensafely-cli',
  date: '2026-11-26',
};

/** A number no source gives: where it is from is given all the same. */
function ownChoice(title: string): RuleSource {
  return {title: `Study Desk’s own choice: ${title}`, url: `${DOCS}/sdc/`, date: '2026-11-26'};
}

/** All numbers of the checks. */
export const RULE_NUMBERS = {
  /** Counts from 1 to this one are redacted. */
  redactUpTo: {value: 7, source: sdc},
  /** What is left is rounded to this. */
  roundTo: {value: 5, source: sdc},
  /** Also taken for rounded, as whole reports may be rounded so: “to the nearest 5, 7, or 10”. */
  alsoRoundedTo: {value: 7, source: sdc},
  /** Midpoint rounding: 0, 3, 9, 15 and so on. */
  midpoint: {value: 6, source: sdc},
  /** Largest file that leaves level 4, in bytes. */
  largestFile: {value: MODERATE_MAX_BYTES, source: localRunner},
  /** Most rows of a CSV that leaves level 4. */
  mostRows: {value: MODERATE_MAX_CSV_ROWS, source: requesting},
  /** A table with more columns is called wide. */
  mostColumns: {
    value: 20,
    source: {
      title:
        'opensafely/documentation#2061 asks for long tables and gives no number; 20 is Study Desk’s own choice',
      url: 'https://github.com/opensafely/documentation/pull/2061',
      date: '2026-11-26',
    },
  },
  /** Different values that a rounding must fit before it is believed without a name that says so. */
  valuesForRounding: {value: 3, source: ownChoice('two values may fit by chance')},
  /** Groups that two tables must share before they are compared. */
  sharedGroups: {value: 3, source: ownChoice('fewer say nothing of what the tables are')},
  /** Findings of a rule listed one by one in a column; further ones are counted. */
  shownPerColumn: {value: 100, source: ownChoice('more can’t be read')},
} as const satisfies Readonly<Record<string, SourcedNumber>>;

/** What is said of a rule wherever it is met. */
export interface RuleWords {
  /** A few words, for lists. */
  readonly title: string;
  /** Why a checker asks. */
  readonly why: string;
  readonly link: string;
}

/** The rules by name, in the order in which they are listed. */
export const DISCLOSURE_RULES = {
  'level4-file': {
    title: 'Not copied to level 4',
    why: 'The server does not copy files that are too large, too long, of another type, or have a patient_id column.',
    link: `${DOCS}/requesting-file-release/#allowed-file-types`,
  },
  identifier: {
    title: 'Identifier',
    why: 'Nothing that identifies a patient, household, practice or small area may leave the server.',
    link: `${DOCS}/sdc/#attribute-types`,
  },
  'small-count': {
    title: 'Small count',
    why: 'Counts of 1 to 7 are redacted before rounding, so that no statistic describes 5 or fewer patients.',
    link: `${DOCS}/sdc/#redacting-counts-less-than-or-equal-to-7`,
  },
  'unrounded-count': {
    title: 'Count not rounded',
    why: 'Counts are rounded to 5, or to midpoint 6, so that later releases can’t be subtracted from them.',
    link: `${DOCS}/sdc/#rounding-counts`,
  },
  'midpoint6-name': {
    title: 'Midpoint 6 without its name',
    why: 'A 3 that means 1 to 6 looks like a count of 3 unless the column’s name ends with _midpoint6.',
    link: `${DOCS}/sdc/#naming-convention-for-midpoint-6-rounding`,
  },
  'total-gives-away': {
    title: 'Total reveals a redacted count',
    why: 'A redacted cell can be worked out from the total and the other cells.',
    link: `${DOCS}/sdc/#primary-vs-secondary-disclosure`,
  },
  'rate-gives-away': {
    title: 'Rate of a redacted count',
    why: 'A rate multiplied by its denominator gives the redacted count.',
    link: `${DOCS}/sdc/#rounding-rates`,
  },
  'rate-unrounded': {
    title: 'Rate from unrounded counts',
    why: 'Rates must be calculated from rounded counts, or they reveal the exact counts.',
    link: `${DOCS}/sdc/#rounding-rates`,
  },
  differencing: {
    title: 'Difference between tables',
    why: 'Two tables of the same groups, one subtracted from the other, may leave a few patients.',
    link: `${DOCS}/sdc/#primary-vs-secondary-disclosure`,
  },
  'min-max': {
    title: 'Minimum or maximum',
    why: 'The lowest and the highest value often belong to one patient.',
    link: `${DOCS}/sdc/#redacting-counts-less-than-or-equal-to-7`,
  },
  'day-date': {
    title: 'Dates to the day',
    why: 'The day of an event, with little else, may identify a patient.',
    link: `${DOCS}/sdc/#attribute-types`,
  },
  'wide-table': {
    title: 'Wide table',
    why: 'Checkers read every column: long tables with few columns are preferred.',
    link: `${DOCS}/requesting-file-release/#allowed-file-types`,
  },
  'two-statistics': {
    title: 'Two statistics in one cell',
    why: 'Checkers ask for one statistic a column, so that each can be sorted, compared and checked (opensafely/documentation#2061).',
    link: `${DOCS}/requesting-file-release/#allowed-file-types`,
  },
  'no-counts': {
    title: 'Figures without counts',
    why: 'Checkers need the counts behind every figure, mean and rate.',
    link: `${DOCS}/requesting-file-release/#allowed-file-types`,
  },
  'hard-to-check': {
    title: 'Hard to check',
    why: 'Scripts in pages, and logs, are harder to check than tables, and are rarely needed.',
    link: `${DOCS}/requesting-file-release/#allowed-file-types`,
  },
  'html-page': {
    title: 'HTML page',
    why: 'HTML has not been among the types that may be released since 31 March 2026 (opensafely/documentation, revision 77e5dc3).',
    link: `${DOCS}/requesting-file-release/#allowed-file-types`,
  },
  'not-read': {
    title: 'Could not be read',
    why: 'What can’t be read can’t be checked, by Study Desk or by a checker.',
    link: `${DOCS}/output-checking/`,
  },
} as const satisfies Readonly<Record<string, RuleWords>>;

/** A rule, by its name. */
export type DisclosureRule = keyof typeof DISCLOSURE_RULES;

/** True for the name of a rule. */
export function isDisclosureRule(name: string): name is DisclosureRule {
  return Object.hasOwn(DISCLOSURE_RULES, name);
}
