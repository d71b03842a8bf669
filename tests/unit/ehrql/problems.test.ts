import {expect, it} from 'vitest';
import {definitionProblems, type ProblemInput} from '../../../electron/ehrql/problems';

const DEFINITION: ProblemInput['definition'] = {
  file: 'd.py',
  kind: 'dataset',
  columns: [{name: 'sex', type: 'str'}],
  events: [],
  tables: [{name: 'patients', columns: ['date_of_birth', 'sex']}],
  permissions: ['claimed'],
};
const uses = new Map([
  ['sex', 8],
  ['appointments', 3],
  ['add_event_table', 12],
  ['date_of_birth', 5],
]);
const FINE: ProblemInput = {
  definition: DEFINITION,
  facts: {needed: [], uses},
  run: null,
  runLine: null,
  dummyFile: null,
  dummyTables: null,
};
const found = (changes: Partial<ProblemInput>) =>
  definitionProblems({...FINE, ...changes}).map(({rule, line}) => [rule, line]);
const needs = (...permissions: readonly (readonly [string, string])[]) => ({
  uses,
  needed: permissions.map(([permission, why]) => ({permission, why})),
});
const tables = (columns: readonly string[]) =>
  new Map([['patients', {path: 't/patients.csv', columns}]]);
const events = [{name: 'visits', columns: []}];

it.each<readonly [string, Partial<ProblemInput>, readonly (readonly [string, number | null])[]]>([
  ['nothing', {}, []],
  [
    'a permission of a table',
    {facts: needs(['a', 'required for access to the `tpp.appointments` table'])},
    [['D-PERMISSION', 3]],
  ],
  [
    'one of a feature',
    {facts: needs(['a', 'required in order to use the `dataset.add_event_table()` method'])},
    [['D-PERMISSION', 12]],
  ],
  ['one in words that say nothing', {facts: needs(['a', 'needed'])}, [['D-PERMISSION', null]]],
  [
    'one that is claimed',
    {facts: needs(['claimed', 'required for the `tpp.appointments` table'])},
    [],
  ],
  [
    'a column that is missing',
    {dummyFile: {path: 'f.csv', columns: ['patient_id']}},
    [['D-DUMMY-COLUMN', 8]],
  ],
  [
    'a column too many',
    {dummyFile: {path: 'f.csv', columns: ['patient_id', 'sex', 'x']}},
    [['D-DUMMY-EXTRA', null]],
  ],
  ['the very columns', {dummyFile: {path: 'f.csv', columns: ['sex', 'patient_id']}}, []],
  [
    'a file of a definition that is not known',
    {definition: {...DEFINITION, columns: []}, dummyFile: {path: 'f.csv', columns: ['x']}},
    [],
  ],
  [
    'measures without patient_id',
    {definition: {...DEFINITION, kind: 'measures'}, dummyFile: {path: 'f.csv', columns: ['sex']}},
    [],
  ],
  ['a table without a file', {dummyTables: new Map()}, [['D-TABLE-MISSING', null]]],
  [
    'a table without a column',
    {dummyTables: tables(['patient_id', 'sex'])},
    [['D-TABLE-COLUMN', 5]],
  ],
  ['whole tables', {dummyTables: tables(['sex', 'date_of_birth', 'more'])}, []],
  [
    'event tables into a file',
    {definition: {...DEFINITION, events}, run: {output: 'o/x.csv.gz', dummyDataFile: null}},
    [['D-EVENT-OUTPUT', 12]],
  ],
  [
    'event tables into a folder',
    {definition: {...DEFINITION, events}, run: {output: 'o/x:csv.gz', dummyDataFile: null}},
    [],
  ],
  [
    'event tables into a folder below',
    {definition: {...DEFINITION, events}, run: {output: 'o/:csv', dummyDataFile: null}},
    [],
  ],
])('finds %s', (_, changes, expected) => expect(found(changes)).toEqual(expected));
