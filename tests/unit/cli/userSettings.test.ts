import {describe, expect, it} from 'vitest';
import {hasDisplay} from '../../../electron/cli/commands/open';
import {exitCodeOf} from '../../../electron/cli/exitCodes';
import {settingsFileOf, savedSettings} from '../../../electron/cli/userSettings';

describe("the window's settings, as the command line uses them", () => {
  it.each([
    ['linux', {}, '/people/jo/.config/Study Desk/settings.json'],
    ['linux', {XDG_CONFIG_HOME: '/conf'}, '/conf/Study Desk/settings.json'],
    ['darwin', {}, '/people/jo/Library/Application Support/Study Desk/settings.json'],
    ['win32', {APPDATA: '/people/jo/Roaming'}, '/people/jo/Roaming/Study Desk/settings.json'],
    ['win32', {}, '/people/jo/AppData/Roaming/Study Desk/settings.json'],
  ] as const)('lie where Electron puts them on %s', (platform, env, expected) => {
    expect(settingsFileOf(platform, env, '/people/jo').replaceAll('\\', '/')).toBe(expected);
  });

  it('keep the choice to cache nothing, and pass over what is damaged', () => {
    expect(
      savedSettings({
        cacheOutputs: false,
        cacheLimitBytes: 5,
        passedVariables: ['A'],
        theme: 'dark',
      }),
    ).toEqual({
      cacheOutputs: false,
      cacheLimitBytes: 5,
      passedVariables: ['A'],
    });
    expect(
      savedSettings({
        cacheOutputs: 'no',
        cacheLimitBytes: -1,
        logLimitBytes: null,
        passedVariables: [1],
      }),
    ).toEqual({});
    expect(savedSettings('damaged')).toEqual({});
  });
});

describe('a display', () => {
  it('is missing only on Linux without both variables', () => {
    expect(hasDisplay('linux', {})).toBe(false);
    expect(hasDisplay('linux', {DISPLAY: ''})).toBe(false);
    expect(hasDisplay('linux', {WAYLAND_DISPLAY: 'wayland-0'})).toBe(true);
    expect(hasDisplay('darwin', {})).toBe(true);
    expect(hasDisplay('win32', {})).toBe(true);
  });
});

describe('exit codes', () => {
  it.each([
    ['invalid-project', 2],
    ['invalid-request', 2],
    ['not-found', 2],
    ['no-engine', 3],
    ['cancelled', 130],
    ['image-missing', 1],
    ['study-busy', 1],
    ['bug', 1],
  ] as const)('%s ends with %i', (kind, code) => {
    expect(exitCodeOf(kind)).toBe(code);
  });
});
