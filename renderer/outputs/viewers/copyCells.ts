import {formatCount, formatPlural} from '../../../shared/format';
import type {TableRow} from '../../../shared/table';
import {TIER_LABELS, type Tier} from '../../../shared/sensitivity';
import {mayUse} from '../../../shared/tierPolicy';
import type {GridColumn} from '../../lists/GridTable';
import type {GridRange} from '../../lists/gridRange';
import {useDeskState} from '../../state/deskStore';
import {outputAt} from '../../state/selectors';
import type {TablePages} from './tablePages';

/** The tier of an output, which says whether what it holds may be copied; what is no output has none. */
export function useTier(path: string): Tier | null {
  return useDeskState((state) => outputAt(state, path)?.tier ?? null);
}

/** Most rows copied at once. */
const MOST_ROWS = 50_000;

/** A cell as spreadsheets take it from the clipboard. */
function field(text: string): string {
  return /[\t\r\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Cells under the names of their columns, line by line. */
export function cellLines(
  columns: readonly Pick<GridColumn, 'id' | 'name'>[],
  rows: readonly Pick<TableRow, 'values'>[],
): readonly (readonly string[])[] {
  return [
    columns.map(({name}) => name),
    ...rows.map(({values}) => columns.map(({id}) => values[id] ?? '')),
  ];
}

/** Puts lines under names on the clipboard, separated by tabs, where they are of no patient or the tier allows it; answers what to say of it. */
export async function copyLines(
  lines: readonly (readonly string[])[],
  tier: Tier | 'dummy data' | 'codes' | null,
): Promise<string> {
  const plain = tier === 'dummy data' || tier === 'codes';
  if (tier === null || (!plain && !mayUse(tier, 'copy')))
    return 'Not copied: the tier of this file does not allow it.';
  try {
    await navigator.clipboard.writeText(lines.map((line) => line.map(field).join('\t')).join('\n'));
  } catch {
    return 'Not copied: the clipboard can’t be written.';
  }
  const cells = (lines.length - 1) * (lines[0]?.length ?? 0);
  return `Copied ${formatPlural(cells, 'cell')} under the column names, ${plain ? tier : TIER_LABELS[tier].toLowerCase()}`;
}

/** Copies a range of a table's cells, which may be far from those in view; answers what to say of it. */
export async function copyCells(
  columns: readonly GridColumn[],
  pages: Pick<TablePages, 'read'>,
  range: GridRange,
  tier: Tier | null,
): Promise<string> {
  const [first, last] = range.rows;
  const rows = last - first + 1;
  if (rows > MOST_ROWS)
    return `Not copied: ${formatCount(rows)} rows are more than ${formatCount(MOST_ROWS)}.`;
  const read = await pages.read(first, last);
  if (!read.ok) return `Not copied: ${read.error.message}`;
  const [from, to] = range.columns;
  return copyLines(cellLines(columns.slice(from, to + 1), read.value), tier);
}
