import type {ColumnBar, ColumnSummary} from '../../../shared/table';
import {isRedacted} from '../sources/columnTypes';
import {dateText} from './cellText';
import type {QueriedTable, StoredColumn} from './tableStore';

/** Bars of a column at the most. */
const MOST_BARS = 20;

/** A column as it is compared: missing values and what is no number are null, and so last when sorted. */
export function comparedAs({sqlType, kept}: StoredColumn, at: number): string {
  const value = kept === sqlType ? `c${at}` : `TRY_CAST(c${at} AS ${sqlType})`;
  return /^(FLOAT|DOUBLE)$/.test(sqlType)
    ? `CASE WHEN isnan(${value}) THEN NULL ELSE ${value} END`
    : value;
}

/** The figures of a column: values as they are shown, and how they lie. */
export async function figuresOf(
  table: QueriedTable,
  column: StoredColumn,
  at: number,
): Promise<ColumnSummary> {
  const raw = `c${at}`;
  const key = comparedAs(column, at);
  const isNumeric = column.type === 'integer' || column.type === 'number';
  // a number's text as the file has it, not as the number would be written
  const least = `arg_min(${raw}, ${key})`;
  const isFloat = /^(FLOAT|DOUBLE)$/.test(column.sqlType);
  const sum = isNumeric ? (isFloat ? `fsum(${key})` : `sum(${key})`) : 'NULL';
  const missing = isNumeric || column.sqlType !== column.kept ? `${key} IS NULL` : `${raw} IS NULL`;
  const redacted = column.type !== 'text' && column.kept === 'VARCHAR' ? isRedacted(raw) : 'false';
  const [[missed, takenOut, distinct, min, nonZero, max, total] = []] = await table.texts(
    `SELECT count(*) FILTER (WHERE ${missing} AND NOT ${redacted}), count(*) FILTER (WHERE ${redacted}),
       count(DISTINCT ${key}), ${least},
       ${isNumeric ? `arg_min(${raw}, abs(${key})) FILTER (WHERE ${key} <> 0)` : 'NULL'},
       arg_max(${raw}, ${key}), ${sum} FROM raw`,
  );
  return {
    name: column.name,
    type: column.type,
    missing: Number(missed),
    redacted: Number(takenOut),
    distinct: Number(distinct),
    min: min ?? null,
    smallestNonZero: nonZero ?? null,
    max: max ?? null,
    sum: total ?? null,
    bars: await barsOf(table, column, key, Number(distinct)),
  };
}

async function barsOf(
  table: QueriedTable,
  column: StoredColumn,
  key: string,
  distinct: number,
): Promise<readonly ColumnBar[]> {
  if (distinct === 0) return [];
  switch (column.type) {
    case 'integer':
    case 'number':
      return stretches(table, `CAST(${key} AS DOUBLE)`, column.type === 'integer', shortNumber);
    case 'date':
      return stretches(table, `epoch(${key}) / 86400`, true, (days) => dateText(BigInt(days)));
    case 'timestamp':
      return stretches(table, `epoch(${key}) / 86400`, false, (days) =>
        dateText(BigInt(Math.floor(days))),
      );
    default:
      return mostFrequent(table, key);
  }
}

/** Values counted in stretches of the same width. */
async function stretches(
  table: QueriedTable,
  value: string,
  isWhole: boolean,
  say: (value: number) => string,
): Promise<readonly ColumnBar[]> {
  const finite = `SELECT ${value} AS v FROM raw WHERE isfinite(${value})`;
  const [[first, last] = []] = await table.texts(`SELECT min(v), max(v) FROM (${finite})`);
  if (first === undefined || first === null || last === undefined || last === null) return [];
  const [from, to] = [Number(first), Number(last)];
  // of whole numbers each stretch holds as many
  const width = isWhole ? Math.ceil((to - from + 1) / MOST_BARS) : (to - from) / MOST_BARS;
  if (!Number.isFinite(width)) return [];
  const bars = width === 0 ? 1 : isWhole ? Math.ceil((to - from + 1) / width) : MOST_BARS;
  const counted = await table.texts(
    `SELECT CAST(least(${bars - 1}, floor((v - ${from}) / ${width || 1})) AS INTEGER) AS bar, count(*)
     FROM (${finite}) GROUP BY bar`,
  );
  const counts = new Map(counted.map(([bar, count]) => [Number(bar), Number(count)]));
  return Array.from({length: bars}, (_, bar) => {
    const start = from + bar * width;
    const end = isWhole ? Math.min(to, start + width - 1) : Math.min(to, start + width);
    const label = start === end ? say(start) : `${say(start)} to ${say(end)}`;
    return {label, count: counts.get(bar) ?? 0};
  });
}

async function mostFrequent(table: QueriedTable, key: string): Promise<readonly ColumnBar[]> {
  const found = await table.texts(
    `SELECT ${key} AS v, count(*) AS n FROM raw WHERE ${key} IS NOT NULL
     GROUP BY v ORDER BY n DESC, v LIMIT ${MOST_BARS}`,
  );
  return found.map(([label, count]) => ({label: label ?? '', count: Number(count)}));
}

/** A bound of a stretch: exact for whole numbers, else to four digits. */
function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
