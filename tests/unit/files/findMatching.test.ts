import {symlink} from 'node:fs/promises';
import path from 'node:path';
import {expect, it} from 'vitest';
import {createFindMatching} from '../../../electron/files/findMatching';
import {folderWith} from './studyFolder';

it('finds the files that a pattern matches now, and nothing outside or behind a link', async () => {
  const outside = await folderWith({'c.csv': ''});
  const dir = await folderWith({
    'output/a.csv': '',
    'output/b.csv': '',
    'output/b.txt': '',
    'output/deep/c.csv': '',
    'output/d.csv/e.txt': '',
  });
  await symlink(outside, path.join(dir, 'output/link'));
  await symlink(path.join(outside, 'c.csv'), path.join(dir, 'output/l.csv'));
  const find = createFindMatching(dir);
  expect(await find('output/a.csv')).toEqual(['output/a.csv']);
  expect(await find('output/*.csv')).toEqual(['output/a.csv', 'output/b.csv']);
  expect(await find('*/*/c.csv')).toEqual(['output/deep/c.csv']);
  expect(await find('none/*.csv')).toEqual([]);
  expect(await find(`../${path.basename(outside)}/c.csv`)).toEqual([]);
});
