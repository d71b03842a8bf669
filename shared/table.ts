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
  /** Different values, without missing ones. */
  readonly distinct: number;
  readonly min: string | null;
  /** Of numbers only, as are the two below. */
  readonly smallestNonZero: string | null;
  readonly max: string | null;
  readonly sum: string | null;
}

/** Most rows that are asked for at once. */
export const MOST_ROWS_AT_ONCE = 5000;
