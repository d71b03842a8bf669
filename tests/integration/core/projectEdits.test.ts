import {chmod, mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {writeEdits} from '../../../electron/core/project/projectEdits';
import {emptySnapshot} from '../../../electron/core/project/studySnapshot';
import type {StudySnapshot} from '../../../shared/study';

let dir: string;
let file: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'project-edits-'));
  file = join(dir, 'project.yaml');
});
afterEach(() => rm(dir, {recursive: true, force: true}));

const snapshotOf = (text: string | null): StudySnapshot => ({...emptySnapshot(dir), text});
const whole = (before: string | null, insert: string) => [
  {from: 0, to: before?.length ?? 0, insert},
];

it('makes the file where there is none, but never over one that has come meanwhile', async () => {
  expect(await writeEdits(snapshotOf(null), 0, whole(null, 'version: 5\n'))).toMatchObject({
    ok: true,
  });
  expect(await readFile(file, 'utf8')).toBe('version: 5\n');
  expect(await writeEdits(snapshotOf(null), 0, whole(null, 'other\n'))).toMatchObject({ok: false});
  expect(await readFile(file, 'utf8')).toBe('version: 5\n');
});

it('keeps line ends, a byte order mark and who may read the file', async () => {
  const text = '\ufeffversion: 5\r\n# why\r\n';
  await writeFile(file, text);
  await chmod(file, 0o640);
  const edits = [{from: text.indexOf('5'), to: text.indexOf('5') + 1, insert: '4'}];
  expect(await writeEdits(snapshotOf(text), 0, edits)).toMatchObject({ok: true});
  expect(await readFile(file, 'utf8')).toBe(text.replace('5', '4'));
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o640);
});

it('refuses a file that another has changed, that is gone, or that is not UTF-8, each in its own words', async () => {
  await writeFile(file, 'theirs');
  const refused = {ok: false, error: {message: 'project.yaml has changed in the meantime.'}};
  expect(await writeEdits(snapshotOf('mine'), 0, whole('mine', 'x'))).toMatchObject(refused);
  const bytes = Buffer.from([0x23, 0xe9, 0x0a]);
  await writeFile(file, bytes);
  const read = bytes.toString('utf8');
  expect(await writeEdits(snapshotOf(read), 0, whole(read, 'x'))).toMatchObject({
    ok: false,
    error: {message: 'project.yaml is not all UTF-8 text.'},
  });
  expect(await readFile(file)).toEqual(bytes);
  await rm(file);
  expect(await writeEdits(snapshotOf('mine'), 0, whole('mine', 'x'))).toMatchObject(refused);
});
