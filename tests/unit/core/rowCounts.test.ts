import {truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, expect, it} from 'vitest';
import {createRowCounts} from '../../../electron/core/outputs/outputsFacet';
import {createTableReader} from '../../../electron/outputs/tables/tableReader';
import {ok} from '../../../shared/result';
import {folderOfFile} from '../../temporary';

const dir = folderOfFile();
const tables = createTableReader();
const counts = createRowCounts(tables);
afterAll(async () => {
  await tables.close();
});

it.each([
  ['plain.csv', 'a,b\n1,2\n3,4\n', 2],
  ['no-line-end.csv', 'a,b\n1,2\n3,4', 2],
  ['quoted.csv', 'a,b\n"1\n1","x,y"\n\n3,4\n', 2],
  ['header.csv', 'a,b\n', 0],
  ['empty.csv', '', 0],
  ['long.tsv', `a\tb\n${'1\t2\n'.repeat(200_000)}`, 200_000],
  ['binary.csv', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 9]), 'not counted'],
  ['gone.csv', null, 'not counted'],
  ['text.log', 'a\nb\n', 'no table'],
] as const)('rows of %s are counted as they are shown', async (name, content, rows) => {
  const file = join(dir, name);
  if (content !== null) writeFileSync(file, content);
  expect(await counts.of(file)).toEqual(ok(rows));
  const schema = content === null || rows === 'no table' ? null : await tables.schema(file, true);
  if (typeof rows === 'number') expect(schema).toMatchObject({value: {totalRows: rows}});
});

it('a file that was made anew is counted anew', async () => {
  const file = join(dir, 'anew.csv');
  writeFileSync(file, 'a\n1\n');
  expect(await counts.of(file)).toEqual(ok(1));
  writeFileSync(file, 'a\n1\n2\n');
  expect(await counts.of(file)).toEqual(ok(2));
});

it('a large file is not read for its rows alone, but what opening it finds is known', async () => {
  const file = join(dir, 'large.csv');
  writeFileSync(file, 'a\n1\n');
  truncateSync(file, 40 * 1024 ** 2);
  expect(await counts.of(file)).toEqual(ok('not counted'));
  const found = {format: 'csv', columns: [], totalRows: 1_234_567, notes: []};
  await counts.whenOpened(file, async () => ok({...found, totalRows: null, complete: false}));
  expect(await counts.of(file)).toEqual(ok('not counted'));
  await counts.whenOpened(file, async () => ok({...found, complete: true}));
  expect(await counts.of(file)).toEqual(ok(1_234_567));
});
