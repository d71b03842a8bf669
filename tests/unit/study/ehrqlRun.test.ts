import {expect, it} from 'vitest';
import {dummyDataOf, readEhrqlRun} from '../../../electron/study/ehrqlRun';
import {tokenise} from '../../../electron/study/tokenise';

const read = (raw: string) => {
  const split = tokenise(raw);
  return readEhrqlRun(split.ok ? split.value : []);
};
const NONE = {output: null, dummyTables: null, dummyDataFile: null, testDataFile: null, args: []};

it.each([
  [
    'ehrql:v1 generate-dataset analysis/d.py --output o.csv',
    {file: 'analysis/d.py', output: 'o.csv'},
  ],
  [
    'ehrql:v1 generate-dataset --output=o.csv "analysis/my def.py"',
    {file: 'analysis/my def.py', output: 'o.csv'},
  ],
  [
    'ehrql:v1 generate-dataset --dummy-t t d.py --test-data-file=x.py',
    {file: 'd.py', dummyTables: 't', testDataFile: 'x.py'},
  ],
  // short for two options: ehrQL refuses it, and it takes no value here
  ['ehrql:v1 generate-dataset --dummy d.py', {file: 'd.py'}],
  [
    'ehrql:v1 generate-dataset d.py -- --output x.csv --index-date 2020-03-01',
    {file: 'd.py', args: ['--output', 'x.csv', '--index-date', '2020-03-01']},
  ],
  ['ehrql:v1 generate-dataset d.py -- a -- b', {file: 'd.py', args: ['a', '--', 'b']}],
  ['ehrql:v1 generate-dataset --dsn x.py d.py', {file: 'd.py'}],
  ['ehrql:v1 generate-dataset --output a.csv --output b.csv d.py', {file: 'd.py', output: 'b.csv'}],
  ['ehrql:v1 generate-dataset --output', {file: null}],
])('reads %s', (raw, expected) => {
  expect(read(raw)).toEqual({command: 'generate-dataset', ...NONE, ...expected});
});

it.each([
  'r:v2 generate-dataset d.py',
  'ehrql:v1 dump-dataset-sql d.py',
  'ehrql:v1',
  'python:v2 d.py generate-dataset',
])('takes %s for no definition', (raw) => expect(read(raw)).toBeNull());

it('takes the file of dummy data before the tables, as ehrQL does', () => {
  const both = {dummyDataFile: 'f.csv', dummyTables: 't'};
  expect(dummyDataOf(both)).toEqual({kind: 'file', path: 'f.csv'});
  expect(dummyDataOf({...both, dummyDataFile: null})).toEqual({kind: 'tables', path: 't'});
  expect(dummyDataOf({dummyDataFile: null, dummyTables: null})).toEqual({
    kind: 'generated',
    path: null,
  });
});
