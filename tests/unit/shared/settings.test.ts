import {describe, expect, it} from 'vitest';
import {someSettings} from '../../../shared/contract/schemas';
import {
  changedSettings,
  DEFAULT_SETTINGS,
  readSetting,
  resolveSettings,
  SETTING_KEYS,
  SETTINGS,
  settingText,
  variableOf,
  type SettingKey,
  type SomeSettings,
} from '../../../shared/settings';

describe('which setting holds', () => {
  const layers = {
    user: {concurrency: 3, cpus: 3, memoryBytes: 3, theme: 'dark'},
    study: {concurrency: 4, cpus: 4, theme: 'light', executor: 'process'},
    environment: {concurrency: 5},
    'command-line': {continueOnError: true},
  } as const;

  it('is the one of command line, environment, study, user, default, in that order', () => {
    const {values, sources} = resolveSettings(layers);
    expect(values).toEqual({
      ...DEFAULT_SETTINGS,
      concurrency: 5,
      cpus: 4,
      memoryBytes: 3,
      theme: 'dark',
      continueOnError: true,
    });
    expect(sources).toMatchObject({
      concurrency: 'environment',
      cpus: 'study',
      memoryBytes: 'user',
      continueOnError: 'command-line',
      logLimitBytes: 'default',
    });
  });

  it('is never a study’s where that would reach more of the computer', () => {
    const {values, sources} = resolveSettings(layers);
    expect([values.executor, sources.executor]).toEqual(['docker', 'default']);
    const reaching: readonly SettingKey[] = [
      ...(['executor', 'passedVariables', 'editorCommand', 'registry', 'proxy'] as const),
    ];
    expect(reaching.filter((key) => SETTINGS[key].perStudy)).toEqual([]);
  });
});

describe('a setting as text', () => {
  const values: readonly SomeSettings[] = [
    ...SETTING_KEYS.map((key) => ({[key]: DEFAULT_SETTINGS[key]})),
    {memoryBytes: 4 * 1024 ** 3 + 1},
    {memoryBytes: 1.5 * 1024 ** 3},
    {logLimitBytes: 0},
    {zoom: 1.25},
    {editorCommand: 'code -g {file}:{line}'},
    {passedVariables: ['PROJ_LIB', 'TMP']},
    {cacheOutputs: false},
    {cpus: 0.5},
  ];

  it.each(values)('reads back as what it was: %j', (setting) => {
    const [key] = Object.keys(setting) as [SettingKey];
    const text = settingText(key, {...DEFAULT_SETTINGS, ...setting}[key]);
    expect(readSetting(key, text)).toEqual({ok: true, setting});
  });

  it.each([
    ['concurrency', '0'],
    ['concurrency', '65'],
    ['concurrency', '1e1'],
    ['cpus', '-1'],
    ['memoryBytes', 'lots'],
    ['zoom', '400%'],
    ['theme', 'constructor'],
    ['offline', 'maybe'],
    ['passedVariables', 'A=1'],
  ] as const)('is refused where it can’t be: %s %s', (key, text) => {
    expect(readSetting(key, text)).toEqual({ok: false, expects: SETTINGS[key].expects});
  });

  it('is one that the contract takes, whatever is typed', () => {
    for (const key of SETTING_KEYS)
      for (const text of ['', '1', '64', '0.01', '300%', '50%', 'yes', 'docker', 'dark', 'A B']) {
        const read = readSetting(key, text);
        if (read.ok)
          expect(someSettings.safeParse(read.setting).success, `${key} ${text}`).toBe(true);
      }
  });
});

describe('a registry', () => {
  it.each([
    'ghcr.io/opensafely-core',
    'localhost:5000',
    '127.0.0.1:9/none',
    'registry',
    'a.b/c/d-e_f',
  ])('can be %s', (registry) => expect(SETTINGS.registry.read(` ${registry}/ `)).toBe(registry));

  it.each(['', 'https://ghcr.io', 'a b', '/x', 'a//b', 'a:b:c', 'x@y', '-a', '$(id)'])(
    'can’t be “%s”',
    (text) => expect(SETTINGS.registry.read(text)).toBeUndefined(),
  );
});

it.each([
  ['all', null],
  ['10', 10],
  ['9', undefined],
  ['many', undefined],
])('how many runs are kept “%s” is %s', (text, limit) => {
  expect(SETTINGS.runLimit.read(text)).toBe(limit);
});

it.each([
  ['none', null],
  ['', null],
  ['http://proxy.example:3128/', 'http://proxy.example:3128'],
  ['http://[::1]:8080', 'http://[::1]:8080'],
  ['http://me:word@proxy.example:3128', undefined],
  ['https://proxy.example', undefined],
  ['socks5://proxy.example', undefined],
  ['proxy.example:3128', undefined],
])('a proxy “%s” is %s', (text, proxy) => expect(SETTINGS.proxy.read(text)).toBe(proxy));

describe('settings', () => {
  it('have a name and a variable of their own each', () => {
    expect(new Set(SETTING_KEYS.map((key) => SETTINGS[key].name)).size).toBe(SETTING_KEYS.length);
    expect(variableOf('cacheLimitBytes')).toBe('STUDY_DESK_KEPT_OUTPUTS_LIMIT');
  });

  it('that are not as by default are told apart', () => {
    expect(changedSettings({...DEFAULT_SETTINGS, passedVariables: ['A'], cpus: 1})).toEqual({
      passedVariables: ['A'],
      cpus: 1,
    });
    expect(changedSettings(DEFAULT_SETTINGS)).toEqual({});
  });
});
