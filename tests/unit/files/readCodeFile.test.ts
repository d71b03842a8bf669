import {mkdir, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeAll, expect, it} from 'vitest';
import {mustRun} from '../../bench/measurement';
import {readCodeFile} from '../../../electron/files/fileInStudy';
import {folderOfFile} from '../../temporary';

const dir = folderOfFile();

beforeAll(async () => {
  await mkdir(join(dir, 'study/analysis'), {recursive: true});
  await writeFile(join(dir, 'study/analysis/model.py'), 'print("né")\n');
  await writeFile(join(dir, 'study/analysis/long.R'), 'x'.repeat(3 * 1024 * 1024));
  await writeFile(join(dir, 'study/analysis/model.rds'), Buffer.from([31, 139, 0, 1]));
  await writeFile(join(dir, 'secret.txt'), 'secret');
  await symlink(join(dir, 'secret.txt'), join(dir, 'study/analysis/linked.py'));
});

const read = (path: string) => readCodeFile(join(dir, 'study'), path);

it('reads a script, and the beginning of a large one', async () => {
  expect(await read('analysis/model.py')).toEqual({
    ok: true,
    value: {text: 'print("né")\n', truncated: false},
  });
  const long = await read('analysis/long.R');
  expect(long.ok && long.value.truncated && long.value.text.length).toBe(2 * 1024 * 1024);
});

it.each(['analysis/model.rds', 'analysis/linked.py', '../secret.txt', 'analysis', 'gone.py'])(
  'refuses %s',
  async (path) => expect(await read(path)).toMatchObject({ok: false}),
);

it.skipIf(process.platform === 'win32')('waits for no pipe', async () => {
  await mustRun('mkfifo', [join(dir, 'study/analysis/pipe.py')]);
  expect(await read('analysis/pipe.py')).toMatchObject({ok: false});
});
