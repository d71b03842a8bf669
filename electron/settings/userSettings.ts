import {mkdir} from 'node:fs/promises';
import {dirname, isAbsolute, join} from 'node:path';
import {changedSettings, DEFAULT_SETTINGS, type SomeSettings} from '../../shared/settings';
import {systemErrorCode} from '../files/fileSystemError';
import {parseJson, readRegularFileSync} from '../files/openFile';
import {decodeSettings, type StoredSettings} from './decodeSettings';
import {replaceSettings} from './replaceSettings';

/** Where the user's settings are (Electron's `userData` of this application), for window and command line. */
export function userSettingsPath(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  const name = 'Study Desk';
  if (platform === 'win32')
    return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), name, 'settings.json');
  if (platform === 'darwin')
    return join(home, 'Library', 'Application Support', name, 'settings.json');
  // by its specification what is empty or not absolute says nothing
  const named = env['XDG_CONFIG_HOME'] ?? '';
  return join(isAbsolute(named) ? named : join(home, '.config'), name, 'settings.json');
}

/** Opens the file of the user's settings; one that is missing holds none. */
export function openUserSettings(path: string) {
  const found = readSync(path);
  // a default that an older version has written is no choice
  let settings = changedSettings({...DEFAULT_SETTINGS, ...found.settings});
  let stored = found;
  let lastWrite: Promise<void> = Promise.resolve();

  async function write(changed: SomeSettings): Promise<void> {
    await mkdir(dirname(path), {recursive: true, mode: 0o700});
    stored = await replaceSettings(path, stored, changed);
  }

  return {
    current: (): SomeSettings => settings,
    /** What of the file could not be understood, in sentences that name it. */
    faults: found.faults.map((fault) => `${path}: ${fault}`),
    /** Writes follow each other; the last one wins. A file that was not understood is put aside first. */
    save(changed: SomeSettings): Promise<void> {
      settings = changed;
      const turn = lastWrite.catch(() => undefined).then(() => write(changed));
      lastWrite = turn;
      return turn;
    },
  };
}

function readSync(path: string): StoredSettings {
  try {
    const value = parseJson(readRegularFileSync(path).toString('utf8'));
    return decodeSettings(value);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return decodeSettings({});
    return {settings: {}, faults: ['It can’t be read.'], others: {}};
  }
}
