import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {afterAll, expect, it} from 'vitest';
import {runCli} from './runCli';

const dir = mkdtempSync(join(tmpdir(), 'study-desk-unzip-'));
afterAll(() => rmSync(dir, {recursive: true}));

it('unzips all below a folder, leaves what is newer, and says which file is damaged', async () => {
  mkdirSync(join(dir, 'output/deep'), {recursive: true});
  writeFileSync(join(dir, 'output/a.csv.gz'), gzipSync('a\n1\n'));
  writeFileSync(join(dir, 'output/deep/b.csv.gz'), gzipSync('b\n2\n'));
  writeFileSync(join(dir, 'output/cut.csv.gz'), gzipSync('c\n3\n').subarray(0, 15));
  const at = ['--project-dir', dir];

  const done = await runCli(['unzip', 'output', '--json', ...at]);
  expect(done.code).toBe(1);
  expect(done.json().map(({unzipped}) => unzipped)).toEqual([true, false, true]);
  expect(done.stderr).toContain('cut.csv.gz could not be unzipped');
  expect(readFileSync(join(dir, 'output/deep/b.csv'), 'utf8')).toBe('b\n2\n');
  expect(existsSync(join(dir, 'output/cut.csv'))).toBe(false);

  writeFileSync(join(dir, 'output/a.csv'), 'mine');
  expect((await runCli(['unzip', 'output/a.csv.gz', ...at])).stdout).toContain(
    'is there and newer',
  );
  expect(readFileSync(join(dir, 'output/a.csv'), 'utf8')).toBe('mine');
  expect((await runCli(['unzip', 'output/a.csv', ...at])).code).toBe(2);
});
