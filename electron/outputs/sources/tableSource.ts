import {
  MOST_SQL_ROWS,
  type TablePage,
  type TableQuery,
  type TableRow,
  type TableSchema,
  type TableFind,
  type TableSearch,
} from '../../../shared/table';
import {comparedAs, figuresOf} from '../tables/columnFigures';
import {takeIn, type QueriedTable, type StoredColumn} from '../tables/tableStore';
import {SourceFault, type OutputSource, type TableReading} from './outputSource';
import {typeOfSql} from './parquetSource';
import {sqlText} from '../../../shared/tableSql';

/** A table whose file is in. */
interface WholeTable {
  readonly schema: TableSchema;
  readonly columns: readonly StoredColumn[];
  readonly table: QueriedTable;
}

/** Row numbers in the order of a query, in a table of their own. */
interface Selection {
  readonly name: string;
  readonly matching: number;
}

/** Selections that are kept. */
const KEPT = 2;

/** The source of an opened file: its beginning answers at once, while the whole file is brought in behind. */
export function createTableSource(
  path: string,
  scratch: string,
  reading: TableReading,
): OutputSource {
  let known = reading.schema;
  let closed = false;
  const selections = new Map<string, Promise<Selection>>();
  let numbered = 0;

  const bringIn = async (): Promise<WholeTable> => {
    const intake = await takeIn(path, scratch, reading.schema.columns.length);
    try {
      const {columns, notes} = await reading.load(intake);
      const [[total] = []] = await intake.texts('SELECT count(*) FROM raw');
      const schema: TableSchema = {
        format: reading.schema.format,
        columns: columns.map(({name, type}) => ({name, type})),
        totalRows: Number(total),
        notes,
        complete: true,
      };
      const table = await intake.finish(columns);
      known = schema;
      return {schema, columns, table};
    } catch (error) {
      await intake.discard();
      throw error;
    }
  };
  const coming = bringIn();
  // whoever asks hears of it
  coming.catch(() => undefined);

  const select = (whole: WholeTable, query: TableQuery): Promise<Selection> => {
    const key = JSON.stringify([query.sort, query.where]);
    const before = selections.get(key);
    if (before !== undefined) return before;
    numbered += 1;
    const made = makeSelection(whole, query, `picked_${numbered}`);
    selections.set(key, made);
    made.catch(() => selections.delete(key));
    const [oldest] = selections;
    if (selections.size > KEPT && oldest !== undefined) {
      selections.delete(oldest[0]);
      void oldest[1]
        .then(({name}) => whole.table.texts(`DROP TABLE temp.${name}`))
        .catch(() => undefined);
    }
    return made;
  };

  return {
    schema: () => known,
    whole: async () => (await coming).schema,
    async rows(from, count, query) {
      const isPlain = query.sort === null && query.where === null;
      if (isPlain && !known.complete && from + count <= reading.head.length)
        return headPage(reading, from, count, known.totalRows);
      const whole = await coming;
      if (whole.columns.length === 0) return {rows: [], matching: 0};
      if (isPlain) return plainPage(whole, from, count);
      const {name, matching} = await select(whole, query);
      const rows = await whole.table.texts(
        `SELECT raw.rowid, ${shown(whole)} FROM temp.${name} AS picked JOIN raw ON raw.rowid = picked.r
         WHERE picked.rowid >= ${from} AND picked.rowid < ${from + count} ORDER BY picked.rowid`,
      );
      return {rows: rows.map(rowOf), matching};
    },
    async rowsAt(places) {
      const whole = await coming;
      if (whole.columns.length === 0 || places.length === 0) return [];
      const rows = await whole.table.texts(
        `SELECT rowid, ${shown(whole)} FROM raw WHERE rowid IN (${places.join(', ')})`,
      );
      return rows.map(rowOf);
    },
    async summary(at) {
      const {columns, table} = await coming;
      const column = columns[at];
      if (column === undefined) throw new SourceFault('There is no such column.', true);
      return figuresOf(table, column, at);
    },
    async find(query, search) {
      const whole = await coming;
      if (whole.columns.length === 0 || search.text === '') return {cell: null, rows: 0};
      const isPlain = query.sort === null && query.where === null;
      const order = isPlain ? null : (await select(whole, query)).name;
      return findText(whole.table, whole.columns, order, search);
    },
    async sql(text) {
      const {table} = await coming;
      try {
        const {columns, rows, more} = await table.select(text, MOST_SQL_ROWS);
        const named = columns.map(({name, sqlType}) => ({name, type: typeOfSql(sqlType)}));
        return {columns: named, rows, more};
      } catch (error) {
        throw new SourceFault(firstParagraph(error), true);
      }
    },
    stopSql() {
      void coming.then(({table}) => table.interrupt()).catch(() => undefined);
    },
    async close() {
      if (closed) return;
      closed = true;
      await coming.then(({table}) => table.close()).catch(() => undefined);
    },
  };
}

function headPage(
  {head}: TableReading,
  from: number,
  count: number,
  matching: number | null,
): TablePage {
  const rows = head
    .slice(from, from + count)
    .map((values, at): TableRow => ({row: from + at + 1, values}));
  return {rows, matching};
}

async function plainPage(whole: WholeTable, from: number, count: number): Promise<TablePage> {
  const rows = await whole.table.texts(
    `SELECT rowid, ${shown(whole)} FROM raw WHERE rowid >= ${from} AND rowid < ${from + count} ORDER BY rowid`,
  );
  return {rows: rows.map(rowOf), matching: whole.schema.totalRows};
}

function shown({columns}: WholeTable): string {
  return columns.map((_, at) => `raw.c${at}`).join(', ');
}

function rowOf([id, ...values]: readonly (string | null)[]): TableRow {
  return {row: Number(id) + 1, values};
}

async function makeSelection(
  {columns, table}: WholeTable,
  {sort, where}: TableQuery,
  name: string,
): Promise<Selection> {
  const column = sort === null ? undefined : columns[sort.column];
  if (sort !== null && column === undefined)
    throw new SourceFault('There is no such column to sort by.', true);
  const order =
    sort === null || column === undefined
      ? ''
      : `${comparedAs(column, sort.column)} ${sort.descending ? 'DESC' : 'ASC'} NULLS LAST, `;
  // the line end closes a comment at the end of a condition
  const fits =
    where === null ? '' : `WHERE rowid IN (SELECT __row FROM numbered WHERE (\n${where}\n))`;
  try {
    await table.texts(
      `CREATE TEMP TABLE ${name} AS SELECT rowid AS r FROM raw ${fits} ORDER BY ${order}rowid`,
    );
  } catch (error) {
    throw new SourceFault(`The condition can’t be used. ${firstParagraph(error)}`.trim(), true);
  }
  const [[matching] = []] = await table.texts(`SELECT count(*) FROM temp.${name}`);
  return {name, matching: Number(matching)};
}

/** What DuckDB says of SQL that it can't carry out, without what it adds for its own developers. */
function firstParagraph(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return said.split('\n\n')[0] ?? '';
}

/**
 * The next cell that holds a text, row by row from the left, going on at the other end; `order` is a table of row numbers
 * in the order of a query, null for that of the file.
 */
async function findText(
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
