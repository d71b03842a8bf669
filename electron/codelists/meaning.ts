import {CODING_SYSTEMS, type CodelistWarning, type CodingSystem} from '../../shared/codelist';
import {formatPlural} from '../../shared/format';
import type {CodeList, ListRow} from './listText';
import {
  CODE_FORMATS,
  MEANING_SOURCES,
  MEDICINES_SYSTEMS,
  MOVED_CODES,
  OLD_MEDICINES_DAYS,
  TWO_MEANINGS,
  type MeaningRule,
} from './meaningRules';

/** Codes that a warning names. */
const CODES_NAMED = 5;

/** A warning with its source. */
export function warningOf(
  rule: MeaningRule,
  message: string,
  hint: string | null,
  rows: readonly ListRow[] = [],
): CodelistWarning {
  const codes = [...new Set(rows.map(({code}) => code))].slice(0, CODES_NAMED);
  return {rule, message, hint, source: MEANING_SOURCES[rule], codes, line: rows[0]?.line ?? null};
}

/** What else is known of a list. */
export interface ListFacts {
  /** The version that codelists.txt names, and when it was downloaded; null where that is not known. */
  readonly version: string | null;
  readonly downloadedAt: string | null;
  /** The list as it was before the last update; null where there is none. */
  readonly earlier: Heading | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Everything about a list that its user may not intend, by RULES.md. */
export function listWarnings(list: CodeList, facts: ListFacts): readonly CodelistWarning[] {
  return [...contentWarnings(list), ...versionWarnings(list, facts)];
}

/** What its rows say. */
export function contentWarnings(list: CodeList): readonly CodelistWarning[] {
  return [
    ...blanks(list),
    ...duplicates(list),
    ...wrongCodes(list),
    ...(list.system === 'icd10' ? editions(list) : []),
  ];
}

type Heading = Pick<CodeList, 'columns' | 'codeColumn' | 'termColumn' | 'system'>;

/** What its age says, and the version before it. */
export function versionWarnings(list: Heading, facts: ListFacts): readonly CodelistWarning[] {
  return [...age(list, facts), ...otherColumns(list, facts.earlier)];
}

function named(rows: readonly ListRow[]): string {
  const codes = [...new Set(rows.map(({code}) => code))];
  const more = codes.length - CODES_NAMED;
  return `${codes.slice(0, CODES_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function blanks({rows}: CodeList): readonly CodelistWarning[] {
  const found = rows.filter(({code}) => code === '');
  if (found.length === 0) return [];
  const message = `${formatPlural(found.length, 'row')} without a code.`;
  return [warningOf('C-BLANK', message, 'ehrQL leaves them out.', found)];
}

function duplicates({rows}: CodeList): readonly CodelistWarning[] {
  const seen = new Set<string>();
  const found = rows.filter(({code}) => {
    if (code === '') return false;
    if (seen.has(code)) return true;
    seen.add(code);
    return false;
  });
  if (found.length === 0) return [];
  const message = `Listed more than once: ${named(found)}.`;
  const hint = 'Of a list with categories ehrQL takes the last row of a code.';
  return [warningOf('C-DUPLICATE', message, hint, found)];
}

const DIGITS = /^\d+$/;
const AS_NUMBER = /^\d(?:[.,]\d+)?E\+?\d{1,2}$/i;

/** Codes that are not of the list's system, and those that a spreadsheet has changed. */
function wrongCodes({rows, system}: CodeList): readonly CodelistWarning[] {
  if (system === null) return [];
  const wrong = rows.filter(({code}) => code !== '' && !CODE_FORMATS[system].test(code));
  const isNumber = ({code}: ListRow): boolean => AS_NUMBER.test(code);
  const isShort = ({code}: ListRow): boolean => lacksZero(code, system);
  const numbers = wrong.filter(isNumber);
  const short = wrong.filter((row) => !isNumber(row) && isShort(row));
  const others = wrong.filter((row) => !isNumber(row) && !isShort(row));
  const name = CODING_SYSTEMS[system];
  const spreadsheet = 'A spreadsheet changes codes when it saves them. Download the list again.';
  const found: CodelistWarning[] = [];
  if (numbers.length > 0)
    found.push(
      warningOf('C-SPREADSHEET', `Written as numbers: ${named(numbers)}.`, spreadsheet, numbers),
    );
  if (short.length > 0)
    found.push(
      warningOf('C-LOST-ZERO', `A leading zero is missing: ${named(short)}.`, spreadsheet, short),
    );
  if (others.length > 0) {
    const message = `Not codes of ${name}: ${named(others)}.`;
    found.push(warningOf('C-OTHER-SYSTEM', message, otherWords(others, system), others));
  }
  return found;
}

/** Zeros before it make it a code: of BNF and CTV3 alone, no others begin with one. */
function lacksZero(code: string, system: CodingSystem): boolean {
  if (system === 'bnf') return /^\d/.test(code) && CODE_FORMATS.bnf.test(`0${code}`);
  return system === 'ctv3' && DIGITS.test(code) && code.length < 5;
}

function otherWords(rows: readonly ListRow[], system: CodingSystem): string {
  const fitting = (Object.keys(CODING_SYSTEMS) as CodingSystem[]).filter(
    (other) => other !== system && rows.every(({code}) => CODE_FORMATS[other].test(code)),
  );
  return fitting.length === 0
    ? 'ehrQL refuses a list with them.'
    : `They look like ${fitting.map((other) => CODING_SYSTEMS[other]).join(' or ')}.`;
}

/** ICD-10 codes that mean something else, or are called something else, in hospital data and in death data. */
function editions({rows}: CodeList): readonly CodelistWarning[] {
  const byCode = new Map(rows.map((row) => [row.code.replace(/X$/, ''), row]));
  const found: CodelistWarning[] = [];
  for (const [code, [nhs, who]] of TWO_MEANINGS) {
    const row = byCode.get(code);
    if (row === undefined) continue;
    const message = `${code} is “${nhs}” in hospital admissions (2016 edition), and “${who}” in deaths (2019 edition).`;
    const hint = 'Where only one is meant, use a list for each of the two.';
    found.push(warningOf('C-ICD10-MEANING', message, hint, [row]));
  }
  for (const {title, nhs2016, who2019} of MOVED_CODES) {
    const present = (codes: readonly string[]) => codes.flatMap((code) => byCode.get(code) ?? []);
    const [nhs, who] = [present(nhs2016), present(who2019)];
    if ((nhs.length === 0) === (who.length === 0)) continue;
    const [has, lacks] =
      nhs.length > 0
        ? (['hospital admissions (2016 edition)', 'deaths (2019 edition)'] as const)
        : (['deaths (2019 edition)', 'hospital admissions (2016 edition)'] as const);
    const missing = nhs.length > 0 ? who2019 : nhs2016;
    const message = `${named([...nhs, ...who])} is “${title}” in ${has} alone; in ${lacks} it is ${missing.join(', ')}.`;
    const hint = `For a list that is used on both, add ${missing.join(', ')}.`;
    found.push(warningOf('C-ICD10-MOVED', message, hint, [...nhs, ...who]));
  }
  return found;
}

const DAY_MS = 86_400_000;

/** Medicines get new codes all the time; a list is as old as its version where that is a date, else as its download. */
function age({system}: Heading, facts: ListFacts): readonly CodelistWarning[] {
  const {version, downloadedAt, now} = facts;
  if (system === null || !MEDICINES_SYSTEMS.includes(system)) return [];
  const dated = /^\d{4}-\d{2}-\d{2}$/.exec(version ?? '')?.[0] ?? downloadedAt?.slice(0, 10) ?? '';
  const days = (now - Date.parse(dated)) / DAY_MS;
  if (!(days > OLD_MEDICINES_DAYS)) return [];
  const message = `This list of ${CODING_SYSTEMS[system]} is of ${dated}; products that came later are not in it.`;
  return [warningOf('C-OLD-MEDICINES', message, 'See whether there is a newer version.')];
}

/** Code that reads a column by its name fails on a version that calls it otherwise. */
function otherColumns(list: Heading, earlier: Heading | null): readonly CodelistWarning[] {
  if (earlier === null) return [];
  const gone = [earlier.codeColumn, earlier.termColumn].filter(
    (column) => column !== null && !list.columns.includes(column),
  );
  if (gone.length === 0) return [];
  const message = `The version before had ${gone.map((column) => `the column ${column}`).join(' and ')}; this one has ${list.columns.join(', ')}.`;
  return [warningOf('C-COLUMNS', message, 'Change the name where code reads it.')];
}
