import {settingsSchema} from '../../shared/contract/schemas';
import {DEFAULT_SETTINGS, type Settings} from '../../shared/settings';
import * as z from 'zod';
import {createJsonFile} from './jsonFile';

/** The user's settings: read once at start, then kept here and written on each change. */
export interface SettingsFile {
  current(): Settings;
  save(settings: Settings): Promise<void>;
}

/**
 * Each setting is decoded by itself: one that is missing (written by an older version) or damaged takes its
 * default, and the others stay.
 */
export function decodeSettings(value: unknown): Settings {
  const stored = z.record(z.string(), z.unknown()).safeParse(value);
  let settings = DEFAULT_SETTINGS;
  if (!stored.success) return settings;
  for (const key of Object.keys(DEFAULT_SETTINGS)) {
    if (!Object.hasOwn(stored.data, key)) continue;
    const attempt = settingsSchema.safeParse({...settings, [key]: stored.data[key]});
    if (attempt.success) settings = attempt.data;
  }
  return settings;
}

/** Opens the settings file. */
export function openSettingsFile(path: string): SettingsFile {
  const file = createJsonFile<unknown>(path, z.unknown(), null);
  let settings = decodeSettings(file.readSync());
  return {
    current: () => settings,
    async save(changed) {
      settings = changed;
      await file.write(changed);
    },
  };
}
