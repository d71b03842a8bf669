import type {TestedPatient, TestProblem} from '../../shared/dataset';

/** One thing that ehrQL found wrong with a patient of the test data. */
export interface TestFault {
  readonly patient: number;
  readonly problem: TestProblem;
  /** Of the test data where the fault is in them. */
  readonly table: string | null;
  readonly column: string | null;
  readonly expected: string | null;
  readonly actual: string | null;
}

type Rest = Omit<TestFault, 'patient'>;
const NONE = {table: null, column: null, expected: null, actual: null};

const PATIENT = /^ \* Patient (-?\d+) (.+)$/s;
const IN_TABLE =
  / in table '([^']+)' that did not meet|invalid columns in the test data for table '([^']+)'/;

/**
 * The faults that `ehrql assure` printed. Null where it printed none of what it always ends with: then the tests were not
 * run, and the text says why.
 */
export function readAssureOutput(printed: string): readonly TestFault[] | null {
  const from = printed.search(/^(?:AssuranceTestError: )?\s*Validate test data: /m);
  if (from < 0) return null;
  const faults: TestFault[] = [];
  for (const item of itemsOf(printed.slice(from).trimEnd())) {
    const [, number = '', words = ''] = PATIENT.exec(item[0] ?? '') ?? [];
    if (number === '') continue;
    for (const fault of faultsOf(words, item.slice(1)))
      faults.push({patient: Number(number), ...fault});
  }
  return faults;
}

/** Each patient's line with those below it; a value that goes over several lines is one of them. */
function itemsOf(printed: string): readonly (readonly string[])[] {
  const items: string[][] = [];
  for (const line of printed.split('\n')) {
    const current = items.at(-1);
    if (line.startsWith('Validate ')) items.push([]);
    else if (line.startsWith(' * Patient ')) items.push([line]);
    else if (/^ {3}\* |^ {5,}(?:in)?valid columns/.test(line)) current?.push(line);
    else if (current !== undefined && current.length > 0)
      current[current.length - 1] = `${current.at(-1) ?? ''}\n${line}`;
  }
  return items;
}

function faultsOf(words: string, below: readonly string[]): readonly Rest[] {
  if (words.startsWith('was unexpectedly in the population'))
    return [
      {
        ...NONE,
        problem: 'in-population',
        expected: 'not in the population',
        actual: 'in the population',
      },
    ];
  if (words.startsWith('was unexpectedly not in the population'))
    return [
      {
        ...NONE,
        problem: 'not-in-population',
        expected: 'in the population',
        actual: 'not in the population',
      },
    ];
  const [, table = null] = IN_TABLE.exec(words)?.filter((each) => each !== undefined) ?? [];
  if (table !== null && words.includes('invalid columns'))
    return namesIn(below.find((line) => line.trim().startsWith('invalid columns:')) ?? '').map(
      (column) => ({...NONE, problem: 'test-column', table, column}),
    );
  const rows = /^had (\d+) rows of test data for table '([^']+)'/.exec(words);
  if (rows !== null)
    return [
      {
        ...NONE,
        problem: 'test-rows',
        table: rows[2] ?? null,
        expected: '1',
        actual: rows[1] ?? null,
      },
    ];
  return below.flatMap((line): readonly Rest[] => faultIn(line.trimStart(), table));
}

function faultIn(line: string, table: string | null): readonly Rest[] {
  const value = /^\* for column '([^']+)', expected '(.*)', got '(.*)'$/s.exec(line);
  if (value !== null)
    return [
      {
        ...NONE,
        problem: 'value',
        column: value[1] ?? null,
        expected: value[2] ?? null,
        actual: value[3] ?? null,
      },
    ];
  const test = /^\* for column '([^']+)' with '(.*)', got '(.*)'$/s.exec(line);
  if (test !== null)
    return [
      {
        problem: 'test-value',
        table,
        column: test[1] ?? null,
        expected: test[2] ?? null,
        actual: test[3] ?? null,
      },
    ];
  const missing = /^\* Column '(.*)' in expected_columns is not in the dataset$/s.exec(line);
  return missing === null ? [] : [{...NONE, problem: 'no-such-column', column: missing[1] ?? null}];
}

/** Names as Python writes them in a list. */
function namesIn(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'/g)].map(([, name = '']) => name);
}

/** Where a test file has each key of its test data: lines by path, as `linesProgram` prints them. */
export type TestLines = ReadonlyMap<string, number>;

/** The patients of a test, right and wrong, each where the file has them; `ids` are all that the test data hold. */
export function testedPatients(
  file: string,
  ids: readonly number[],
  faults: readonly TestFault[],
  lines: TestLines,
): readonly TestedPatient[] {
  const lineOf = (...path: readonly (string | number | null)[]): number | null =>
    lines.get(JSON.stringify(path)) ?? null;
  return ids.flatMap((patient): readonly TestedPatient[] => {
    const wrong = faults.filter((fault) => fault.patient === patient);
    const line = lineOf(patient);
    const nothing = {problem: null, column: null, expected: null, actual: null};
    if (wrong.length === 0) return [{patient, ok: true, ...nothing, file, line}];
    return wrong.map(({problem, table, column, expected, actual}) => {
      const part = table ?? (column === null ? 'expected_in_population' : 'expected_columns');
      const at = (column === null ? null : lineOf(patient, part, column)) ?? lineOf(patient, part);
      return {patient, ok: false, problem, column, expected, actual, file, line: at ?? line};
    });
  });
}
