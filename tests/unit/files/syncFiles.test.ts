import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, expect, it, vi} from 'vitest';
import {syncFiles} from '../../../electron/files/syncToDisk';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'study-desk-sync-'));
  await writeFile(join(dir, 'a.csv'), '1\n');
});

afterEach(() => vi.unstubAllEnvs());

afterAll(() => rm(dir, {recursive: true}));

it('does nothing for no files', async () => await syncFiles(join(dir, 'missing'), []));

it('syncs a few files each, and many together where the system can', async () => {
  for (const count of [1, 100])
    await syncFiles(
      dir,
      Array.from({length: count}, () => join(dir, 'a.csv')),
    );
});

it('syncs each file where it cannot, and tells of a fault', async () => {
  vi.stubEnv('PATH', dir);
  await syncFiles(dir, [join(dir, 'a.csv')]);
  await expect(syncFiles(dir, [join(dir, 'a.csv'), join(dir, 'b.csv')])).rejects.toThrow('ENOENT');
});
