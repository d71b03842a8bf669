import {WHOLE_TABLE, type TableRow} from '../../../shared/table';
import type {OutputSource} from '../sources/outputSource';

type Values = TableRow['values'];

/** Rows of an open table by their places, from 0, a few pages of them held. */
export type RowReader = ReturnType<typeof createRowReader>;

/** Cells of a page, and how many pages are held: about as much as 20,000 rows of ten columns. */
const PAGE_CELLS = 50_000;
const KEPT_PAGES = 4;
const MOST_ROWS = 5000;

/** Reads rows of a table that has been read to its end. */
export function createRowReader(
  source: Pick<OutputSource, 'rows' | 'rowsAt'>,
  size: {readonly rows: number; readonly columns: number},
) {
  const page = Math.max(1, Math.min(MOST_ROWS, Math.floor(PAGE_CELLS / Math.max(1, size.columns))));
  const pages = new Map<number, Promise<readonly TableRow[]>>();

  const pageAt = (number: number): Promise<readonly TableRow[]> => {
    const held = pages.get(number);
    pages.delete(number);
    const rows = held ?? source.rows(number * page, page, WHOLE_TABLE).then(({rows: read}) => read);
    pages.set(number, rows);
    const [oldest] = pages.keys();
    if (pages.size > KEPT_PAGES && oldest !== undefined) pages.delete(oldest);
    return rows;
  };

  return {
    count: size.rows,
    /** Rows that are read together best. */
    page,
    /** The values of these rows, in this order. */
    async rowsAt(places: readonly number[]): Promise<readonly Values[]> {
      const numbers = new Set(places.map((place) => Math.floor(place / page)));
      if (numbers.size > KEPT_PAGES) {
        // scattered all over the file: only these are read
        const rows = await source.rowsAt(places);
        const byPlace = new Map(rows.map(({row, values}) => [row - 1, values]));
        return places.map((place) => valuesOf(byPlace.get(place), place));
      }
      const read = new Map<number, readonly TableRow[]>();
      for (const number of numbers) read.set(number, await pageAt(number));
      return places.map((place) =>
        valuesOf(read.get(Math.floor(place / page))?.[place % page]?.values, place),
      );
    },
  };
}

function valuesOf(values: Values | undefined, place: number): Values {
  if (values === undefined) throw new Error(`The table has no row ${place + 1}`);
  return values;
}
