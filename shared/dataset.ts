import type {DefinitionRuleCode} from './definitionRules';
import type {FailureCard} from './failure';

/** An action that runs ehrQL on a definition, as far as its run line says. */
export interface EhrqlAction {
  readonly action: string;
  readonly command: 'generate-dataset' | 'generate-measures';
  /** The definition file; null where the run line names none. */
  readonly file: string | null;
  /** Its parameters: what follows ` -- `. */
  readonly args: readonly string[];
  readonly output: string | null;
  readonly dummyTables: string | null;
  readonly dummyDataFile: string | null;
  readonly testDataFile: string | null;
}

/** What is done with a definition in its image. */
export type DatasetWork = 'look' | 'try' | 'assure' | 'make';

/** A column as ehrQL reports it; `type` as ehrQL names it (int, bool, str, float, date), null where it does not say. */
export interface DatasetColumn {
  readonly name: string;
  readonly type: string | null;
}

/** A table that a definition reads, with those of its columns that it reads. */
export interface DatasetTable {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A table as ehrQL defines it: what its dummy table may hold. */
export interface EhrqlSchema {
  readonly name: string;
  /** It has one row for a patient at most. */
  readonly onePerPatient: boolean;
  /** Without patient_id; `categories` are all values that there may be, null where any of the type may. */
  readonly columns: readonly (DatasetColumn & {
    readonly type: string;
    readonly categories: readonly string[] | null;
  })[];
}

/** Where the dummy data of an action come from; `path` is null where ehrQL generates them. */
export interface DummyData {
  readonly kind: 'generated' | 'tables' | 'file';
  readonly path: string | null;
}

/** What ehrQL, or Python, says is wrong, and where; file and line are null where it does not say. */
export interface DefinitionError {
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
}

/** What explains an error at the edges of where a definition runs, in a sentence; null where the error explains itself. */
export function edgeOf({message}: Pick<DefinitionError, 'message'>): string | null {
  if (
    /network is unreachable|name resolution|name or service not known|getaddrinfo|urlopen error/iu.test(
      message,
    )
  )
    return 'A definition has no network, here or on the server.';
  // what ehrQL's own sandbox, where the image has it, refuses is a PermissionError
  if (/^(?:FileNotFoundError|PermissionError|OSError): /.test(message))
    return 'A definition sees the study’s code and the outputs of what its action needs, and may only read: it can write nothing, run no program and has no network.';
  if (
    /^(?:BlockingIOError|RuntimeError): .*(?:temporarily unavailable|start new thread)/.test(
      message,
    )
  )
    return 'A definition needs no processes of its own, and may have no more than a few hundred.';
  if (/^(?:SyntaxError|UnicodeDecodeError): .*(?:'utf-8'|null bytes)/.test(message))
    return 'The file is not all UTF-8 text. Save it as UTF-8 in your editor.';
  return null;
}

/** Something that the server would refuse, or that gives other data than expected; why it matters is in DEFINITION_RULES. */
export interface DefinitionProblem {
  readonly rule: DefinitionRuleCode;
  readonly message: string;
  readonly hint: string | null;
  readonly file: string;
  readonly line: number | null;
}

/** What a definition is, as ehrQL itself loads it. */
export interface Dataset {
  /** Null for a file that no action runs. */
  readonly action: string | null;
  readonly file: string;
  readonly args: readonly string[];
  readonly kind: 'dataset' | 'measures' | null;
  /** Patients of the dummy data; null where it can't be loaded. */
  readonly populationSize: number | null;
  /** Without patient_id. */
  readonly columns: readonly DatasetColumn[];
  /** Event tables beside the dataset, each with its columns. */
  readonly events: readonly {readonly name: string; readonly columns: readonly DatasetColumn[]}[];
  readonly tables: readonly DatasetTable[];
  /** Of `tables`, with all their columns; none where the image's ehrQL does not give them. */
  readonly schemas: readonly EhrqlSchema[];
  /** Permissions that it claims. */
  readonly permissions: readonly string[];
  readonly dummyData: DummyData;
  /** Files with assurance tests of it; one that is not `namedTestFile` does not run on the server. */
  readonly testFiles: readonly string[];
  /** That of `--test-data-file`; null where the run line names none. */
  readonly namedTestFile: string | null;
  readonly error: DefinitionError | null;
  readonly problems: readonly DefinitionProblem[];
}

/** What one `show()` printed. */
export interface Shown {
  /** Of the call. */
  readonly line: number;
  /** Null where none was given. */
  readonly label: string | null;
  readonly columns: readonly string[];
  /** Texts in the order of the columns; '' where there is no value. They are data: never HTML. */
  readonly rows: readonly (readonly string[])[];
  /** ehrQL left rows out, as `head` and `tail` ask for. */
  readonly cut: boolean;
}

/** A definition tried on dummy data. */
export interface Trial {
  readonly file: string;
  readonly shown: readonly Shown[];
  /** The data it ran on: "20 patients generated by ehrQL", "dummy_tables/, 5 tables"; null where it came to none. */
  readonly data: string | null;
  /** ehrQL's. */
  readonly exitCode: number;
  readonly error: DefinitionError | null;
  /** The error as the failures of jobs are explained, where it is a known one. */
  readonly card: FailureCard | null;
  /** What the definition printed besides. */
  readonly printed: string;
  /** What else there is to know, in sentences. */
  readonly notices: readonly string[];
  readonly milliseconds: number;
}

/** What is wrong with a patient of the test data. */
export type TestProblem =
  /** A column has another value than expected. */
  | 'value'
  /** In the population, or out of it, against what was expected. */
  | 'in-population'
  | 'not-in-population'
  /** A column is expected that the dataset does not have. */
  | 'no-such-column'
  /** The test data themselves: a value, a column or a number of rows that the table can't have. */
  | 'test-value'
  | 'test-column'
  | 'test-rows';

/** A patient of the test data that is right, or one thing that is wrong with it. */
export interface TestedPatient {
  readonly patient: number;
  readonly ok: boolean;
  readonly problem: TestProblem | null;
  readonly column: string | null;
  /** As ehrQL prints them. */
  readonly expected: string | null;
  readonly actual: string | null;
  readonly file: string;
  /** Where the test has the column, else the patient; null where the file builds its test data in another way. */
  readonly line: number | null;
}

/** The assurance tests of a definition. */
export interface Assurance {
  /** Null for a file that no action runs. */
  readonly action: string | null;
  /** The test file. */
  readonly file: string;
  readonly patients: readonly TestedPatient[];
  readonly right: number;
  readonly total: number;
  /** They could not be run. */
  readonly error: DefinitionError | null;
  readonly card: FailureCard | null;
}

/** Dummy tables that ehrQL has made, and what placing them would replace. */
export interface MadeTables {
  /** For `placeTables`. */
  readonly id: string;
  /** Of the study, to be made where it is not there. */
  readonly folder: string;
  readonly tables: readonly {
    readonly path: string;
    readonly rows: number;
    readonly columns: readonly string[];
    /** What is there: no file, the same one, or another that is replaced. */
    readonly replaces: 'nothing' | 'same' | 'other';
    /** The rows and columns of what is replaced; null where nothing is, or where it is no table. */
    readonly was: {readonly rows: number; readonly columns: readonly string[]} | null;
  }[];
  /** Other tables in the folder, which stay: ehrQL would read them too. */
  readonly others: readonly string[];
}

/** The text of a dummy table, and what tells it from another: to be handed back when it is saved. */
export interface TableText {
  readonly text: string;
  readonly version: string;
}

/** A test file that may be written. */
export interface NewTest {
  readonly path: string;
  readonly text: string;
}

/** The folder of a study that holds an action's dummy tables; null where ehrQL makes the data up, or reads a file. */
export function tablesFolder({dummyTables}: Pick<EhrqlAction, 'dummyTables'>): string | null {
  return dummyTables === null ? null : plainPath(dummyTables).replace(/\/+$/, '');
}

/** A path of a run line as the study has it: without `./` in front, and with single slashes. */
export function plainPath(path: string): string {
  return path.replace(/^(?:\.\/+)+/, '').replace(/\/{2,}/g, '/');
}
