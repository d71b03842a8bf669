import {expect, it} from 'vitest';
import {replaceName} from '../../../renderer/failures/replaceName';
import {nearestFirst} from '../../../shared/nearestName';

it.each([
  ['column', 'a.py', 'eth6 = d["eth6"]; d[\'eth6\']', 'eth6 = d["eth"]; d[\'eth\']', 2],
  ['column', 'a.R', 'filter(eth6 > 1, my.eth6, eth6.x)', 'filter(eth > 1, my.eth6, eth6.x)', 1],
  ['column', 'a.py', 'df.eth6, eth60', 'df.eth, eth60', 1],
  ['name', 'a.py', 'print(eth6, "eth6")', 'print(eth, "eth6")', 1],
  ['name', 'a.py', 'eth60 = 1', 'eth60 = 1', 0],
] as const)('replaces a %s in %s: %s', (kind, path, text, after, places) => {
  expect(replaceName(text, path, {kind, name: 'eth6'}, 'eth')).toEqual({text: after, places});
});

it('replaces a file by its whole path alone', () => {
  const text = 'open("out/a.csv"); open("out/a.csv.gz"); open("x/out/a.csv")';
  expect(replaceName(text, 'a.py', {kind: 'file', name: 'out/a.csv'}, 'b$&.csv')).toEqual({
    text: 'open("b$&.csv"); open("out/a.csv.gz"); open("x/out/a.csv")',
    places: 1,
  });
});

it('orders names by edits, and keeps those that are equally near in order', () => {
  expect(nearestFirst('ethnicity6', ['age', 'region', 'Ethnicity', 'ethnicity_6', 'sex'])).toEqual([
    'Ethnicity',
    'ethnicity_6',
    'region',
    'age',
    'sex',
  ]);
});
