import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {mkdtemp, readFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import * as z from 'zod';
import {createBugLog} from '../../../electron/app/bugLog';
import {createJsonFile} from '../../../electron/app/jsonFile';
import {openRecents, withRecent} from '../../../electron/app/recents';
import {thisHost} from '../../../electron/docker/hostEnvironment';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'user-files-'));
});

describe('recent studies', () => {
  const now = new Date('2026-11-24T10:00:00Z');

  it('list the newest first, each once, at most twenty', () => {
    let recents: ReturnType<typeof withRecent> = [];
    for (let study = 0; study < 25; study += 1) recents = withRecent(recents, `/s/${study}`, now);
    recents = withRecent(recents, '/s/20', now);
    expect(recents).toHaveLength(20);
    expect(recents.slice(0, 2).map(({dir}) => dir)).toEqual(['/s/20', '/s/24']);
  });

  it('say which are gone, and forget on request', async () => {
    const recents = openRecents(join(folder, 'recents.json'));
    await recents.remember(folder, now);
    await recents.remember('/gone/asthma', now);
    expect(await recents.list()).toMatchObject([
      {dir: '/gone/asthma', name: 'asthma', exists: false, openedAt: '2026-11-24T10:00:00.000Z'},
      {dir: folder, exists: true},
    ]);
    await recents.edit('/gone/asthma', 'forgotten');
    expect(await openRecents(join(folder, 'recents.json')).list()).toHaveLength(1);
  });

  it('keep what is pinned first and for good, with its branch and how its last run ended', async () => {
    const study = join(folder, 'study');
    const runs = join(study, 'metadata/study-desk/runs');
    for (const path of [
      '.git',
      'metadata/study-desk/runs/000002-b',
      'metadata/study-desk/runs/000001-a',
    ])
      mkdirSync(join(study, path), {recursive: true});
    writeFileSync(join(study, '.git/HEAD'), 'ref: refs/heads/add/strata\n');
    const record = (outcome: string) =>
      JSON.stringify({startedAt: '2026-11-20T10:00:00Z', outcome});
    writeFileSync(join(runs, '000001-a/run.json'), record('succeeded'));
    writeFileSync(join(runs, '000002-b/run.json'), record('failed'));
    const recents = openRecents(join(folder, 'recents.json'));
    await recents.remember(study, now);
    await recents.edit(study, 'pinned');
    for (let other = 0; other < 25; other += 1) await recents.remember(`/s/${other}`, now);
    const [first, ...others] = await recents.list();
    expect(first).toMatchObject({
      ...{dir: study, pinned: true, exists: true, branch: 'add/strata'},
      lastRun: {startedAt: '2026-11-20T10:00:00Z', outcome: 'failed'},
    });
    expect(others).toHaveLength(20);
    expect(others[0]).toMatchObject({dir: '/s/24', pinned: false, branch: null, lastRun: null});
    await recents.remember(study, now);
    await recents.edit(study, 'unpinned');
    expect((await recents.list())[0]).toMatchObject({dir: study, pinned: false});
  });

  it('remember every one of two studies opened at once', async () => {
    const recents = openRecents(join(folder, 'recents.json'));
    await Promise.all([recents.remember('/s/a', now), recents.remember('/s/b', now)]);
    expect((await recents.list()).map(({name}) => name).sort()).toEqual(['a', 'b']);
  });
});

describe('a file of the user that is a pipe', () => {
  it.skipIf(process.platform === 'win32')(
    'counts as missing, and is waited for by nobody',
    async () => {
      const path = join(folder, 'window.json');
      execFileSync('mkfifo', [path]);
      const file = createJsonFile(path, z.object({zoom: z.number()}), {zoom: 1});
      expect(file.readSync()).toEqual({zoom: 1});
      expect(await file.read()).toEqual({zoom: 1});
      expect(thisHost().readText(path)).toBeNull();
    },
  );
});

it('the log of faults notes each with its id and time, in order', async () => {
  const path = join(folder, 'logs', 'desk.log');
  const log = createBugLog(path, () => new Date('2026-11-24T10:00:00Z'));
  log('a1', new Error('first'));
  log('b2', 'second');
  await expect
    .poll(() => readFile(path, 'utf8').catch(() => ''))
    .toMatch(/^2026-11-24T10:00:00.000Z a1 Error: first\n[^]*Z b2 second\n$/);
});
