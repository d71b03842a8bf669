import {mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {longTest} from '../gateShare';
import {runCli} from './runCli';

const folder = mkdtempSync(join(tmpdir(), 'study-desk-show-'));
/** Temporary files of the command line, apart from those of other tests. */
const temporary = mkdtempSync(join(tmpdir(), 'study-desk-show-'));
afterAll(() => {
  for (const dir of [folder, temporary]) rmSync(dir, {recursive: true});
});
writeFileSync(join(folder, 'a.csv'), 'id,n\n007,10\n008,9\n009,\n010,12345678,x\n');

const inFolder = {cwd: folder, env: {TMPDIR: temporary}};

describe('show', () => {
  it('prints the table as JSON lines, values as they are shown', async () => {
    const end = await runCli(['show', 'a.csv', '--json'], inFolder);
    expect(end.code).toBe(0);
    expect(end.json()).toEqual([
      {
        path: 'a.csv',
        format: 'csv',
        columns: [
          {name: 'id', type: 'text'},
          {name: 'n', type: 'integer'},
          {name: 'column 3', type: 'text'},
        ],
        totalRows: 4,
        notes: ['row 4 has 3 fields, header 2'],
      },
      {row: 1, values: ['007', '10', null]},
      {row: 2, values: ['008', '9', null]},
      {row: 3, values: ['009', null, null]},
      {row: 4, values: ['010', '12345678', 'x']},
    ]);
  });

  it('takes an order, a condition and places', async () => {
    const rows = async (...options: readonly string[]) => {
      const end = await runCli(['show', 'a.csv', '--json', ...options], inFolder);
      return end.json().flatMap(({row}) => (typeof row === 'number' ? [row] : []));
    };
    expect(await rows('--sort', 'n')).toEqual([2, 1, 4, 3]);
    expect(await rows('--sort', 'n:desc', '--rows', '2:3')).toEqual([1, 2]);
    expect(await rows('--where', 'n < 100')).toEqual([1, 2]);
  });

  it('says what is wrong, and reaches no other file', async () => {
    for (const options of [
      ['none.csv'],
      ['a.csv', '--sort', 'nothing'],
      ['a.csv', '--where', "exists (from read_text('/etc/hostname'))"],
      ['a.csv', '--rows', '5:2'],
    ]) {
      const end = await runCli(['show', '--json', ...options], inFolder);
      expect(end.code, options.join(' ')).not.toBe(0);
      expect(end.json().at(-1)).toHaveProperty('error');
    }
  });

  longTest('says so where a file brings its reader down, and nothing else', async () => {
    const fixture = new URL('../fixtures/tables/generated-lz4.feather', import.meta.url);
    const bytes = readFileSync(fixture);
    // a length in its header that makes the library of Arrow read without end
    bytes[851] = (bytes[851] ?? 0) ^ 0xff;
    writeFileSync(join(folder, 'hostile.feather'), bytes);
    const end = await runCli(['show', 'hostile.feather', '--json'], inFolder);
    expect(end.code).not.toBe(0);
    expect(JSON.stringify(end.json())).toMatch(/reads tables ended over it/);
  });

  it('leaves no copy of the table behind', () => {
    expect(readdirSync(temporary)).toEqual([]);
  });
});
