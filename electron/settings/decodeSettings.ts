import * as z from 'zod';
import {settingSchemas} from '../../shared/contract/schemas';
import {
  readSetting,
  SETTING_KEYS,
  SETTINGS,
  variablesOf,
  type SomeSettings,
} from '../../shared/settings';

/** Settings as they were found, with what of them could not be understood. */
export interface FoundSettings {
  readonly settings: SomeSettings;
  /** A sentence for each value that is not what it should be; the others hold. */
  readonly faults: readonly string[];
}

/** The settings of a file, with what else it holds: a newer Study Desk may have written that. */
export interface StoredSettings extends FoundSettings {
  readonly others: Readonly<Record<string, unknown>>;
}

/** Each setting of a file is decoded by itself: one that is damaged is reported, and the others stay. */
export function decodeSettings(value: unknown): StoredSettings {
  const stored = z.record(z.string(), z.unknown()).safeParse(value);
  if (!stored.success) return {settings: {}, faults: ['It holds no settings.'], others: {}};
  const settings: Record<string, unknown> = {};
  const faults: string[] = [];
  const others = {...stored.data};
  for (const key of SETTING_KEYS) {
    if (!Object.hasOwn(stored.data, key)) continue;
    delete others[key];
    const decoded = settingSchemas[key].safeParse(stored.data[key]);
    if (decoded.success) settings[key] = decoded.data;
    else faults.push(faultOf(key, stored.data[key], SETTINGS[key].expects));
  }
  return {settings, faults, others};
}

/** What the environment says of settings, a variable for each (`STUDY_DESK_MEMORY=8G`); an empty one says nothing. */
export function environmentSettings(
  env: Readonly<Record<string, string | undefined>>,
): FoundSettings {
  let settings: SomeSettings = {};
  const faults: string[] = [];
  for (const key of SETTING_KEYS) {
    const variable = variablesOf(key).find((name) => (env[name] ?? '') !== '');
    const text = variable === undefined ? undefined : env[variable];
    if (variable === undefined || text === undefined) continue;
    const read = readSetting(key, text);
    if (read.ok) settings = {...settings, ...read.setting};
    else faults.push(faultOf(variable, text, read.expects));
  }
  return {settings, faults};
}

function faultOf(name: string, value: unknown, expects: string): string {
  const shown = JSON.stringify(value) ?? String(value);
  return `${name} is ${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown}, which is not: ${expects}.`;
}
