import type {ColumnType} from './table';

/** What a dataset definition surely says of a variable. */
export type ExpectedType = 'boolean' | 'integer' | 'number' | 'date';

/** What stands out in a dataset that was made of dummy data. */
export interface DatasetHealth {
  /** The file the dataset is defined in, study-relative; null where it could not be read. */
  readonly definition: string | null;
  readonly rows: number;
  /** Rows that the definition asks for; null where it does not say. */
  readonly rowsAsked: number | null;
  /** The action is given a file of dummy data, so that what the definition asks for is not what is made. */
  readonly hasDummyFile: boolean;
  /** Columns without any value. */
  readonly allMissing: readonly string[];
  /** Columns with the same value in every row. */
  readonly constant: readonly string[];
  /** Rows whose patient_id stands in a row before; null without such a column. */
  readonly repeatedPatients: number | null;
  /** Columns that hold something else than the definition says. */
  readonly unlike: readonly {
    readonly name: string;
    readonly expected: ExpectedType;
    readonly found: ColumnType;
  }[];
  /** Columns whose type the definition surely says, and so could be compared. */
  readonly compared: number;
  readonly columns: number;
}
