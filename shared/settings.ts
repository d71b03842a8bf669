import {DEFAULT_CONCURRENCY, DEFAULT_LIMITS, type ExecutorKind} from './engine';
import {DEFAULT_REGISTRY} from './images';
import {
  amount,
  oneOf,
  readNames,
  readServer,
  proxyAddress,
  registryAddress,
  textSize,
  wholeOrAll,
  within,
  yesOrNo,
  type TextForm,
} from './settingTexts';

/** How Study Desk works, every setting with its value. */
export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  /** Text size as a factor, 1 = 100 %. */
  readonly zoom: number;
  /** Command that opens a file in the user's editor, with {file} and {line}; null for the system's default. */
  readonly editorCommand: string | null;
  readonly executor: ExecutorKind;
  /** The container engine, by its name; null for the one that is found. */
  readonly engine: string | null;
  /** Names of environment variables that jobs without a container are given besides the usual ones. */
  readonly passedVariables: readonly string[];
  readonly concurrency: number;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly continueOnError: boolean;
  readonly letRunningFinish: boolean;
  /** Seconds that a definition in ehrQL may take to be looked at, tried or tested. */
  readonly definitionSeconds: number;
  /** Where images come from: a registry, with a path in it. */
  readonly registry: string;
  /** `http://host:port` through which Study Desk itself asks what is not on this computer; null for none. */
  readonly proxy: string | null;
  /** The address of the server that codelists come from, without a slash at its end. */
  readonly codelistServer: string;
  /** It is asked once a day, when the codelists are looked at in the window. */
  readonly checkCodelists: boolean;
  /** Once a day, the feed of newer versions is asked whether there is one. */
  readonly checkUpdates: boolean;
  /** Nothing is downloaded: neither images nor reusable actions. */
  readonly offline: boolean;
  /** Notify through the system when a run has ended whose window is in the background. */
  readonly tellWhenAway: boolean;
  /** Keep earlier outputs in a local cache, so that they can be restored. */
  readonly cacheOutputs: boolean;
  /** Bytes the cache of earlier outputs may take. */
  readonly cacheLimitBytes: number;
  /** Bytes that kept logs may take in a study. */
  readonly logLimitBytes: number;
  /** So many runs are kept in a study, with their logs; null for all. */
  readonly runLimit: number | null;
}

/** Limits of one action in one study, in place of the general ones; null leaves the general one. */
export interface ActionOverride {
  readonly memoryBytes: number | null;
  readonly cpus: number | null;
  readonly timeoutSeconds: number | null;
}

export type SettingKey = keyof Settings;
export type SettingGroup = 'Appearance' | 'Runs' | 'Storage';

/** One setting: what people call it, what it starts as, and its value as text. */
export interface Setting<Value> extends TextForm<Value> {
  /** On the command line; in capitals after STUDY_DESK_ the variable of the environment. */
  readonly name: string;
  readonly label: string;
  readonly hint: string | null;
  readonly group: SettingGroup;
  readonly byDefault: Value;
  /**
   * A study may have its own. What would let a study reach more of this computer (programs of its own instead
   * of containers, variables, a command, code from elsewhere) is its user's alone: a study's folder may come from somebody
   * else.
   */
  readonly perStudy: boolean;
  /** The option of `study-desk run` that says the same. */
  readonly flag: string | null;
  /** Another variable of the environment that is heard where its own is not set. */
  readonly otherVariable?: string;
}

/** Every setting there is, in the order in which they are shown. */
export const SETTINGS: {readonly [Key in SettingKey]: Setting<Settings[Key]>} = {
  theme: {
    ...oneOf({system: 'Match system', light: 'Light', dark: 'Dark'}),
    name: 'theme',
    label: 'Theme',
    hint: null,
    group: 'Appearance',
    byDefault: 'system',
    perStudy: false,
    flag: null,
  },
  zoom: {
    ...textSize(),
    name: 'text-size',
    label: 'Text size',
    hint: null,
    group: 'Appearance',
    byDefault: 1,
    perStudy: false,
    flag: null,
  },
  editorCommand: {
    choices: null,
    read: (text) => (text.trim() === '' ? null : text.trim()),
    show: (value) => value ?? '',
    expects: 'A command',
    name: 'editor',
    label: 'Editor command',
    group: 'Appearance',
    hint: 'With {file} and {line}, e.g. code -g {file}:{line}. Empty: the system’s default',
    byDefault: null,
    perStudy: false,
    flag: null,
  },
  executor: {
    ...oneOf({
      docker: 'Docker, as on the server',
      process: 'This computer’s own Python and R',
    }),
    name: 'executor',
    label: 'Run jobs with',
    hint: null,
    group: 'Runs',
    byDefault: 'docker',
    perStudy: false,
    flag: '--executor',
  },
  engine: {
    choices: null,
    read: (text) => (['', 'any'].includes(text.trim()) ? null : text.trim()),
    show: (value) => value ?? 'any',
    expects: 'The name of a container engine',
    name: 'engine',
    label: 'Container engine',
    hint: 'A name listed under Container engines, or any to choose automatically',
    group: 'Runs',
    byDefault: null,
    perStudy: true,
    flag: '--engine',
  },
  passedVariables: {
    choices: null,
    read: readNames,
    show: (names) => names.join(' '),
    expects: 'Names of variables, separated by spaces',
    name: 'passed-variables',
    label: 'Extra environment variables',
    hint: 'Names, e.g. PROJ_LIB, for jobs without a container. PATH, HOME, language and package folders are always passed',
    group: 'Runs',
    byDefault: [],
    perStudy: false,
    flag: null,
  },
  concurrency: {
    choices: null,
    read: (text) => (/^\d{1,2}$/.test(text.trim()) ? within(Number(text), 1, 64) : undefined),
    show: String,
    expects: 'A whole number from 1 to 64',
    name: 'concurrency',
    label: 'Jobs at a time',
    hint: null,
    group: 'Runs',
    byDefault: DEFAULT_CONCURRENCY,
    perStudy: true,
    flag: '--concurrency',
  },
  memoryBytes: {
    ...amount(1),
    name: 'memory',
    label: 'Memory for a job',
    group: 'Runs',
    hint: 'As for docker run, e.g. 4G or 512m',
    byDefault: DEFAULT_LIMITS.memoryBytes,
    perStudy: true,
    flag: '--memory',
  },
  cpus: {
    choices: null,
    read: (text) => (/^\s*\d*\.?\d+\s*$/.test(text) ? within(Number(text), 0.01, 4096) : undefined),
    show: String,
    expects: 'A number above 0, e.g. 2 or 1.5',
    name: 'cpus',
    label: 'Processors for a job',
    hint: null,
    group: 'Runs',
    byDefault: DEFAULT_LIMITS.cpus,
    perStudy: true,
    flag: '--cpus',
  },
  continueOnError: {
    ...yesOrNo(),
    name: 'continue-on-error',
    label: 'Keep going after a failure',
    group: 'Runs',
    hint: 'If off, a run stops at its first failure',
    byDefault: false,
    perStudy: true,
    flag: '--continue-on-error',
  },
  letRunningFinish: {
    ...yesOrNo(),
    name: 'let-running-finish',
    group: 'Runs',
    hint: null,
    label: 'Let running jobs finish when a run stops at a failure',
    byDefault: false,
    perStudy: true,
    flag: null,
  },
  definitionSeconds: {
    choices: null,
    read: (text) => (/^\d{1,4}$/.test(text.trim()) ? within(Number(text), 1, 3600) : undefined),
    show: String,
    expects: 'A whole number of seconds from 1 to 3600',
    name: 'definition-time',
    label: 'Seconds to try a definition',
    hint: 'Longer, and it is stopped: trying, testing and describing a definition in ehrQL',
    group: 'Runs',
    byDefault: 60,
    perStudy: true,
    flag: '--definition-time',
  },
  registry: {
    ...registryAddress(),
    name: 'registry',
    label: 'Images come from',
    hint: 'A registry, or a mirror of it. The engine downloads images through its own proxy',
    group: 'Runs',
    byDefault: DEFAULT_REGISTRY,
    perStudy: false,
    flag: null,
    otherVariable: 'DOCKER_REGISTRY',
  },
  proxy: {
    ...proxyAddress(),
    name: 'proxy',
    label: 'Proxy',
    hint: 'Used for reusable actions and image checks. Images come through the engine’s own proxy',
    group: 'Runs',
    byDefault: null,
    perStudy: false,
    flag: null,
  },
  codelistServer: {
    choices: null,
    read: readServer,
    show: (address) => address,
    expects: 'An address such as https://www.opencodelists.org',
    name: 'codelist-server',
    label: 'Codelists come from',
    hint: 'It is only asked when you add, update or check codelists',
    group: 'Runs',
    byDefault: 'https://www.opencodelists.org',
    perStudy: false,
    flag: null,
    otherVariable: 'OPENCODELISTS_BASE_URL',
  },
  checkCodelists: {
    ...yesOrNo(),
    name: 'check-codelists',
    label: 'Check codelists once a day',
    hint: 'When you open Codelists. Otherwise that server is only asked when you press a button there',
    group: 'Runs',
    byDefault: false,
    perStudy: true,
    flag: null,
  },
  checkUpdates: {
    ...yesOrNo(),
    name: 'check-updates',
    label: 'Look for a newer Study Desk once a day',
    hint: 'Nothing is downloaded before you say so. Otherwise it is only looked for in Help',
    group: 'Runs',
    byDefault: false,
    perStudy: false,
    flag: null,
  },
  offline: {
    ...yesOrNo(),
    name: 'offline',
    label: 'Work offline',
    group: 'Runs',
    hint: 'Nothing is downloaded; before a run you are warned if an image is missing',
    byDefault: false,
    perStudy: true,
    flag: '--no-pull',
  },
  tellWhenAway: {
    ...yesOrNo(),
    name: 'notifications',
    group: 'Runs',
    label: 'Notify me when a run finishes in the background',
    hint: 'One system notification for each run, with the study’s name and how many actions succeeded',
    byDefault: true,
    perStudy: false,
    flag: null,
  },
  cacheOutputs: {
    ...yesOrNo(),
    name: 'keep-outputs',
    group: 'Storage',
    label: 'Keep earlier outputs so they can be restored',
    hint: 'They can be sensitive: they stay in the study folder, readable only by you',
    byDefault: true,
    perStudy: true,
    flag: null,
  },
  cacheLimitBytes: {
    ...amount(0),
    name: 'kept-outputs-limit',
    hint: null,
    group: 'Storage',
    label: 'Space for earlier outputs',
    byDefault: 2 * 1024 ** 3,
    perStudy: true,
    flag: null,
  },
  logLimitBytes: {
    ...amount(0),
    name: 'logs-limit',
    hint: null,
    group: 'Storage',
    label: 'Space for logs of a study',
    byDefault: 200 * 1024 ** 2,
    perStudy: true,
    flag: null,
  },
  runLimit: {
    ...wholeOrAll(10, 100_000),
    name: 'runs-limit',
    label: 'Runs to keep',
    hint: 'With their logs. The oldest are removed first, but never one that shows an action’s latest state',
    group: 'Storage',
    byDefault: null,
    perStudy: true,
    flag: null,
  },
};

/** The names of all settings, in their order. */
export const SETTING_KEYS = Object.keys(SETTINGS) as readonly SettingKey[]; // the keys of that very type

/** What a person starts with: as `opensafely run` works. */
export const DEFAULT_SETTINGS: Settings = settingsOf((key) => SETTINGS[key].byDefault);

/** Where a value can come from, the weakest first. */
export const SETTING_SOURCES = ['default', 'user', 'study', 'environment', 'command-line'] as const;
export type SettingSource = (typeof SETTING_SOURCES)[number];

/** Some of the settings. */
export type SomeSettings = Partial<Settings>;

/** What was chosen for one study. */
export interface OwnSettings {
  readonly settings: SomeSettings;
  /** What of the study's file could not be understood. */
  readonly faults: readonly string[];
}

/** What was chosen at each place; what a place does not name it leaves to those before it. */
export type SettingLayers = Readonly<Record<Exclude<SettingSource, 'default'>, SomeSettings>>;

/** What was chosen for all studies: by the user, the environment, the command line. */
export type GivenSettings = Partial<Omit<SettingLayers, 'study'>>;

/** The settings that hold, each with where its value comes from. */
export interface ResolvedSettings {
  readonly values: Settings;
  readonly sources: Readonly<Record<SettingKey, SettingSource>>;
}

/**
 * Command line, environment, study, user, default: the first of them that names a setting decides. Of a study
 * only what a study may have its own of is heard.
 */
export function resolveSettings(layers: Partial<SettingLayers>): ResolvedSettings {
  const from = <Key extends SettingKey>(key: Key): readonly [SettingSource, Settings[Key]] => {
    for (const source of ['command-line', 'environment', 'study', 'user'] as const) {
      if (source === 'study' && !SETTINGS[key].perStudy) continue;
      const value = layers[source]?.[key];
      if (value !== undefined) return [source, value];
    }
    return ['default', SETTINGS[key].byDefault];
  };
  const sources = SETTING_KEYS.map((key) => [key, from(key)[0]] as const);
  return {
    values: settingsOf((key) => from(key)[1]),
    sources: Object.fromEntries(sources) as ResolvedSettings['sources'], // of every key
  };
}

/** The same settings without one: the choice of it is taken back. */
export function withoutSetting(settings: SomeSettings, key: SettingKey): SomeSettings {
  return Object.fromEntries(Object.entries(settings).filter(([each]) => each !== key));
}

/** Those settings that are not as they are by default. */
export function changedSettings(settings: Settings): SomeSettings {
  const changed = SETTING_KEYS.filter(
    (key) => JSON.stringify(settings[key]) !== JSON.stringify(SETTINGS[key].byDefault),
  );
  return Object.fromEntries(changed.map((key) => [key, settings[key]]));
}

/** The variable of the environment that says a setting. */
export function variableOf(key: SettingKey): string {
  return `STUDY_DESK_${SETTINGS[key].name.replaceAll('-', '_').toUpperCase()}`;
}

/** The variables that say a setting, the one that decides first. */
export function variablesOf(key: SettingKey): readonly string[] {
  const {otherVariable} = SETTINGS[key];
  return [variableOf(key), ...(otherVariable === undefined ? [] : [otherVariable])];
}

/** One setting as it is asked for by text; an error says what the text has to be. */
export function readSetting(
  key: SettingKey,
  text: string,
):
  | {readonly ok: true; readonly setting: SomeSettings}
  | {readonly ok: false; readonly expects: string} {
  const {read, expects} = SETTINGS[key];
  const value = read(text);
  return value === undefined ? {ok: false, expects} : {ok: true, setting: {[key]: value}};
}

/** A setting's value as a person would type it. */
export function settingText<Key extends SettingKey>(key: Key, value: Settings[Key]): string {
  return SETTINGS[key].show(value);
}

/** A setting's value in words. */
export function settingWords<Key extends SettingKey>(key: Key, value: Settings[Key]): string {
  const text = settingText(key, value);
  return SETTINGS[key].choices?.find(([choice]) => choice === text)?.[1] ?? text;
}

function settingsOf(value: <Key extends SettingKey>(key: Key) => Settings[Key]): Settings {
  return Object.fromEntries(SETTING_KEYS.map((key) => [key, value(key)])) as unknown as Settings; // of every key
}
