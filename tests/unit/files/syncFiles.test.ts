import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, beforeAll, expect, it, vi} from 'vitest';
import {syncFiles} from '../../../electron/files/syncToDisk';
import {folderOfFile} from '../../temporary';

const dir = folderOfFile();

beforeAll(async () => {
  await writeFile(join(dir, 'a.csv'), '1\n');
});

afterEach(() => vi.unstubAllEnvs());

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
