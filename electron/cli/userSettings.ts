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
 * is kept on the disk by the user's choice in the window.
 */
export function commandLineSettings(executor: ExecutorKind): Settings {
  return {
    ...DEFAULT_SETTINGS,
    ...storageSettings(readSaved(settingsFileOf(process.platform, process.env, homedir()))),
    executor,
  };
}

type StorageSettings = Pick<Settings, 'cacheOutputs' | 'cacheLimitBytes' | 'logLimitBytes'>;

/** The settings on what is kept, each taken only if it is what it should be. */
export function storageSettings(saved: unknown): Partial<StorageSettings> {
  if (typeof saved !== 'object' || saved === null) return {};
  const {cacheOutputs, cacheLimitBytes, logLimitBytes} = {
    cacheOutputs: undefined,
    cacheLimitBytes: undefined,
    logLimitBytes: undefined,
    ...(saved as Readonly<Record<string, unknown>>), // every value is checked below
  };
  return {
    ...(typeof cacheOutputs === 'boolean' ? {cacheOutputs} : {}),
    ...(isAmount(cacheLimitBytes) ? {cacheLimitBytes} : {}),
    ...(isAmount(logLimitBytes) ? {logLimitBytes} : {}),
  };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function readSaved(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
