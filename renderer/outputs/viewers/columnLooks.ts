import type {GridColumn} from '../../lists/GridTable';
import type {ColumnType, TableColumn, TableQuery, TableRow} from '../../../shared/table';
import {textWidth} from '../../ui/textWidth';

/** Pixels: room beside a value and for the arrow of a sort, the least of a column, the most of one whose values may be cut. */
const WIDTH = {padding: 18, arrow: 14, least: 56, most: 420};
/** A grid's letters are a little larger than those that are measured. */
const LARGER = 13 / 12;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What the values of each column so far ask for. */
export interface ColumnWidths {
  /** The widest one in pixels. */
  readonly widest: readonly number[];
  /** They may all stand for numbers. */
  readonly numeric: readonly boolean[];
}

/** Nothing measured yet. */
export function noWidths(columns: number): ColumnWidths {
  return {
    widest: Array.from({length: columns}, () => 0),
    numeric: Array.from({length: columns}, () => true),
  };
}

/** Takes more rows into account. */
export function widened(before: ColumnWidths, rows: readonly TableRow[]): ColumnWidths {
  const widest = [...before.widest];
  const numeric = [...before.numeric];
  for (const {values} of rows)
    values.forEach((value, at) => {
      if (value === null || value === '') return;
      // no need to measure thousands of letters: such a column has the most width anyway
      const width = textWidth(value.slice(0, 200), 'cell') * LARGER;
      if (width > (widest[at] ?? 0)) widest[at] = width;
      if (value !== 'NA' && !NUMBER.test(value)) numeric[at] = false;
    });
  return {widest, numeric};
}

const AT_RIGHT: readonly ColumnType[] = ['integer', 'number'];

/** What of a table's columns is shown, and how. */
export interface ColumnArrangement {
  readonly sort: TableQuery['sort'];
  /** Places of columns that are not shown. */
  readonly hidden?: ReadonlySet<number>;
  /** Pixels, of columns that were resized. */
  readonly widths?: ReadonlyMap<number, number>;
}

/** How each column that is shown stands in the grid: as wide as what it holds, and numbers never cut. */
export function columnLooks(
  columns: readonly TableColumn[],
  {widest, numeric}: ColumnWidths,
  {sort, hidden, widths}: ColumnArrangement,
): readonly GridColumn[] {
  return columns.flatMap(({name, type}, at): readonly GridColumn[] => {
    if (hidden?.has(at) === true) return [];
    const isNumeric = type === null ? (numeric[at] ?? false) : AT_RIGHT.includes(type);
    const arrow = sort?.column === at ? WIDTH.arrow : 0;
    const held = Math.max(textWidth(name, 'name') + arrow, widest[at] ?? 0) + WIDTH.padding;
    const longest = isNumeric ? Infinity : WIDTH.most;
    return [
      {
        id: at,
        name,
        tip: type === null ? name : `${name}, ${type}`,
        width: widths?.get(at) ?? Math.ceil(Math.min(longest, Math.max(WIDTH.least, held))),
        numeric: isNumeric,
        sort: sort?.column !== at ? 'none' : sort.descending ? 'descending' : 'ascending',
      },
    ];
  });
}
