import {mkdtemp, rm, symlink} from 'node:fs/promises';
import {join} from 'node:path';
import {DuckDBInstance, DuckDBTypeId, StatementType, type DuckDBConnection} from '@duckdb/node-api';
import type {ColumnType} from '../../../shared/table';
import {sqlName, sqlText, uniqueNames} from '../../../shared/tableSql';
import {cellText} from './cellText';

/** A column as it is kept: the values as text where `kept` is VARCHAR, else as the file types them. */
export interface StoredColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** SQL type of what is compared and sorted; texts are cast to it. */
  readonly sqlType: string;
  /** SQL type of what is shown. */
  readonly kept: string;
}

/** How a CSV file that every reader reads alike is laid out. */
export interface PlainCsv {
  readonly path: string;
  readonly delimiter: string;
  readonly fields: number;
  /** Bytes of its longest record. */
  readonly longestRecord: number;
}

/** A table being brought in from one file; nothing else on the disk can be reached. */
export type TableIntake = Awaited<ReturnType<typeof takeIn>>;

/** A table that has been brought in; read only, without a way to any file. */
export type QueriedTable = Awaited<ReturnType<typeof ask>>;

/** What a SELECT found. */
export interface SelectedRows {
  /** Each with its SQL type. */
  readonly columns: readonly {readonly name: string; readonly sqlType: string}[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly more: boolean;
}

/** Megabytes that DuckDB may take for a table of few columns and short rows, and for any. */
const MEMORY = {usual: 32, parquet: 512, most: 2048};

/** Columns that need no more than usual, and megabytes for each further one: every column has blocks under way. */
const COLUMNS = {few: 10, each: 3};

/** Rows that are worked on together, each held a few times. */
const ROWS_AT_ONCE = {rows: 2048, times: 4};

/** What a table may take of the computer. */
interface Limits {
  readonly threads: string;
  readonly memory_limit: string;
}

function limitsOf(megabytes: number): Limits {
  return {threads: '1', memory_limit: `${Math.min(MEMORY.most, Math.ceil(megabytes))}MB`};
}

/** The longest record that DuckDB reads by default, in bytes. */
const USUAL_RECORD = 1_000_000;

/** Opens a database of its own, in a folder of its own inside `scratch`, for one file: no other can be read through it. */
export async function takeIn(file: string, scratch: string, columnCount: number) {
  // other users of this computer must not read what may be patients' data
  const folder = await mkdtemp(join(scratch, 'table-'));
  const database = join(folder, 'table.db');
  let path = file;
  if (/[*?[\]{}]/.test(file)) {
    path = join(folder, 'file');
    await symlink(file, path);
  }
  let megabytes = MEMORY.usual + Math.max(0, columnCount - COLUMNS.few) * COLUMNS.each;
  const instance = await DuckDBInstance.create(database, {...limitsOf(megabytes)});
  const connection = await instance.connect();
  for (const setting of [
    `SET temp_directory = ${sqlText(join(folder, 'spill'))}`,
    `SET allowed_directories = [${sqlText(folder)}]`,
    `SET allowed_paths = [${sqlText(path)}]`,
    'SET enable_external_access = false',
    // two and a half times as fast to bring in, for a copy that is as large as the file
    "PRAGMA force_compression = 'uncompressed'",
  ])
    await connection.run(setting);
  const allow = async (wanted: number): Promise<void> => {
    megabytes = wanted;
    await connection.run(`SET memory_limit = '${limitsOf(wanted).memory_limit}'`);
  };
  const shut = (): void => {
    connection.closeSync();
    instance.closeSync();
  };

  return {
    /** A folder of its own for files on the way, gone with the table. */
    folder,
    /** The file under a name without characters that mean more than themselves. */
    path,
    async loadCsv(csv: PlainCsv): Promise<void> {
      const columns = Array.from({length: csv.fields}, (_, at) => `c${at}: 'VARCHAR'`).join(', ');
      const line = Math.max(USUAL_RECORD, csv.longestRecord + 1024);
      // and the two buffers that lines are read into
      await allow(
        megabytes +
          (csv.longestRecord * ROWS_AT_ONCE.rows * ROWS_AT_ONCE.times + line * 4) / 1024 ** 2,
      );
      await connection.run(
        `CREATE TABLE raw AS SELECT * FROM read_csv(${sqlText(csv.path)}, auto_detect = false, header = true,
          delim = ${sqlText(csv.delimiter)}, quote = '"', escape = '"', nullstr = '', allow_quoted_nulls = false,
          strict_mode = true, columns = {${columns}},
          max_line_size = ${line}, buffer_size = ${line * 2})`,
      );
    },
    /** Takes in a Parquet file, columns c0, c1 and so on. */
    async loadParquet(): Promise<void> {
      await allow(Math.max(megabytes, MEMORY.parquet));
      const names = await textsOf(
        connection,
        `SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet(${sqlText(path)}))`,
      );
      const list = names.map(([name], at) => `${sqlName(name ?? '')} AS c${at}`).join(', ');
      await connection.run(
        `CREATE TABLE raw AS SELECT ${list} FROM read_parquet(${sqlText(path)})`,
      );
    },
    /** Runs SQL of our own and answers each row's values as they are shown. */
    texts: (sql: string): Promise<(string | null)[][]> => textsOf(connection, sql),
    /** Lets go of the disk: the table can be asked from then on. */
    async finish(columns: readonly StoredColumn[]): Promise<QueriedTable> {
      for (const view of viewsOf(columns)) await connection.run(view);
      shut();
      return ask(folder, database, limitsOf(megabytes));
    },
    /** Gives up, and removes what has been brought in. */
    async discard(): Promise<void> {
      shut();
      await rm(folder, {recursive: true, force: true});
    },
  };
}

/** The table by the names of its columns, each by the type it is compared as; `numbered` has row numbers from 0 too. */
function viewsOf(columns: readonly StoredColumn[]): readonly string[] {
  const names = uniqueNames(columns.map(({name}) => name));
  const parts = columns.map(({sqlType, kept}, at) => {
    const value = kept === sqlType ? `c${at}` : `TRY_CAST(c${at} AS ${sqlType})`;
    return `${value} AS ${sqlName(names[at] ?? '')}`;
  });
  const numbered = ['rowid AS __row', ...parts].join(', ');
  // a table without columns has nothing to ask
  const data = parts.length > 0 ? parts.join(', ') : 'c0';
  return [
    `CREATE VIEW numbered AS SELECT ${numbered} FROM raw`,
    `CREATE VIEW data AS SELECT ${data} FROM raw`,
  ];
}

async function ask(folder: string, database: string, limits: Limits) {
  const instance = await DuckDBInstance.create(database, {
    ...limits,
    access_mode: 'READ_ONLY',
    temp_directory: join(folder, 'spill'),
    enable_external_access: 'false',
    lock_configuration: 'true',
  });
  const connection = await instance.connect();
  // its own, so that it can be ended without ending what the window shows
  const users = await instance.connect();
  return {
    /** Our own SQL, or a condition of the user's inside it. */
    texts: (sql: string): Promise<(string | null)[][]> => textsOf(connection, sql),
    /** A SELECT of the user's over `data`, beside what else is asked; at most so many rows. Throws what DuckDB says. */
    select: (sql: string, most: number): Promise<SelectedRows> => select(users, sql, most),
    /** Ends the SELECT under way. */
    interrupt: () => users.interrupt(),
    async close(): Promise<void> {
      users.interrupt();
      users.closeSync();
      connection.closeSync();
      instance.closeSync();
      await rm(folder, {recursive: true, force: true});
    },
  };
}

async function textsOf(connection: DuckDBConnection, sql: string): Promise<(string | null)[][]> {
  // one statement only: a second one behind a condition of the user's is refused
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Error('One condition only.');
  const prepared = await statements.prepare(0);
  const result = await prepared.runAndReadAll();
  const types = result.columnTypes().map(({typeId}) => typeId);
  return result
    .getRows()
    .map((row) => row.map((value, at) => cellText(value, types[at] ?? DuckDBTypeId.ANY)));
}

async function select(
  connection: DuckDBConnection,
  sql: string,
  most: number,
): Promise<SelectedRows> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Error('One SELECT only.');
  const prepared = await statements.prepare(0);
  // all else would change something, if only what later questions see
  if (prepared.statementType !== StatementType.SELECT)
    throw new Error('Only SELECT can be used here.');
  const reader = await prepared.streamAndReadUntil(most + 1);
  const types = reader.columnTypes();
  const names = reader.columnNames();
  const rows = reader.getRows();
  return {
    columns: types.map((type, at) => ({name: names[at] ?? '', sqlType: type.toString()})),
    rows: rows
      .slice(0, most)
      .map((row) => row.map((value, at) => cellText(value, types[at]?.typeId ?? DuckDBTypeId.ANY))),
    more: rows.length > most,
  };
}
