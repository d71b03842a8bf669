import {lstat, mkdir, mkdtemp, readdir, readFile, rm, stat} from 'node:fs/promises';
import {chmodSync, symlinkSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {createReusableActions, type ResolvedAction} from '../../../electron/git/reusableActions';
import {stageCode} from '../../../electron/files/stageCode';
import {bareRepository, commit, git, gitHost} from './actionRepositories';

const never = new AbortController().signal;
const commits: Record<string, string> = {};
let root = '';
let base = '';

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'study-desk-actions-'));
  base = path.join(root, 'base');
  await mkdir(base);
  bareRepository(base, 'matching', (work) => {
    commits['v1'] = commit(work, {
      'action.yaml': "run: python:v2 python analysis/match.py '--a b'\n",
      'analysis/match.py': 'print("one")\n',
      'run.sh': '#!/bin/sh\n',
    });
    git(work, 'tag', 'v1');
    chmodSync(path.join(work, 'run.sh'), 0o755);
    symlinkSync('analysis/match.py', path.join(work, 'link.py'));
    commits['v2'] = commit(work, {'analysis/match.py': 'print("two")\n'});
    git(work, 'tag', '--annotate', '--message', 'Two', 'v2');
    git(work, 'checkout', '--quiet', '-b', 'other');
    commits['v3'] = commit(work, {'analysis/match.py': 'print("unapproved")\n'});
    git(work, 'tag', 'v3');
    git(work, 'checkout', '--quiet', 'main');
    commits['main'] = commit(work, {'later.txt': ''});
  });
  const manifests: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'no-manifest': {'README.md': ''},
    'no-run': {'action.yaml': 'description: x\n'},
    'bad-yaml': {'action.yaml': 'run: "x\n'},
    'odd-image': {'action.yaml': 'run: julia:v1 x.jl\n'},
    'with-database': {'action.yaml': 'run: ehrql:v1 generate-dataset x.py\n'},
  };
  for (const [name, files] of Object.entries(manifests)) {
    bareRepository(base, name, (work) => {
      commit(work, files);
      git(work, 'tag', 'v1');
    });
  }
});

afterAll(() => rm(root, {recursive: true, force: true}));

async function resolved(
  answer: ReturnType<ReturnType<typeof createReusableActions>['resolve']>,
): Promise<ResolvedAction> {
  const result = await answer;
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

let caches = 0;
function newCache(): string {
  caches += 1;
  return path.join(root, `cache${caches}`);
}

describe('a reusable action', () => {
  it('is found in a folder of bare repositories, with its code at the commit', async () => {
    const actions = createReusableActions({base, cacheDir: newCache()});
    const one = await resolved(actions.resolve('matching:v1', never));
    expect(one).toMatchObject({
      commit: commits['v1'],
      runArgv: ['python:v2', 'python', 'analysis/match.py', '--a b'],
      fromCache: false,
    });
    expect(await readFile(path.join(one.codeDir, 'analysis/match.py'), 'utf8')).toBe(
      'print("one")\n',
    );
    expect(await actions.imageHere('matching:v1')).toBe('python:v2');
    for (const unknown of ['matching:v9', 'unknown:v1', 'nonsense'])
      expect(await actions.imageHere(unknown)).toBeNull();
    const two = await resolved(actions.resolve('matching:v2', never));
    expect(two.commit).toBe(commits['v2']);
    expect(await readFile(path.join(two.codeDir, 'analysis/match.py'), 'utf8')).toBe(
      'print("two")\n',
    );
    expect((await stat(path.join(two.codeDir, 'run.sh'))).mode & 0o100).toBe(0o100);
    expect((await lstat(path.join(two.codeDir, 'link.py'))).isSymbolicLink()).toBe(true);
    expect(await readdir(two.codeDir)).not.toContain('.git');
    expect((await resolved(actions.resolve('matching:main', never))).commit).toBe(commits['main']);
  });

  it('is the same code whenever it is checked out', async () => {
    const key = async (): Promise<string[]> => {
      const actions = createReusableActions({base, cacheDir: newCache()});
      const code = await stageCode(
        (await resolved(actions.resolve('matching:v2', never))).codeDir,
        [],
      );
      if (!code.ok) throw new Error(code.error.message);
      return code.value.entries.map((entry) => `${entry.path} ${entry.mtimeMs} ${entry.size}`);
    };
    expect(await key()).toEqual(await key());
  });

  it('comes from a git host, and from the cache once that is away', async () => {
    const cacheDir = newCache();
    const host = await gitHost(base);
    const actions = createReusableActions({base: host.url, cacheDir});
    expect(await actions.imageHere('matching:v2')).toBeNull();
    const first = await resolved(actions.resolve('matching:v2', never));
    expect(first).toMatchObject({
      commit: commits['v2'],
      repoUrl: `${host.url}matching`,
      fromCache: false,
    });
    expect(await resolved(actions.resolve('matching:v2', never))).toEqual(first);
    expect(await actions.resolve('matching:v3', never)).toMatchObject({
      ok: false,
      error: {message: expect.stringContaining('not approved') as string},
    });
    expect(await actions.resolve('matching:v9', never)).toMatchObject({
      ok: false,
      error: {kind: 'invalid-project'},
    });
    expect(await actions.resolve('unknown:v1', never)).toMatchObject({
      ok: false,
      error: {kind: 'invalid-project'},
    });
    await host.close();
    expect(await actions.imageHere('matching:v2')).toBe('python:v2');
    expect(await resolved(actions.resolve('matching:v2', never))).toEqual({
      ...first,
      fromCache: true,
    });
    expect(await actions.resolve('matching:v1', never)).toMatchObject({
      ok: false,
      error: {kind: 'network'},
    });
  });

  it.each([
    ['matching', 'neither an image nor a reusable action'],
    ['a:b:c', 'neither an image nor a reusable action'],
    ['../matching:v1', 'neither an image nor a reusable action'],
    ['R:v2', 'no image and no reusable action called "R"'],
    ['matching:v9', 'no version "v9"'],
    ['matching:v3', 'not approved'],
  ])('%s is refused in a sentence', async (token, message) => {
    const result = await createReusableActions({base, cacheDir: newCache()}).resolve(token, never);
    if (result.ok) throw new Error('It was found');
    expect(result.error.message).toContain(message);
    expect(result.error.hint).toContain('actions.opensafely.org');
  });

  it.each([
    ['no-manifest', 'no file action.yaml'],
    ['no-run', 'no run line'],
    ['bad-yaml', 'cannot be read as YAML'],
    ['odd-image', '"julia" is not a known one'],
    ['with-database', 'query the database'],
  ])('%s is not valid, which its authors should hear', async (name, why) => {
    const result = await createReusableActions({base, cacheDir: newCache()}).resolve(
      `${name}:v1`,
      never,
    );
    if (result.ok) throw new Error('It was found');
    expect(result.error.why).toContain(why);
    expect(result.error.hint).toContain('open an issue');
  });

  it('is not looked for once stopped', async () => {
    const host = await gitHost(base);
    const actions = createReusableActions({base: host.url, cacheDir: newCache()});
    const result = await actions.resolve('matching:v1', AbortSignal.abort());
    expect(result).toMatchObject({ok: false, error: {kind: 'cancelled'}});
    await host.close();
  });
});
