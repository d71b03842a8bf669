import {expect, it} from 'vitest';
import {readAssureOutput, testedPatients} from '../../../electron/ehrql/assureOutput';
import {readLines} from '../../../electron/ehrql/facts';

/** As ehrQL printed it. */
const FAILED = `Show line 15:
 - show() ignored because we're not running in debug mode
AssuranceTestError: 
Validate test data: Found errors with 2 patient(s)
 * Patient 2 had 1 test data value(s) in table 'patients' that did not meet the constraint(s)
   * for column 'sex' with 'Constraint.Categorical(values=('female', 'male'))', got 'mal'
 * Patient 4 had invalid columns in the test data for table 'patients'
       invalid columns: 'sexy', 'dob'
     valid columns are: 'date_of_birth', 'sex'
 * Patient 6 had 2 rows of test data for table 'patients' but this table accepts at most one row per patient
Validate results: Found errors with 4 patient(s)
 * Patient 1 had unexpected output value(s)
   * for column 'sex', expected 'female', got 'two
lines'
   * for column 'age', expected '12', got 'None'
 * Patient 2 was unexpectedly not in the population
 * Patient 4 results cannot be validated
   * Columns in dataset: 'patient_id', 'sex'
   * Column 'nope' in expected_columns is not in the dataset
 * Patient 5 was unexpectedly in the population
`;

it('reads every kind of fault that ehrQL prints', () => {
  const faults = readAssureOutput(FAILED) ?? [];
  expect(
    faults.map(({patient, problem, table, column, expected, actual}) => [
      patient,
      problem,
      table,
      column,
      expected,
      actual,
    ]),
  ).toEqual([
    [
      2,
      'test-value',
      'patients',
      'sex',
      "Constraint.Categorical(values=('female', 'male'))",
      'mal',
    ],
    [4, 'test-column', 'patients', 'sexy', null, null],
    [4, 'test-column', 'patients', 'dob', null, null],
    [6, 'test-rows', 'patients', null, '1', '2'],
    [1, 'value', null, 'sex', 'female', 'two\nlines'],
    [1, 'value', null, 'age', '12', 'None'],
    [2, 'not-in-population', null, null, 'in the population', 'not in the population'],
    [4, 'no-such-column', null, 'nope', null, null],
    [5, 'in-population', null, null, 'not in the population', 'in the population'],
  ]);
});

it('has no fault where all is well, and no answer where the tests were not run', () => {
  // the end of the output is no part of the last value
  expect(
    readAssureOutput(
      "Validate test data: All OK!\nValidate results: Found errors with 1 patient(s)\n * Patient 1 had unexpected output value(s)\n   * for column 'sex', expected 'female', got 'male'\n\n",
    ),
  ).toMatchObject([{patient: 1, column: 'sex', expected: 'female', actual: 'male'}]);
  expect(readAssureOutput('Validate test data: All OK!\nValidate results: All OK!\n')).toEqual([]);
  expect(readAssureOutput("Error loading file 'x.py':\n\nNameError: x")).toBeNull();
  expect(readAssureOutput('')).toBeNull();
});

it('lists each patient where the test has the column, else the nearest key above it', () => {
  const lines = readLines(
    JSON.stringify([
      [[1], 3],
      [[1, 'expected_columns'], 5],
      [[1, 'expected_columns', 'sex'], 6],
      [[2], 9],
      [[2, 'patients', 'sex'], 10],
      [[2, 'patients', 'sex'], 11],
      [[3], 20],
    ]),
  );
  const at = testedPatients('t.py', [1, 2, 3, 7], readAssureOutput(FAILED) ?? [], lines);
  expect(at.map(({patient, ok, column, line}) => [patient, ok, column, line])).toEqual([
    [1, false, 'sex', 6],
    [1, false, 'age', 5],
    [2, false, 'sex', 10],
    [2, false, null, 9],
    [3, true, null, 20],
    [7, true, null, null],
  ]);
});
