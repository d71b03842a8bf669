import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import type {HttpClient} from 'isomorphic-git';
import http from 'isomorphic-git/http/node';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {
  textAtCommit,
  withCommit,
  withLocalCommit,
  type CommitFound,
} from '../../../electron/git/commitCache';
import {guardedHttp} from '../../../electron/git/guardedHttp';
import {bareRepository, commit, git, gitHost} from './actionRepositories';

let base: string;
let host: Awaited<ReturnType<typeof gitHost>>;
/** Commits of `main`, oldest first, and one that only another branch has. */
let commits: string[];
let elsewhere: string;
const asked: string[] = [];

/** Notes what is asked, and can be made to break off. */
let breaks = 0;
const client: HttpClient = {
  async request(given) {
    asked.push(`${given.method ?? 'GET'} ${new URL(given.url).pathname}`);
    if (given.method === 'POST' && breaks > 0) {
      breaks -= 1;
      throw new Error('read ECONNRESET');
    }
    return http.request(given);
  },
};

beforeAll(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'study-desk-commits-'));
  commits = [];
  bareRepository(base, 'study', (work) => {
    for (let number = 0; number < 25; number += 1)
      commits.push(commit(work, {'project.yaml': `version: ${number}\n`}));
    git(work, 'checkout', '--quiet', '-b', 'other', commits[3] ?? '');
    elsewhere = commit(work, {'other.txt': 'x'});
    git(work, 'checkout', '--quiet', 'main');
  });
  git(path.join(base, 'study.git'), 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  host = await gitHost(base);
});

afterAll(async () => {
  await host.close();
  rmSync(base, {recursive: true, force: true});
});

const text = (found: CommitFound<string | null>): string =>
  found.kind === 'here' ? (found.value ?? 'none') : found.kind;

describe('a cache of code', () => {
  const cache = (name: string): string => path.join(base, 'caches', `${name}.git`);
  const ask = async (name: string, wanted: string | null, branch = 'main'): Promise<string> =>
    text(
      await withCommit(cache(name), `${host.url}study`, client, {branch, commit: wanted}, (here) =>
        textAtCommit(here.gitdir, here.commit, 'project.yaml'),
      ),
    );
  const nth = (number: number): string => commits.at(number) ?? '';

  it('gives the head of a branch, by its name and by its hash', async () => {
    expect(await ask('head', null)).toBe('version: 24\n');
    expect(await ask('head', nth(24))).toBe('version: 24\n');
  });

  it('gives a commit a few steps back, and one further back than the first look, in any order', async () => {
    expect(await ask('back', nth(20))).toBe('version: 20\n');
    expect(await ask('back', nth(2))).toBe('version: 2\n');
    expect(await ask('back', nth(24))).toBe('version: 24\n');
    expect(await ask('far', nth(0))).toBe('version: 0\n');
    expect(await ask('far', nth(22))).toBe('version: 22\n');
  });

  it('gives no commit that is not on the branch, though the server would', async () => {
    expect(await ask('other', elsewhere)).toBe('not-on-branch');
    expect(await ask('other', elsewhere, 'other')).toBe('version: 3\n');
    expect(await ask('other', nth(24), 'none')).toBe('not-on-branch');
    expect(await ask('other', 'f'.repeat(40))).toBe('not-on-branch');
  });

  it('asks only for the branch where it has the commit', async () => {
    await ask('again', nth(24));
    asked.length = 0;
    expect(await ask('again', nth(24))).toBe('version: 24\n');
    expect(asked.filter((each) => !each.includes('info/refs'))).toEqual([
      'POST /study/git-upload-pack',
    ]);
  });

  it('begins anew where a fetch was broken off, in this process or an earlier one', async () => {
    // the listing is a POST too
    breaks = 2;
    expect(await ask('broken', nth(20))).toBe('version: 20\n');
    breaks = 1000;
    expect(await ask('broken', nth(1))).toBe('failed');
    breaks = 0;
    expect(await ask('broken', nth(1))).toBe('version: 1\n');
  });

  it('writes no address down', async () => {
    await ask('address', null);
    const files = readdirSync(cache('address'), {recursive: true, encoding: 'utf8'})
      .map((name) => path.join(cache('address'), name))
      .filter((file) => statSync(file).isFile() && !file.includes('objects'));
    expect(files.length).toBeGreaterThan(2);
    const address = host.url.slice(0, -1);
    for (const file of files) expect(readFileSync(file, 'utf8')).not.toContain(address);
  });

  it('tells a repository that is not there', async () => {
    const found = await withCommit(
      cache('none'),
      `${host.url}none`,
      client,
      {branch: 'main', commit: null},
      async () => '',
    );
    expect(['no-repository', 'failed']).toContain(found.kind);
  });

  it('reads a repository of this computer where it lies, by the same rules', async () => {
    const local = async (wanted: string | null, branch: string): Promise<string> =>
      text(
        await withLocalCommit(path.join(base, 'study-work'), {branch, commit: wanted}, (here) =>
          textAtCommit(here.gitdir, here.commit, 'project.yaml'),
        ),
      );
    expect(await local(null, 'main')).toBe('version: 24\n');
    expect(await local(nth(5), 'main')).toBe('version: 5\n');
    expect(await local(elsewhere, 'main')).toBe('not-on-branch');
  });
});

describe('the guarded transport', () => {
  const guarded = guardedHttp({
    origin: 'https://github.com',
    authorization: 'Basic secret',
    silenceMs: 1000,
    signal: new AbortController().signal,
  });

  it.each([
    'http://github.com/x/y',
    'https://github.com.evil.example/x/y',
    'https://github.com:8443/x/y',
    'https://evil.example/https://github.com/x',
  ])('asks nothing of %s', async (url) => {
    await expect(guarded.request({url})).rejects.toThrow('leads to another one');
  });
});
