import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeEach, expect, it} from 'vitest';
import {userFolder} from '../../../electron/app/userFolder';
import {folderOfTest} from '../../temporary';

let root: string;
beforeEach(() => {
  root = folderOfTest();
});

it('is made where it is wanted, and stays', () => {
  const wanted = join(root, 'config/Study Desk');
  const folder = userFolder(wanted);
  expect(folder).toMatchObject({path: wanted, fault: null});
  folder.remove();
  expect(existsSync(wanted)).toBe(true);
});

it('is another one, for this start alone, where it can’t be made, and says so', () => {
  writeFileSync(join(root, 'file'), '');
  const wanted = join(root, 'file/Study Desk');
  const folder = userFolder(wanted);
  expect(folder.path).not.toBe(wanted);
  expect(folder.fault).toContain(`${wanted} can’t be written to`);
  expect(existsSync(folder.path)).toBe(true);
  folder.remove();
  expect(existsSync(folder.path)).toBe(false);
});
