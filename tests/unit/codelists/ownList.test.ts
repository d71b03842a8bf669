import {existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {asCsv, makeOwnList} from '../../../electron/codelists/ownList';
import {folderOfTest} from '../../temporary';

describe('asCsv', () => {
  it.each([
    ['codes alone', 'J45\n\n J46 \r\n', 'code\nJ45\nJ46\n'],
    [
      'columns of a spreadsheet',
      'J45\tAsthma, any\nJ46\tStatus\n',
      'code,term\nJ45,"Asthma, any"\nJ46,Status\n',
    ],
    [
      'CSV with names of its columns',
      'icd10_code,term\nJ45,"A ""b"""\n',
      'icd10_code,term\nJ45,"A ""b"""\n',
    ],
    ['rows of other lengths', 'J45,Asthma\nJ46\n', 'code,term\nJ45,Asthma\nJ46,\n'],
    ['a third column', 'J45\tAsthma\t1', 'code,term,column_3\nJ45,Asthma,1\n'],
  ])('writes %s as a list', (_, pasted, csv) => expect(asCsv(pasted)).toBe(csv));

  it.each(['', ' \n\n', 'code,term\n'])('has no list of %j', (pasted) =>
    expect(asCsv(pasted)).toBeNull(),
  );
});

describe('makeOwnList', () => {
  const make = (studyDir: string, name: string, text = 'J45\n') =>
    makeOwnList({studyDir, name, text, origin: ' From a paper ', now: Date.parse('2026-12-03')});

  it('writes the list and where it comes from beside it', async () => {
    const dir = folderOfTest();
    expect(await make(dir, 'my list.csv')).toEqual({
      ok: true,
      value: 'local_codelists/my list.csv',
    });
    expect(readFileSync(join(dir, 'local_codelists/my list.csv'), 'utf8')).toBe('code\nJ45\n');
    expect(readFileSync(join(dir, 'local_codelists/my list.origin.txt'), 'utf8')).toBe(
      'Made with Study Desk on 2026-12-03.\nOrigin: From a paper\n',
    );
  });

  it('writes over nothing, and nothing outside its folder', async () => {
    const dir = folderOfTest();
    mkdirSync(join(dir, 'local_codelists'));
    writeFileSync(join(dir, 'local_codelists/mine.csv'), 'kept');
    for (const name of ['mine', '../x', 'a/b', '', '.hidden', 'a\\b'])
      expect(await make(dir, name)).toMatchObject({ok: false});
    expect(await make(dir, 'empty', '\n')).toMatchObject({ok: false});
    expect(readdirSync(join(dir, 'local_codelists'))).toEqual(['mine.csv']);
    expect(readFileSync(join(dir, 'local_codelists/mine.csv'), 'utf8')).toBe('kept');
    expect(existsSync(join(dir, 'x.csv'))).toBe(false);
  });

  it('says that it could not write', async () => {
    const dir = folderOfTest();
    writeFileSync(join(dir, 'local_codelists'), 'a file in the place of the folder');
    expect(await make(dir, 'mine')).toMatchObject({ok: false, error: {kind: 'file-system'}});
  });
});
