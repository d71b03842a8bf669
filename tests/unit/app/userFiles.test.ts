import {execFileSync} from 'node:child_process';
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
    await recents.forget('/gone/asthma');
    expect(await openRecents(join(folder, 'recents.json')).list()).toHaveLength(1);
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
