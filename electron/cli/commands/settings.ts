import {appError, type AppError, failWith} from '../../../shared/errors';
import {ok, type Result} from '../../../shared/result';
import {
  readSetting,
  resolveSettings,
  SETTING_KEYS,
  SETTINGS,
  settingText,
  variableOf,
  withoutSetting,
  type ResolvedSettings,
  type SettingKey,
  settingWords,
  variablesOf,
} from '../../../shared/settings';
import type {Study} from '../../core/study';
import {type CommandContext, reportError} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns} from '../render';

/** The options of `settings`. */
export interface SettingsOptions {
  /** Choose for the study alone. */
  readonly study: boolean;
  /** Take the choice back. */
  readonly unset: boolean;
}

/**
 * `settings [NAME [VALUE]]`: every setting with what holds and where it comes from; with a value it is chosen, for all
 * studies or for this one.
 */
export async function settingsCommand(
  context: CommandContext,
  name: string | null,
  value: string | null,
  options: SettingsOptions,
): Promise<ExitCode> {
  const key = name === null ? null : keyOf(name);
  if (key !== null && !key.ok) return reportError(context, key.error);
  const changes = value !== null || options.unset;
  if (changes && key === null)
    return reportError(context, appError('invalid-request', 'Name the setting.', {hint: LISTED}));
  const core = await context.core();
  const opened = await core.openStudy(context.projectDir, {watch: false});
  // settings are the user's in any folder; only a study's own need one
  if (!opened.ok && options.study) return reportError(context, opened.error);
  const study = opened.ok ? opened.value : null;
  try {
    if (changes && key !== null) {
      const done = await change(context, study, key.value, value, options);
      if (!done.ok) return reportError(context, done.error);
    }
    show(context, study, key === null ? SETTING_KEYS : [key.value]);
    return EXIT.done;
  } finally {
    await study?.close();
  }
}

const LISTED = '`study-desk settings` lists them.';

function keyOf(name: string): Result<SettingKey, AppError> {
  const key = SETTING_KEYS.find((each) => SETTINGS[each].name === name);
  return key === undefined
    ? failWith('invalid-request', `There is no setting “${name}”.`, {hint: LISTED})
    : ok(key);
}

async function change(
  context: CommandContext,
  study: Study | null,
  key: SettingKey,
  value: string | null,
  options: SettingsOptions,
): Promise<Result<unknown, AppError>> {
  const chosen = context.chosen();
  const before = options.study ? (study?.settings.own().settings ?? {}) : chosen.shown().user;
  let next = withoutSetting(before, key);
  if (value !== null) {
    const read = readSetting(key, value);
    if (!read.ok)
      return failWith('invalid-request', `${SETTINGS[key].name} can’t be “${value}”.`, {
        hint: `${read.expects}.`,
      });
    next = {...next, ...read.setting};
  }
  if (options.study && study !== null) return study.settings.saveOwn({settings: next});
  try {
    await chosen.save(next);
    return ok(null);
  } catch (error) {
    return failWith('file-system', 'The settings could not be saved.', {
      why: error instanceof Error ? error.message : String(error),
    });
  }
}

function show(context: CommandContext, study: Study | null, keys: readonly SettingKey[]): void {
  const {console} = context;
  const resolved: ResolvedSettings =
    study?.settings.current() ?? resolveSettings(context.chosen().given());
  for (const fault of study?.settings.own().faults ?? []) console.warn(fault);
  for (const key of keys) {
    const {name, label, flag, byDefault, perStudy} = SETTINGS[key];
    console.json({
      name,
      value: settingText(key, resolved.values[key]),
      source: resolved.sources[key],
      default: settingText(key, byDefault),
      flag,
      variable: variableOf(key),
      perStudy,
      label,
    });
  }
  const rows = keys.map((key) => [
    SETTINGS[key].name,
    settingText(key, resolved.values[key]) || '-',
    sourceWords(key, resolved),
    SETTINGS[key].flag ?? '',
    SETTINGS[key].label,
  ]);
  for (const line of columns(rows)) console.print(line);
}

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
function sourceWords(key: SettingKey, {sources}: ResolvedSettings): string {
  const source = sources[key];
  return {
    default: 'by default',
    user: 'yours',
    study: 'this study’s',
    environment: variablesOf(key).join(' or '),
    'command-line': 'command line',
  }[source];
}
