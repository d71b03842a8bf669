import {spawn} from 'node:child_process';
import {mkdirSync, rmSync, utimesSync} from 'node:fs';
import {basename, join} from 'node:path';
import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {abandonedFolders, temporaryFolder} from '../../../electron/files/temporaryFolder';
import {folderOfTest} from '../../temporary';

let root: string;
beforeEach(() => {
  root = folderOfTest();
  vi.stubEnv('TMPDIR', root);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A folder like one of this process, with another owner in its name. */
async function folderOf(change: (owner: string) => string): Promise<string> {
  const mine = await temporaryFolder('code');
  rmSync(mine, {recursive: true});
  const path = join(root, change(basename(mine)));
  mkdirSync(path);
  return path;
}

const abandoned = async (now?: number) =>
  new Map((await abandonedFolders('code', now)).map(({path, why}) => [path, why]));

it('a folder of a living process is not abandoned', async () => {
  await temporaryFolder('code');
  expect(await abandoned(Date.now() + 1e12)).toEqual(new Map());
});

it('a folder is abandoned once its process is gone, with the reason', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((ended) => child.once('exit', ended));
  const path = await folderOf((name) => name.replace(`-${process.pid}-`, `-${child.pid}-`));
  expect(await abandoned()).toEqual(new Map([[path, `its process ${child.pid} is gone`]]));
});

it.runIf(process.platform === 'linux')(
  'a folder is abandoned where its number belongs to a later process',
  async () => {
    const path = await folderOf((name) => name.replace(/-\d+-([^-]+)$/u, '-1-$1'));
    expect(await abandoned()).toEqual(new Map([[path, `its process ${process.pid} is gone`]]));
  },
);

it('a folder of a process that cannot be seen from here is left for a day', async () => {
  const elsewhere = await folderOf((name) => name.replace(/-[0-9a-f]{8}-/u, '-00000000-'));
  const older = await folderOf(() => 'study-desk-code-999999999-abcdef');
  expect(await abandoned()).toEqual(new Map());
  const yesterday = Date.now() / 1000 - 25 * 3600;
  for (const path of [elsewhere, older]) utimesSync(path, yesterday, yesterday);
  expect([...(await abandoned()).keys()].sort()).toEqual([elsewhere, older].sort());
  expect([...(await abandoned()).values()].join()).toContain('nothing in it has changed for a day');
});
