import {
  SETTING_KEYS,
  SETTINGS,
  settingWords,
  variablesOf,
  type ResolvedSettings,
  type SettingKey,
} from '../../shared/settings';

/** Settings that say how a run is carried out. */
const OF_RUNS: readonly SettingKey[] = SETTING_KEYS.filter(
  (key) => SETTINGS[key].group === 'Runs' && key !== 'tellWhenAway',
);

/** Which settings of a run were chosen elsewhere than on the command line, in a sentence; null where none were. */
export function describeRunSettings(resolved: ResolvedSettings): string | null {
  const changed = OF_RUNS.flatMap((key) => {
    const source = resolved.sources[key];
    if (source === 'default' || source === 'command-line') return [];
    return [
      `${SETTINGS[key].label}: ${settingWords(key, resolved.values[key])} (${sourceWords(key, resolved)})`,
    ];
  });
  return changed.length === 0 ? null : `As chosen in the settings: ${changed.join('; ')}.`;
}

/** Where a setting's value comes from, in words. */
export function sourceWords(key: SettingKey, {sources}: ResolvedSettings): string {
  const source = sources[key];
  return {
    default: 'by default',
    user: 'yours',
    study: 'this study’s',
    environment: variablesOf(key).join(' or '),
    'command-line': 'command line',
  }[source];
}
