import {formatCount, formatPlural} from '../../../shared/format';
import type {TableSchema} from '../../../shared/table';
import type {GridRange} from '../../lists/gridRange';
import type {TablePages} from './tablePages';

/** Most rows copied at once. */
const MOST_ROWS = 50_000;

/** A cell as spreadsheets take it from the clipboard. */
function field(text: string): string {
  return /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Copies cells under the names of their columns, separated by tabs; answers what to say of it. */
export async function copyCells(
  {columns}: Pick<TableSchema, 'columns'>,
  pages: Pick<TablePages, 'read'>,
  range: GridRange,
): Promise<string> {
  const [first, last] = range.rows;
  const rows = last - first + 1;
  if (rows > MOST_ROWS)
    return `Not copied: ${formatCount(rows)} rows are more than ${formatCount(MOST_ROWS)}.`;
  const read = await pages.read(first, last);
  if (!read.ok) return `Not copied: ${read.error.message}`;
  const [from, to] = range.columns;
  const lines = [
    columns.slice(from, to + 1).map(({name}) => name),
    ...read.value.map(({values}) => values.slice(from, to + 1).map((value) => value ?? '')),
  ];
  try {
    await navigator.clipboard.writeText(lines.map((line) => line.map(field).join('\t')).join('\n'));
  } catch {
    return 'Not copied: the clipboard can’t be written.';
  }
  return `Copied ${formatPlural(rows, 'row')}, ${formatPlural(to - from + 1, 'column')}, with names`;
}
