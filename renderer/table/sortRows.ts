import {COLUMNS, NAME_COLUMN, type TableColumn, type TableRow} from './columns';

/** What the table is sorted by. */
export interface TableSort {
  readonly column: string;
  readonly descending: boolean;
}

const names = new Intl.Collator('en-GB', {numeric: true});

/** The rows in order; equal ones stay in file order, those without a value come last either way. */
export function sortRows(rows: readonly TableRow[], sort: TableSort | null): readonly TableRow[] {
  const column = sort === null ? undefined : columnNamed(sort.column);
  if (sort === null || column === undefined) return rows;
  const keyed = rows.map((row) => ({row, value: column.value(row)}));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) {
      return Number(a.value === null) - Number(b.value === null) || a.row.place - b.row.place;
    }
    const order =
      typeof a.value === 'number' && typeof b.value === 'number'
        ? a.value - b.value
        : names.compare(String(a.value), String(b.value));
    return (sort.descending ? -order : order) || a.row.place - b.row.place;
  });
  return keyed.map(({row}) => row);
}

/** A column by its id, the name's among them. */
function columnNamed(id: string): TableColumn | undefined {
  return [NAME_COLUMN, ...COLUMNS].find((column) => column.id === id);
}

/** Reads a kept sort, e.g. `duration desc`; null is file order. */
export function decodeSort(text: string): TableSort | null {
  const [column = '', direction] = text.split(' ');
  return columnNamed(column) === undefined ? null : {column, descending: direction === 'desc'};
}

/** The sort after a click on a column: ascending, then descending, then file order again. */
export function nextSort(sort: TableSort | null, column: string): string {
  if (sort?.column !== column) return `${column} asc`;
  return sort.descending ? '' : `${column} desc`;
}
