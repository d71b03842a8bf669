import {RULE_NUMBERS} from '../../shared/disclosureRules';
import {cellValue, dayOf, wholeNumber, type CellValue} from './cellValue';
import type {CheckedTable} from './checkedTable';
import {identifierOf, meaningOf, midpointName, statisticOf, type NameMeaning} from './columnNames';

/** A column of a table with what it is taken for. */
export interface TableColumn {
  readonly index: number;
  readonly name: string;
  readonly cells: readonly CellValue[];
  readonly meaning: NameMeaning;
  /** Numbers and nothing else, apart from what is missing or redacted. */
  readonly numeric: boolean;
  /** Days as YYYY-MM-DD where all of its values are dates; null for any other column. */
  readonly days: readonly string[] | null;
}

/** Cells of a column that are taken for counts of patients. */
export interface CountColumn {
  readonly column: TableColumn;
  /** By its name; by its place beside named ones; or only as nothing speaks against it. */
  readonly evidence: 'named' | 'inferred' | 'weak';
  /** What its name says of rounding. */
  readonly midpoint: 'midpoint6' | 'derived' | null;
  /** Places of the rows, from 0, in which it counts. */
  readonly rows: readonly number[];
  /** The same, to ask of one row. */
  readonly counted: ReadonlySet<number>;
}

/** A table and what its columns are taken for. */
export interface TableFacts {
  readonly table: CheckedTable;
  readonly columns: readonly TableColumn[];
  readonly counts: readonly CountColumn[];
  /** Columns that say which group a row is of. */
  readonly keys: readonly TableColumn[];
  /** By row: what a column of statistics' names says of it; null where there is no such column. */
  readonly statistics: readonly NameMeaning[] | null;
}

/** Looks at every column, and makes up its mind what it holds. */
export function tableFacts(table: CheckedTable): TableFacts {
  const columns = table.columns.map((name, index): TableColumn => {
    const texts = table.rows.map((row) => row[index] ?? null);
    const cells = texts.map(cellValue);
    const said = texts.filter((_, row) => cells[row]?.kind !== 'missing');
    const days = said.map(dayOf);
    return {
      index,
      name,
      cells,
      // a name that holds `patient` would count them otherwise
      meaning: identifierOf(name) === 'patient' ? 'key' : meaningOf(name),
      numeric:
        cells.some(({kind}) => kind === 'number') && !cells.some(({kind}) => kind === 'text'),
      days: said.length > 0 && days.every((day) => day !== null) ? days : null,
    };
  });
  const statistics = statisticsOf(table, columns);
  const named = columns.flatMap((column) => namedCounts(column, statistics));
  const left = columns.filter(
    (column) =>
      column.meaning === 'unknown' &&
      isWhole(column) &&
      !named.some((count) => count.column === column),
  );
  const others = left.flatMap((column): readonly CountColumn[] => {
    if (isKeyLike(column)) return [];
    const evidence = isInferred(column, columns, named, left) ? 'inferred' : 'weak';
    const rows = countingRows(column, statistics);
    return rows.length === 0
      ? []
      : [{column, evidence, midpoint: null, rows, counted: new Set(rows)}];
  });
  const counts = [...named, ...others].sort((one, other) => one.column.index - other.column.index);
  const keys = columns.filter(
    (column) =>
      column.cells.length > 0 &&
      !counts.some((count) => count.column === column && count.evidence !== 'weak') &&
      (!column.numeric || column.meaning === 'key' || isKeyLike(column)),
  );
  return {table, columns, counts, keys, statistics};
}

const STATISTIC_COLUMNS =
  /^(stat|stats|stat_?name|statistic|statistics|measure|metric|name|variable|term|key|summary|characteristic|label|type|)$/i;

/** What each row is, where a text column names statistics: some of them counts, others not. */
function statisticsOf(
  table: CheckedTable,
  columns: readonly TableColumn[],
): readonly NameMeaning[] | null {
  for (const {index, numeric, name} of columns) {
    if (numeric || !STATISTIC_COLUMNS.test(name.trim())) continue;
    const meanings = table.rows.map((row) => statisticOf(row[index] ?? null));
    const counts = meanings.includes('count');
    const figures = meanings.some((each) => each === 'figure' || each === 'rate');
    if ((counts && figures) || meanings.includes('extreme')) return meanings;
  }
  return null;
}

function isWhole({numeric, cells}: TableColumn): boolean {
  return numeric && cells.every((cell) => cell.kind !== 'number' || wholeNumber(cell) !== null);
}

const GENERIC = /^(value|values|estimate|statistic|stat|result|number|total|all|overall)$/i;

/** Rows of a column that may hold counts, by the statistics' names beside them. */
function countingRows(
  column: TableColumn,
  statistics: readonly NameMeaning[] | null,
): readonly number[] {
  const all = column.cells.map((_, row) => row);
  if (statistics === null) return all;
  return all.filter((row) => {
    const said = statistics[row] ?? 'unknown';
    if (said === 'count') return true;
    return said === 'unknown' && !GENERIC.test(column.name) && column.meaning === 'count';
  });
}

function namedCounts(
  column: TableColumn,
  statistics: readonly NameMeaning[] | null,
): readonly CountColumn[] {
  const midpoint = midpointName(column.name);
  const base = {column, evidence: 'named', midpoint} as const;
  if (statistics !== null && column.numeric && (GENERIC.test(column.name) || midpoint !== null)) {
    const rows = countingRows(column, statistics).filter(
      (row) => wholeNumber(column.cells[row] ?? {kind: 'text'}) !== null,
    );
    return rows.length === 0 ? [] : [{...base, rows, counted: new Set(rows)}];
  }
  if (isWhole(column) && (midpoint !== null || column.meaning === 'count')) {
    const rows = countingRows(column, statistics);
    return rows.length === 0 ? [] : [{...base, rows, counted: new Set(rows)}];
  }
  // `12 (3.4%)` among other texts
  const rows = column.cells.flatMap((cell, row) =>
    cell.kind === 'number' && cell.withPercent ? [row] : [],
  );
  return rows.length === 0 ? [] : [{...base, rows, counted: new Set(rows)}];
}

/** Numbers that go on in even steps, flags, or values that are each in as many rows as any other. */
function isKeyLike({cells, numeric}: TableColumn): boolean {
  if (!numeric) return false;
  const values = cells.flatMap((cell) => (cell.kind === 'number' ? [cell.value] : []));
  const distinct = [...new Set(values)].sort((one, other) => one - other);
  if (distinct.every((value) => value === 0 || value === 1)) return true;
  if (distinct.length < 2) return false;
  const step = (distinct[1] ?? 0) - (distinct[0] ?? 0);
  const even = distinct.every((value, at) => at === 0 || value - (distinct[at - 1] ?? 0) === step);
  if (even && distinct.length > 2 && cells.length === values.length) return true;
  const times = new Map<number, number>();
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
  return values.length > distinct.length && new Set(times.values()).size === 1;
}

/** Not above a named count in any row; or the only whole numbers of a table, behind what names its groups. */
function isInferred(
  column: TableColumn,
  columns: readonly TableColumn[],
  named: readonly CountColumn[],
  unknown: readonly TableColumn[],
): boolean {
  const values = column.cells.flatMap((cell) => wholeNumber(cell) ?? []);
  if (!values.some((value) => value > RULE_NUMBERS.redactUpTo.value)) return false;
  const within = named.some(({column: whole, evidence}) => {
    if (evidence !== 'named') return false;
    let compared = 0;
    for (const [row, cell] of column.cells.entries()) {
      const part = wholeNumber(cell);
      const all = wholeNumber(whole.cells[row] ?? {kind: 'text'});
      if (part === null || all === null) continue;
      if (part > all) return false;
      compared += 1;
    }
    return compared > 0;
  });
  if (within) return true;
  const before = columns.slice(0, column.index);
  return (
    named.length === 0 &&
    unknown.length === 1 &&
    before.length > 0 &&
    before.every((each) => !each.numeric || each.meaning === 'key') &&
    Math.max(...values) >= 20
  );
}
