import type {EhrqlSchema} from './dataset';
import {err, ok, type Result} from './result';
import {csvField} from './table';

/**
 * A dummy table that is being edited. Rows are kept as they are written, line ends and quotes too, and taken apart where they
 * are looked at: so that what is not edited stays as it is, and a table with 100,000 rows opens at once. Each edit gives another
 * table, which shares its rows with the one before.
 */
export interface DummyTable {
  readonly columns: readonly string[];
  /** The first line, as it is written. */
  readonly head: string;
  readonly rows: readonly string[];
  readonly undone: readonly Splice[];
  readonly done: readonly Splice[];
}

/** Rows that an edit put in place of others. */
export interface Splice {
  readonly at: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Reads a table; the error is a sentence. */
export function openDummyTable(text: string): Result<DummyTable, string> {
  const records = recordsOf(text);
  if (records === null)
    return err('A quote is opened and not closed, so that no rows can be told.');
  const [head, ...rows] = records;
  if (head === undefined) return err('The table is empty: it has no names of columns.');
  const columns = valuesOf(head.replace(/^\uFEFF/, ''));
  return ok({columns, head, rows, undone: [], done: []});
}

/** The table as it is to be saved. */
export function textOfTable({head, rows}: DummyTable): string {
  const end = rows.length > 0 && lineEndOf(head) === '' ? '\n' : '';
  return head + end + rows.join('');
}

/** The values of a row, as they are written: more or fewer than columns where the row is so. */
export function rowOf(table: DummyTable, row: number): readonly string[] {
  return valuesOf(table.rows[row] ?? '');
}

/** Gives a cell another value; every other byte of its row stays. */
export function setCell(table: DummyTable, row: number, column: number, value: string): DummyTable {
  const before = table.rows[row];
  if (before === undefined || column < 0 || column >= table.columns.length) return table;
  const fields = fieldsOf(before);
  const field = fields[column];
  const end = lineEndOf(before);
  const after =
    field === undefined
      ? // a row that is too short
        before.slice(0, before.length - end.length) +
        ','.repeat(column - fields.length + 1) +
        csvField(value) +
        end
      : before.slice(0, field.from) + csvField(value) + before.slice(field.to);
  return field?.value === value
    ? table
    : spliced(table, {at: row, removed: [before], added: [after]});
}

/** Puts a row before the one that is at `at`, or at the end. */
export function insertRow(table: DummyTable, at: number, values: readonly string[]): DummyTable {
  const cells = table.columns.map((_, column) => csvField(values[column] ?? ''));
  const place = Math.max(0, Math.min(at, table.rows.length));
  const end = lineEndOf(table.head) || '\n';
  const before = place === 0 ? table.head : (table.rows[place - 1] ?? '');
  const row = cells.join(',');
  // the last line of a file need not have an end
  if (lineEndOf(before) !== '' || place === 0)
    return spliced(table, {at: place, removed: [], added: [row + end]});
  return spliced(table, {at: place - 1, removed: [before], added: [before + end, row]});
}

/** The number of a patient that no row has yet. */
export function nextPatient(table: DummyTable): number {
  const column = table.columns.indexOf('patient_id');
  let most = 0;
  for (let row = 0; row < table.rows.length; row += 1) {
    // the first value is read without taking the row apart: a table may have 100,000 rows
    const id =
      column === 0 ? parseInt(table.rows[row] ?? '', 10) : Number(rowOf(table, row)[column]);
    if (id > most) most = id;
  }
  return most + 1;
}

/** Removes a row. */
export function removeRow(table: DummyTable, at: number): DummyTable {
  const row = table.rows[at];
  return row === undefined ? table : spliced(table, {at, removed: [row], added: []});
}

/** Takes the last edit back; the table itself where there is none. */
export function undoEdit(table: DummyTable): DummyTable {
  const last = table.done.at(-1);
  if (last === undefined) return table;
  const {at, removed, added} = last;
  const {rows} = spliced(table, {at, removed: added, added: removed});
  return {...table, rows, done: table.done.slice(0, -1), undone: [...table.undone, last]};
}

/** Makes the edit again that was taken back last. */
export function redoEdit(table: DummyTable): DummyTable {
  const last = table.undone.at(-1);
  return last === undefined ? table : {...spliced(table, last), undone: table.undone.slice(0, -1)};
}

function spliced(table: DummyTable, splice: Splice): DummyTable {
  const rows = table.rows.slice();
  rows.splice(splice.at, splice.removed.length, ...splice.added);
  return {...table, rows, done: [...table.done, splice], undone: []};
}

/** A value of a row that ehrQL would refuse, in a sentence. */
export interface CellFault {
  readonly row: number;
  /** Null for the row as a whole. */
  readonly column: number | null;
  readonly message: string;
}

/** Faults that are looked for in a table at most. */
const MOST_FAULTS = 1000;

/** What ehrQL would refuse of a table's rows, the first thousand of it; of a table that is not known, only what any one has. */
export function faultsOfTable(table: DummyTable, schema: EhrqlSchema | null): readonly CellFault[] {
  const faults: CellFault[] = [];
  for (let row = 0; row < table.rows.length && faults.length < MOST_FAULTS; row += 1)
    faults.push(...faultsOfRow(table, row, schema));
  return faults;
}

/** What ehrQL would refuse of one row. */
export function faultsOfRow(
  table: DummyTable,
  row: number,
  schema: EhrqlSchema | null,
): readonly CellFault[] {
  const values = rowOf(table, row);
  const [has, wanted] = [values.length, table.columns.length];
  if (has !== wanted)
    return [
      {
        row,
        column: null,
        message: `The row has ${String(has)} values for ${String(wanted)} columns.`,
      },
    ];
  return values.flatMap((value, column): readonly CellFault[] => {
    const message = cellFault(table.columns[column] ?? '', value, schema);
    return message === null ? [] : [{row, column, message}];
  });
}

const WORDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  float: 'a number',
  bool: 'T or F',
  date: 'a date such as 2020-01-31',
};

/** Why ehrQL would refuse a value of a column, in a sentence; null where it would not, or does not read the column. */
export function cellFault(
  column: string,
  value: string,
  schema: EhrqlSchema | null,
): string | null {
  if (column === 'patient_id') {
    if (value === '') return 'Each row needs a patient_id.';
    return isOfType('int', value) ? null : `“${value}” is not a whole number, as patient_id is.`;
  }
  const spec = schema?.columns.find(({name}) => name === column);
  if (spec === undefined || value === '') return null;
  if (!isOfType(spec.type, value))
    return `“${value}” is not ${WORDS[spec.type] ?? spec.type}, as ${column} is.`;
  const {categories} = spec;
  if (categories === null) return null;
  const isNumber = spec.type === 'int' || spec.type === 'float';
  const known = categories.some((each) =>
    isNumber ? Number(each) === Number(value.replaceAll('_', '')) : each === value,
  );
  return known ? null : `“${value}” is none of the values of ${column}: ${categories.join(', ')}.`;
}

/** Python takes the digits of every script, and an underscore between two. */
const DIGITS = String.raw`\p{Nd}+(?:_\p{Nd}+)*`;
const WHOLE = new RegExp(`^\\s*[+-]?${DIGITS}\\s*$`, 'u');
const NUMBER = new RegExp(
  `^\\s*[+-]?(?:(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:e[+-]?${DIGITS})?|inf|infinity|nan)\\s*$`,
  'iu',
);

/** Whether Python reads a text as a value of the type, as ehrQL has it do. */
function isOfType(type: string, value: string): boolean {
  switch (type) {
    case 'int':
      return WHOLE.test(value);
    case 'float':
      return NUMBER.test(value);
    case 'bool':
      return value === 'T' || value === 'F';
    case 'date':
      return isDate(value);
    default:
      return true;
  }
}

/** A day as ISO 8601 has it, by its month, or by its week. */
function isDate(value: string): boolean {
  const [, dashed, ...parts] =
    /^(?=\d{4}(-?))\d{4}-?(?:(\d\d)\1(\d\d)|W(\d\d)(?:\1(\d))?)$/.exec(value) ?? [];
  const year = Number(value.slice(0, 4));
  if (dashed === undefined || year === 0) return false;
  const [month, day, week, weekday = 1] = parts.map((part) =>
    part === undefined ? undefined : Number(part),
  );
  if (week !== undefined)
    return week >= 1 && week <= (isLongYear(year) ? 53 : 52) && weekday >= 1 && weekday <= 7;
  const date = new Date(Date.UTC(2000, (month ?? 0) - 1, day));
  date.setUTCFullYear(year, (month ?? 0) - 1, day);
  return date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
}

/** Whether a year has 53 weeks: it begins, or ends, on a Thursday. */
function isLongYear(year: number): boolean {
  const dayOf = (month: number, day: number): number => {
    const date = new Date(Date.UTC(2000, month, day));
    date.setUTCFullYear(year, month, day);
    return date.getUTCDay();
  };
  return dayOf(0, 1) === 4 || dayOf(11, 31) === 4;
}

/** The lines of a CSV, each with its end; a line end within quotes is none. Null where a quote is not closed. */
function recordsOf(text: string): readonly string[] | null {
  if (!text.includes('"')) return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
  const records: string[] = [];
  let from = 0;
  let [isQuoted, isStart] = [false, true];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (isQuoted) {
      if (character !== '"') continue;
      isQuoted = text[at + 1] === '"';
      if (isQuoted) at += 1;
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[at + 1] === '\n') at += 1;
      records.push(text.slice(from, at + 1));
      from = at + 1;
      isStart = true;
    } else {
      isQuoted = isStart && character === '"';
      isStart = character === ',';
    }
  }
  if (from < text.length) records.push(text.slice(from));
  return isQuoted ? null : records;
}

interface Field {
  readonly from: number;
  readonly to: number;
  readonly value: string;
}

/** The fields of a line as Python's reader takes them apart: a quote counts at the beginning of one, and twice within it is one. */
function fieldsOf(record: string): readonly Field[] {
  const end = record.length - lineEndOf(record).length;
  const fields: Field[] = [];
  for (let from = 0; ;) {
    const quoted = /^"((?:[^"]|"")*)"/.exec(record.slice(from, end));
    const rest = from + (quoted?.[0].length ?? 0);
    const comma = record.indexOf(',', rest);
    const to = comma < 0 ? end : comma;
    const value = (quoted?.[1] ?? '').replaceAll('""', '"') + record.slice(rest, to);
    fields.push({from, to, value});
    if (comma < 0) return fields;
    from = comma + 1;
  }
}

function valuesOf(record: string): readonly string[] {
  return fieldsOf(record).map(({value}) => value);
}

function lineEndOf(record: string): string {
  return /(?:\r\n|\r|\n)$/.exec(record)?.[0] ?? '';
}
