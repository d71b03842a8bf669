import {readFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import type {ExecutorKind} from '../../shared/engine';
import {DEFAULT_SETTINGS, type Settings} from '../../shared/settings';

/** Where the window keeps the user's settings (Electron's `userData` of this application). */
export function settingsFileOf(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  const name = 'Study Desk';
  if (platform === 'win32')
    return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), name, 'settings.json');
  if (platform === 'darwin')
    return join(home, 'Library', 'Application Support', name, 'settings.json');
  return join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), name, 'settings.json');
}

/**
 * The settings the command line works with: how a run is carried out is said by its options, what
 * is kept on the disk and what jobs are told of this computer by the user's choice in the window.
 */
export function commandLineSettings(executor: ExecutorKind): Settings {
  return {
    ...DEFAULT_SETTINGS,
    ...savedSettings(readSaved(settingsFileOf(process.platform, process.env, homedir()))),
    executor,
  };
}

type SavedSettings = Pick<
  Settings,
  'engine' | 'cacheOutputs' | 'cacheLimitBytes' | 'logLimitBytes' | 'passedVariables'
>;

/** The settings that the command line takes from the window's, each taken only if it is what it should be. */
export function savedSettings(saved: unknown): Partial<SavedSettings> {
  if (typeof saved !== 'object' || saved === null) return {};
  const {engine, cacheOutputs, cacheLimitBytes, logLimitBytes, passedVariables} = {
    engine: undefined,
    cacheOutputs: undefined,
    cacheLimitBytes: undefined,
    logLimitBytes: undefined,
    passedVariables: undefined,
    ...(saved as Readonly<Record<string, unknown>>), // every value is checked below
  };
  return {
    ...(typeof engine === 'string' && engine !== '' ? {engine} : {}),
    ...(typeof cacheOutputs === 'boolean' ? {cacheOutputs} : {}),
    ...(isAmount(cacheLimitBytes) ? {cacheLimitBytes} : {}),
    ...(isAmount(logLimitBytes) ? {logLimitBytes} : {}),
    ...(isNames(passedVariables) ? {passedVariables} : {}),
  };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function readSaved(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
