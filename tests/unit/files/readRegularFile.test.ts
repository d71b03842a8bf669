import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, open, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {fileSystemError} from '../../../electron/files/fileSystemError';
import {readRegularFile, readRegularFileSync} from '../../../electron/files/readRegularFile';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'study-desk-read-'));
});
afterAll(() => rm(dir, {recursive: true, force: true}));

it('gives the content of a file', async () => {
  const file = join(dir, 'a');
  await writeFile(file, 'x');
  expect((await readRegularFile(file)).toString()).toBe('x');
  expect(readRegularFileSync(file).toString()).toBe('x');
});

it.skipIf(process.platform === 'win32')('refuses a pipe at once, and a folder', async () => {
  const [pipe, folder] = [join(dir, 'pipe'), join(dir, 'folder')];
  execFileSync('mkfifo', [pipe]);
  await mkdir(folder);
  await expect(readRegularFile(pipe)).rejects.toMatchObject({code: 'ENOTREG'});
  await expect(readRegularFile(folder)).rejects.toMatchObject({code: 'EISDIR'});
  expect(() => readRegularFileSync(pipe)).toThrow('is not a file');
});

it('what can not be read is named, though what was being done has another name', async () => {
  const file = join(dir, 'analysis.py');
  const error: unknown = await open(file).catch((reason: unknown) => reason);
  const named = fileSystemError('The workspace of make_a could not be filled.', error);
  expect(named.why).toBe(`It does not exist. (${file})`);
  expect(fileSystemError('"analysis.py" could not be read.', error).why).toBe('It does not exist.');
});
