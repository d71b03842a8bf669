import {mkdtemp, readFile, rm, stat, utimes, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {findStataLicence} from '../../../electron/git/stataLicence';
import {bareRepository, commit} from './actionRepositories';

const HOURS = 60 * 60 * 1000;
let root = '';
let repository = '';
let files = 0;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'study-desk-stata-test-'));
  bareRepository(root, 'instructions', (work) => commit(work, {'stata.lic': 'Serial!Code!New\n'}));
  repository = path.join(root, 'instructions.git');
});

afterAll(() => rm(root, {recursive: true, force: true}));

async function cacheFile(text: string | null, ageMs: number): Promise<string> {
  files += 1;
  const file = path.join(root, `${files}.lic`);
  if (text === null) return file;
  await writeFile(file, text);
  const seconds = (Date.now() - ageMs) / 1000;
  await utimes(file, seconds, seconds);
  return file;
}

describe('the Stata licence', () => {
  it('is the variable where it is set', async () => {
    const file = await cacheFile('Old', 0);
    const env = {STATA_LICENSE: 'Given', STATA_LICENSE_REPO: repository};
    expect(await findStataLicence({env, cacheFile: file, now: Date.now})).toBe('Given');
  });

  it('is a copy younger than two hours', async () => {
    const file = await cacheFile('Copy\n', HOURS);
    const env = {STATA_LICENSE_REPO: repository};
    expect(await findStataLicence({env, cacheFile: file, now: Date.now})).toBe('Copy');
  });

  it('is fetched again after that, and the copy kept for its owner only', async () => {
    const file = await cacheFile('Copy', 3 * HOURS);
    const env = {STATA_LICENSE_REPO: repository};
    expect(await findStataLicence({env, cacheFile: file, now: Date.now})).toBe('Serial!Code!New');
    expect(await readFile(file, 'utf8')).toBe('Serial!Code!New\n');
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('is an old copy where nothing can be fetched, good for two hours more', async () => {
    const file = await cacheFile('Copy', 3 * HOURS);
    const env = {STATA_LICENSE_REPO: path.join(root, 'gone.git')};
    expect(await findStataLicence({env, cacheFile: file, now: Date.now})).toBe('Copy');
    expect(Date.now() - (await stat(file)).mtimeMs).toBeLessThan(HOURS);
  });

  it('is what was fetched, also where no copy of it can be kept', async () => {
    const file = path.join(root, 'no-such-folder', 'a.lic');
    const env = {STATA_LICENSE_REPO: repository};
    expect(await findStataLicence({env, cacheFile: file, now: Date.now})).toBe('Serial!Code!New');
  });

  it('is none where there is none', async () => {
    const file = await cacheFile(null, 0);
    const env = {STATA_LICENSE_REPO: path.join(root, 'gone.git')};
    expect(await findStataLicence({env, cacheFile: file, now: Date.now})).toBeNull();
  });
});
