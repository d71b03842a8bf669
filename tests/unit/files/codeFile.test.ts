import {chmod, mkdir, readFile, rm, stat, symlink, writeFile} from 'node:fs/promises';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {mustRun} from '../../bench/measurement';
import {readCodeFile, saveCodeFile} from '../../../electron/files/codeFile';
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
    value: {text: 'print("né")\n', readOnly: null},
  });
  const long = await read('analysis/long.R');
  expect(long.ok && long.value.readOnly !== null && long.value.text.length).toBe(2 * 1024 * 1024);
});

it.each(['analysis/model.rds', 'analysis/linked.py', '../secret.txt', 'analysis', 'gone.py'])(
  'refuses %s',
  async (path) => expect(await read(path)).toMatchObject({ok: false}),
);

it.skipIf(process.platform === 'win32')('waits for no pipe', async () => {
  await mustRun('mkfifo', [join(dir, 'study/analysis/pipe.py')]);
  expect(await read('analysis/pipe.py')).toMatchObject({ok: false});
});

describe('saving a script', () => {
  const save = (path: string, before: string | null, isOutput = false) =>
    saveCodeFile(join(dir, 'study'), path, {before, after: 'mine'}, isOutput);
  const script = join(dir, 'study/analysis/saved.R');
  const isWindows = process.platform === 'win32';

  it('writes it with the rights it had, and only where it is still the one that was read', async () => {
    await writeFile(script, 'read\n');
    await chmod(script, 0o640);
    expect(await save('analysis/saved.R', 'read\n')).toMatchObject({
      ok: true,
      value: {text: 'mine'},
    });
    expect(await readFile(script, 'utf8')).toBe('mine');
    if (!isWindows) expect((await stat(script)).mode & 0o777).toBe(0o640);
    expect(await save('analysis/saved.R', 'read\n')).toMatchObject({
      ok: false,
      error: {message: 'analysis/saved.R has changed in the meantime.'},
    });
  });

  it('makes one again that was deleted, and replaces none that came back', async () => {
    await rm(script, {force: true});
    expect(await save('analysis/saved.R', null)).toMatchObject({ok: true});
    expect(await save('analysis/saved.R', null)).toMatchObject({ok: false});
  });

  it.each([
    ['an output', 'analysis/model.py', 'print("né")\n', true],
    ['what is no script', 'analysis/notes.txt', 'notes', false],
    ['a link to a script', 'analysis/alias.py', 'print("né")\n', false],
    ['a script behind a linked folder', 'linked/model.py', 'print("né")\n', false],
    ['a new one behind a linked folder', 'linked/new.py', null, false],
    ['text that is not UTF-8', 'analysis/latin.R', 'n\ufffd', false],
    ['one outside of the study', '../outside.py', 'x', false],
  ])('refuses %s, and leaves it as it is', async (_what, path, before, isOutput) => {
    const study = join(dir, 'study');
    await writeFile(join(study, 'analysis/notes.txt'), 'notes');
    await writeFile(join(study, 'analysis/latin.R'), Buffer.from([0x6e, 0xe9]));
    await writeFile(join(dir, 'outside.py'), 'x');
    for (const [target, link] of [
      [join(study, 'analysis/model.py'), join(study, 'analysis/alias.py')],
      [join(study, 'analysis'), join(study, 'linked')],
    ] as const)
      if (!existsSync(link)) await symlink(target, link);
    const there = await readFile(join(study, path)).catch(() => null);
    expect(await save(path, before, isOutput)).toMatchObject({ok: false});
    expect(await readFile(join(study, path)).catch(() => null)).toEqual(there);
  });
});
