import {mkdtemp, readdir, readFile, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {openUserSettings, userSettingsPath} from '../../../electron/settings/userSettings';
import {DEFAULT_SETTINGS} from '../../../shared/settings';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'user-settings-'));
  path = join(folder, 'settings.json');
});

const onDisk = async (): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

describe("the user's settings", () => {
  it.each([
    ['linux', {}, '/people/jo/.config/Study Desk/settings.json'],
    ['linux', {XDG_CONFIG_HOME: '/conf'}, '/conf/Study Desk/settings.json'],
    ['linux', {XDG_CONFIG_HOME: ''}, '/people/jo/.config/Study Desk/settings.json'],
    ['darwin', {}, '/people/jo/Library/Application Support/Study Desk/settings.json'],
    ['win32', {APPDATA: '/people/jo/Roaming'}, '/people/jo/Roaming/Study Desk/settings.json'],
    ['win32', {}, '/people/jo/AppData/Roaming/Study Desk/settings.json'],
  ] as const)('lie where Electron keeps files on %s', (platform, env, expected) => {
    expect(userSettingsPath(platform, env, '/people/jo').replaceAll('\\', '/')).toBe(expected);
  });

  it('are none before the first, without a word', () => {
    const settings = openUserSettings(path);
    expect([settings.current(), settings.faults]).toEqual([{}, []]);
  });

  it('are there after a restart', async () => {
    const deep = join(folder, 'new', 'settings.json');
    await openUserSettings(deep).save({theme: 'dark', cpus: 1.5});
    expect(openUserSettings(deep).current()).toEqual({theme: 'dark', cpus: 1.5});
  });

  it('take the defaults that an older version has written for no choice', async () => {
    await writeFile(path, JSON.stringify({...DEFAULT_SETTINGS, cpus: 3}));
    expect(openUserSettings(path).current()).toEqual({cpus: 3});
  });

  it('keep what a newer version has written', async () => {
    await writeFile(path, JSON.stringify({newer: true, cpus: 3}));
    await openUserSettings(path).save({concurrency: 4});
    expect(await onDisk()).toEqual({newer: true, concurrency: 4});
  });

  it.each([
    ['no JSON', '{"theme": "da'],
    ['a value that is none', '{"theme": "green", "cpus": 3}'],
  ])('tell of a file with %s, and put it aside before another is written', async (_, text) => {
    await writeFile(path, text);
    const settings = openUserSettings(path);
    expect(settings.faults).toHaveLength(1);
    expect(settings.faults[0]).toContain(path);
    expect(await readFile(path, 'utf8')).toBe(text);
    await settings.save({concurrency: 4});
    await settings.save({concurrency: 5});
    expect((await readdir(folder)).sort()).toEqual(['settings.json', 'settings.json.damaged']);
    expect(await readFile(`${path}.damaged`, 'utf8')).toBe(text);
    expect(await onDisk()).toMatchObject({concurrency: 5});
  });

  it('are whole however fast they change', async () => {
    const settings = openUserSettings(path);
    const changes = Array.from({length: 30}, (_, index) => settings.save({concurrency: index + 1}));
    await Promise.all(changes);
    expect(await onDisk()).toEqual({concurrency: 30});
  });
});
