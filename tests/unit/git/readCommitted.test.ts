import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeAll, expect, it} from 'vitest';
import {readCommitted} from '../../../electron/git/readCommitted';
import {folderOfFile} from '../../temporary';

const root = folderOfFile();
const study = join(root, 'study');
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
    cwd: root,
    encoding: 'utf8',
  }).trim();

beforeAll(() => {
  mkdirSync(join(study, 'output'), {recursive: true});
  git('init', '--quiet', '--initial-branch', 'main');
  for (const text of ['one', 'two', 'three']) {
    writeFileSync(join(study, 'output/a.csv'), text);
    git('add', '.');
    git('commit', '--quiet', '--message', text);
    if (text === 'two') git('tag', '--annotate', 'v2', '--message', 'The second');
  }
});

const read = async (name: string) => {
  const found = await readCommitted(study, 'output/a.csv', name);
  return found.ok ? Buffer.from(found.value.bytes).toString() : found.error.message;
};

it('a file as a commit holds it is named by branch, tag, id, the beginning of it, and its parents', async () => {
  expect(await read('main')).toBe('three');
  expect(await read('HEAD')).toBe('three');
  expect(await read('v2')).toBe('two');
  expect(await read('HEAD^')).toBe('two');
  expect(await read('HEAD~2')).toBe('one');
  expect(await read('main^~')).toBe('one');
  expect(await read('v2~1')).toBe('one');
  const id = git('rev-parse', 'HEAD~1');
  expect(await read(id)).toBe('two');
  expect(await read(id.slice(0, 8))).toBe('two');
});

it('a file as a commit holds it is not there where commit, file or repository are not', async () => {
  for (const name of ['HEAD~3', 'nothing', '', 'ffffffff', 'HEAD:study', '../HEAD'])
    expect(await read(name), name).toBe(`There is no commit "${name}" in this repository.`);
  const none = await readCommitted(study, 'output/b.csv', 'HEAD');
  expect(none).toMatchObject({ok: false, error: {kind: 'not-found'}});
  const nowhere = await readCommitted(tmpdir(), 'a.csv', 'HEAD');
  expect(nowhere.ok ? '' : nowhere.error.message).toContain('no git repository');
});
