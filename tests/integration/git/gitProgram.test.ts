import {execFile} from 'node:child_process';
import {chown, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {lookAtGitProgram} from '../../../electron/git/gitProgram';

const run = promisify(execFile);
const never = new AbortController().signal;
let dir: string;
const git = (...args: string[]) => run('git', ['-C', dir, ...args]);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'study-desk-git-'));
  // what is trusted on this computer is not what is tested
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(dir, 'no-config'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, {recursive: true});
});

it('tells the version, and nothing else without a repository', async () => {
  const none = {distrusted: false, inRepository: false, underWay: null};
  const version = expect.stringMatching(/^\d+\.\d+/u) as string;
  expect(await lookAtGitProgram(null, never)).toEqual({version, ...none});
  expect(await lookAtGitProgram(dir, never)).toEqual({version, ...none});
  vi.stubEnv('PATH', dir);
  expect(await lookAtGitProgram(dir, never)).toEqual({version: null, ...none});
});

it('tells of a merge that has not ended', async () => {
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('config', 'user.email', 'a@example.org');
  await git('config', 'user.name', 'A');
  const commit = async (text: string) => {
    await writeFile(join(dir, 'a.txt'), text);
    await git('add', 'a.txt');
    await git('commit', '--quiet', '--message', text);
  };
  await commit('one');
  await git('checkout', '--quiet', '-b', 'other');
  await commit('two');
  await git('checkout', '--quiet', 'main');
  await commit('three');
  expect((await lookAtGitProgram(dir, never)).underWay).toBeNull();
  await git('merge', 'other').catch(() => undefined);
  expect(await lookAtGitProgram(dir, never)).toMatchObject({
    underWay: 'merge',
    inRepository: true,
  });
});

it.skipIf(process.getuid?.() !== 0)('tells of a repository that git does not trust', async () => {
  await git('init', '--quiet');
  expect((await lookAtGitProgram(dir, never)).distrusted).toBe(false);
  await chown(dir, 12_345, 12_345);
  await chown(join(dir, '.git'), 12_345, 12_345);
  expect((await lookAtGitProgram(dir, never)).distrusted).toBe(true);
});
