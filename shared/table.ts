/** What a column holds; it decides how rows are sorted and what SQL compares, never how a value reads. */
export type ColumnType =
  'text' | 'category' | 'integer' | 'number' | 'boolean' | 'date' | 'time' | 'timestamp' | 'other';

/** A column of a table. */
export interface TableColumn {
  /** As the file has it; columns a file does not name are called `column 4`. */
  readonly name: string;
  /** Null until the whole file has been read, where the file itself does not say. */
  readonly type: ColumnType | null;
}

/** What is known of a table. */
export interface TableSchema {
  /** The format in a word or two, such as `csv` or `Stata 118`. */
  readonly format: string;
  readonly columns: readonly TableColumn[];
  /** Null until they have been counted. */
  readonly totalRows: number | null;
  /** What a reader must know of how the file was read, such as rows of another length. */
  readonly notes: readonly string[];
  /** The whole file has been read: nothing of this will change. */
  readonly complete: boolean;
}

/** Which rows, in which order. */
export interface TableQuery {
  readonly sort: {
    /** Place of the column, from 0. */
    readonly column: number;
    readonly descending: boolean;
  } | null;
  /** A condition in SQL over the columns by name, such as `age > 50`. */
  readonly where: string | null;
}

/** All rows in the order of the file. */
export const WHOLE_TABLE: TableQuery = {sort: null, where: null};

/** A row as it is shown; null stands for a missing value. */
export interface TableRow {
  /** Its place in the file, from 1; the header is not counted. */
  readonly row: number;
  readonly values: readonly (string | null)[];
}

/** A stretch of the rows that a query finds. */
export interface TablePage {
  readonly rows: readonly TableRow[];
  /** How many rows the query finds in all; null until they have been counted. */
  readonly matching: number | null;
}

/** The first rows of a table, read by themselves. */
export interface TableBeginning {
  readonly schema: TableSchema;
  readonly rows: readonly TableRow[];
  /** There are no others. */
  readonly isAll: boolean;
}

/** Figures of a column; values as text, as they are shown. */
export interface ColumnSummary {
  readonly name: string;
  readonly type: ColumnType;
  readonly missing: number;
  /** Texts among numbers or dates that say `[REDACTED]`; they are not among the missing. */
  readonly redacted: number;
  /** Different values, without missing ones. */
  readonly distinct: number;
  readonly min: string | null;
  /** Of numbers only, as are the two below. */
  readonly smallestNonZero: string | null;
  readonly max: string | null;
  readonly sum: string | null;
  /** How the values lie: stretches of numbers and dates from small to large, else the most frequent values. */
  readonly bars: readonly ColumnBar[];
}

/** Some of a column's values, and how many rows have them. */
export interface ColumnBar {
  /** The value, or the first and last of a stretch. */
  readonly label: string;
  readonly count: number;
}

/** A text looked for in the cells of a table. */
export interface TableSearch {
  /** Found anywhere in a cell, in capitals or not. */
  readonly text: string;
  /** Places of the columns to look in, from 0. */
  readonly columns: readonly number[];
  /** The cell behind which, or before which, to look: its place in the query's order, and its column. */
  readonly after: {readonly place: number; readonly column: number};
  readonly backwards: boolean;
}

/** The next cell that holds a text; the search goes on at the other end. */
export interface TableFind {
  /** Null where no cell holds it. */
  readonly cell: {readonly place: number; readonly column: number} | null;
  /** Rows that hold it. */
  readonly rows: number;
}

/** What a question in SQL found. */
export interface SqlRows {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** There are more rows than are answered. */
  readonly more: boolean;
}

/** Most rows that SQL answers. */
export const MOST_SQL_ROWS = 2000;

/** Most rows that are asked for at once. */
export const MOST_ROWS_AT_ONCE = 5000;

/** Why a cell stands out where a table is shown. */
export interface CellMark {
  /** Its row in the file, from 1. */
  readonly row: number;
  /** The place of its column, from 0. */
  readonly column: number;
  readonly tone: 'fail' | 'stale' | 'info';
  /** In words, for the tooltip and for screen readers. */
  readonly reason: string;
}

/** A value as CSV has it: in quotes only where it needs them. */
export function csvField(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
