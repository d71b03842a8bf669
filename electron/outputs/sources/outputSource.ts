import type {
  ColumnSummary,
  SqlRows,
  TableFind,
  TablePage,
  TableQuery,
  TableRow,
  TableSchema,
  TableSearch,
} from '../../../shared/table';
import type {StoredColumn, TableIntake} from '../tables/tableStore';

/** A table file that is open. Everything it says is text as it is shown; a fault of the file is a {@link SourceFault}. */
export interface OutputSource {
  /** What is known now, at once. */
  schema(): TableSchema;
  /** What is known once the whole file has been read. */
  whole(): Promise<TableSchema>;
  /** At most `count` rows that the query finds, from place `from`, which counts from 0. */
  rows(from: number, count: number, query: TableQuery): Promise<TablePage>;
  /** The rows at these places of the file, which count from 0, in any order. */
  rowsAt(places: readonly number[]): Promise<readonly TableRow[]>;
  /** The figures of a column, by its place. */
  summary(column: number): Promise<ColumnSummary>;
  find(query: TableQuery, search: TableSearch): Promise<TableFind>;
  /** Answers a SELECT over the table, which it calls `data`; nothing else can be reached. */
  sql(text: string): Promise<SqlRows>;
  /** Ends the SELECT under way, which is then a fault of the request. */
  stopSql(): void;
  close(): Promise<void>;
}

/** What a format gives when a file of it is opened: its beginning at once, and how the rest is brought in. */
export interface TableReading {
  /** Known from the beginning alone. */
  readonly schema: TableSchema;
  /** The first rows as they are shown. */
  readonly head: readonly (readonly (string | null)[])[];
  /** Brings the whole file into a table `raw` with columns c0, c1 and so on. */
  load(intake: TableIntake): Promise<LoadedTable>;
  /** Reads to the end for the number of rows alone; not there where the beginning has it. */
  readonly countRows?: () => Promise<number>;
}

/** What is known once a file is in. */
export interface LoadedTable {
  readonly columns: readonly StoredColumn[];
  readonly notes: readonly string[];
}

/** One format: opens a file by its absolute path; `scratch` is a folder for files on the way. */
export type OpenFormat = (path: string, scratch: string) => Promise<TableReading>;

/** Why a file, or what is asked of it, can't be shown; said to the user as it is. */
export class SourceFault extends Error {
  constructor(
    message: string,
    /** The request is at fault, not the file. */
    readonly ofRequest = false,
  ) {
    super(message);
  }
}

/** Rows that a file's beginning gives. */
export const HEAD_ROWS = 500;

/** A table with more columns than this is not shown. */
export const MOST_COLUMNS = 2_000;
