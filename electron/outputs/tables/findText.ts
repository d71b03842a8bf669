import type {TableFind, TableSearch} from '../../../shared/table';
import {sqlText} from '../../../shared/tableSql';
import type {QueriedTable, StoredColumn} from './tableStore';

/**
 * The next cell that holds a text, row by row from the left, going on at the other end; `order` is a table of row numbers
 * in the order of a query, null for that of the file.
 */
export async function findText(
  table: QueriedTable,
  columns: readonly StoredColumn[],
  order: string | null,
  {text, columns: among, after, backwards}: TableSearch,
): Promise<TableFind> {
  const wanted = [...among].sort((left, right) => left - right);
  const tests = new Map(
    wanted.flatMap((at): readonly [number, string][] => {
      const column = columns[at];
      return column === undefined ? [] : [[at, holds(column, at, text)]];
    }),
  );
  const any = (places: readonly number[]): string =>
    places.length === 0
      ? 'false'
      : `(${places.map((at) => `coalesce(${tests.get(at) ?? 'false'}, false)`).join(' OR ')})`;
  const from = order === null ? 'raw' : `temp.${order} AS picked JOIN raw ON raw.rowid = picked.r`;
  const place = order === null ? 'raw.rowid' : 'picked.rowid';

  const [[rows] = []] = await table.texts(`SELECT count(*) FROM ${from} WHERE ${any(wanted)}`);
  if (Number(rows) === 0) return {cell: null, rows: 0};
  const inRow = wanted.filter((at) => (backwards ? at < after.column : at > after.column));
  const [beyond, direction] = backwards ? ['<', 'DESC'] : ['>', 'ASC'];
  const next = `(${place} ${beyond} ${after.place} AND ${any(wanted)}) OR (${place} = ${after.place} AND ${any(inRow)})`;
  const flags = [...tests.values()].map((test) => `coalesce(${test}, false)`).join(', ');
  const look = async (where: string): Promise<TableFind['cell']> => {
    const [found] = await table.texts(
      `SELECT ${place}, ${flags} FROM ${from} WHERE ${where} ORDER BY ${place} ${direction} LIMIT 1`,
    );
    if (found === undefined) return null;
    const [at, ...held] = found;
    const holding = [...tests.keys()].filter((_, index) => held[index] === 'true');
    const ahead =
      Number(at) === after.place && where === next
        ? holding.filter((each) => inRow.includes(each))
        : holding;
    const column = backwards ? ahead.at(-1) : ahead[0];
    return column === undefined ? null : {place: Number(at), column};
  };
  return {cell: (await look(next)) ?? (await look(any(wanted))), rows: Number(rows)};
}

/** Whether a cell holds a text; a number also where it is the same written otherwise. */
function holds({kept, sqlType}: StoredColumn, at: number, text: string): string {
  const cell = `raw.c${at}`;
  const shown = kept === 'VARCHAR' ? cell : `CAST(${cell} AS VARCHAR)`;
  const inText = `contains(lower(${shown}), lower(${sqlText(text)}))`;
  // a fraction is no whole number, though it could be rounded to one
  const isFraction = /^(FLOAT|DOUBLE|DECIMAL.*)$/.test(kept) && Number.isFinite(Number(text));
  return isFraction ? `(${inText} OR ${cell} = TRY_CAST(${sqlText(text)} AS ${sqlType}))` : inText;
}
