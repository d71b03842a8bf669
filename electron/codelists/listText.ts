import type {CodingSystem} from '../../shared/codelist';
import {CODE_FORMATS} from './meaningRules';

/** A list as its CSV file has it. */
export interface CodeList {
  readonly columns: readonly string[];
  /** The column with the codes, and that with what they mean; null where none is known to be. */
  readonly codeColumn: string | null;
  readonly termColumn: string | null;
  readonly rows: readonly ListRow[];
  readonly system: CodingSystem | null;
}

/** One row: the code without spaces around it, as ehrQL reads it. */
export interface ListRow {
  readonly code: string;
  readonly term: string;
  /** In the file, from 1. */
  readonly line: number;
}

interface Record {
  readonly fields: readonly string[];
  readonly line: number;
}

/** The records of a CSV text, each with its line. Quotes that are not closed end with the text. */
export function* recordsOf(text: string): Generator<Record, void> {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const begin = line;
    const fields: string[] = [];
    for (;;) {
      let value = '';
      if (text[at] === '"') {
        at += 1;
        for (;;) {
          const quote = text.indexOf('"', at);
          const end = quote < 0 ? text.length : quote;
          value += text.slice(at, end);
          at = end + 1;
          if (text[at] !== '"' || quote < 0) break;
          value += '"';
          at += 1;
        }
        line += value.split('\n').length - 1;
      }
      const from = at;
      while (at < text.length && !isEnd(text.charCodeAt(at))) at += 1;
      fields.push(value + text.slice(from, at));
      if (text[at] !== ',') break;
      at += 1;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at += 1;
    at += 1;
    line += 1;
    yield {fields, line: begin};
  }
}

/** Comma or line end. */
function isEnd(character: number): boolean {
  return character === 44 || character === 10 || character === 13;
}

/** What names say of a system, the surest first; of files too. */
const NAMES: readonly (readonly [CodingSystem, RegExp])[] = [
  ['dmd', /dm\+?d|(?:^|[^a-z])(?:vpid|vmp|amp|apid)(?:[^a-z]|$)/i],
  ['bnf', /bnf/i],
  ['icd10', /icd/i],
  ['opcs4', /opcs/i],
  ['snomedct', /snomed|(?:^|[^a-z])snct(?:[^a-z]|$)|concept_?id/i],
  ['ctv3', /ctv3|read_?(?:code|v[23])|(?:^|[^a-z])read(?:[^a-z]|$)/i],
];
/** Where names say nothing: the systems whose formats are told apart by a code alone, the strictest first. */
const BY_FORMAT: readonly CodingSystem[] = ['snomedct', 'icd10', 'bnf', 'ctv3'];
const CODE_NAME =
  /^(?:.*[ _-])?(?:code|codes|id|identifier|conceptid|ctv3id|icd|icd10|icd_10|snomed|dmd|bnf|opcs4?|read|vpid)s?$/i;
const TERM_NAME = /term|descri|name|label|meaning|concept$|preferred/i;
/** What operations are called: the codes of OPCS-4 look like those of ICD-10. */
const OPERATIONS =
  /\b(?:operations?|excision|insertion|removal|repair|replacement|transplant\w*|biopsy|percutaneous|transluminal|endoscopic|anastomosis|bypass|ligation|dialysis|graft|prosthe\w+|incision|drainage)\b/i;
/** A part of a list is enough to see what it is. */
const SAMPLE = 400;
/** So much of a list has to fit a format. */
const MOST_FIT = 0.6;

/** Reads a list; `name` is that of its file, or its id. */
export function readList(text: string, name: string): CodeList {
  const records = recordsOf(text);
  const columns = (records.next().value?.fields ?? []).map((column) => column.trim());
  const all = [...records].filter(({fields}) => fields.length > 1 || fields[0] !== '');
  const sample = all.slice(0, SAMPLE);
  const valuesAt = (column: number): readonly string[] =>
    sample.map(({fields}) => (fields[column] ?? '').trim()).filter((code) => code !== '');
  const fits = columns.map((column, at) => {
    const values = valuesAt(at);
    const systems = BY_FORMAT.map((system) => shareOf(values, system));
    return {at, named: CODE_NAME.test(column), fit: Math.max(0, ...systems)};
  });
  const best = [...fits].sort(
    (a, b) => Number(b.named && b.fit > 0) - Number(a.named && a.fit > 0) || b.fit - a.fit,
  )[0];
  const at = best === undefined || best.fit < MOST_FIT / 2 ? -1 : best.at;
  const termAt = columns.findIndex((column, index) => index !== at && TERM_NAME.test(column));
  const rows = all.map(({fields, line}) => ({
    code: (fields[at] ?? '').trim(),
    term: (fields[termAt] ?? '').trim(),
    line,
  }));
  return {
    columns,
    codeColumn: columns[at] ?? null,
    termColumn: columns[termAt] ?? null,
    rows: at < 0 ? [] : rows,
    system: at < 0 ? null : systemOf(valuesAt(at), valuesAt(termAt), columns, at, name),
  };
}

/** Whether a column is called as those with codes are. */
export function isNameOfCodes(column: string): boolean {
  return CODE_NAME.test(column);
}

/** Different codes, each with what it means last. */
export function codesOf(rows: readonly ListRow[]): ReadonlyMap<string, string> {
  const codes = new Map(rows.map(({code, term}) => [code, term]));
  codes.delete('');
  return codes;
}

function shareOf(codes: readonly string[], system: CodingSystem): number {
  if (codes.length === 0) return 0;
  return codes.filter((code) => CODE_FORMATS[system].test(code)).length / codes.length;
}

/** By the name of the code’s column, else of the file, else of other columns, where codes fit; else by the codes alone. */
function systemOf(
  codes: readonly string[],
  terms: readonly string[],
  columns: readonly string[],
  at: number,
  name: string,
): CodingSystem | null {
  const fit = (system: CodingSystem): boolean => shareOf(codes, system) >= MOST_FIT;
  const others = columns.filter((_, index) => index !== at).join(' ');
  for (const said of [columns[at] ?? '', name, others])
    for (const [system, pattern] of NAMES) if (pattern.test(said) && fit(system)) return system;
  const ranked = BY_FORMAT.map((system) => ({system, share: shareOf(codes, system)}));
  const most = Math.max(...ranked.map(({share}) => share));
  const found = ranked.find(({share}) => share === most)?.system ?? null;
  if (most < MOST_FIT) return null;
  const operations = terms.filter((term) => OPERATIONS.test(term)).length;
  return found === 'icd10' && fit('opcs4') && operations > terms.length / 3 ? 'opcs4' : found;
}
