import {parseMemory} from './format';

/** How a setting's value is typed and shown. */
export interface TextForm<Value> {
  /** The values there are, each with its words; null where a value is typed. */
  readonly choices: readonly (readonly [text: string, words: string])[] | null;
  /** The value that a text stands for; undefined where it stands for none. */
  readonly read: (text: string) => Value | undefined;
  readonly show: (value: Value) => string;
  /** What a text has to be, as an error says it. */
  readonly expects: string;
}

/** One of a few values, each with its words. */
export function oneOf<Value extends string>(
  choices: Readonly<Record<Value, string>>,
): TextForm<Value> {
  const all = Object.entries<string>(choices);
  const isChoice = (text: string): text is Value => Object.hasOwn(choices, text);
  return {
    choices: all,
    read: (text) => (isChoice(text.trim()) ? (text.trim() as Value) : undefined),
    show: (value) => value,
    expects: `One of ${all.map(([text]) => text).join(', ')}`,
  };
}

/** Yes or no. */
export function yesOrNo(): TextForm<boolean> {
  const meanings = new Map([
    ...(['yes', 'true', 'on', '1'] as const).map((text) => [text, true] as const),
    ...(['no', 'false', 'off', '0'] as const).map((text) => [text, false] as const),
  ] as readonly (readonly [string, boolean])[]);
  return {
    choices: [
      ['yes', 'On'],
      ['no', 'Off'],
    ],
    read: (text) => meanings.get(text.trim().toLowerCase()),
    show: (value) => (value ? 'yes' : 'no'),
    expects: 'yes or no',
  };
}

/** An amount of bytes, at least so many. */
export function amount(least: number): TextForm<number> {
  return {
    choices: null,
    read: (text) => {
      const bytes = /^\s*0\s*$/.test(text) ? 0 : parseMemory(text);
      return bytes === null || bytes < least ? undefined : bytes;
    },
    show: amountText,
    expects: 'A size, e.g. 4G or 512m',
  };
}

/** An amount exactly as it is, in the largest unit that says it shortly. */
function amountText(bytes: number): string {
  for (const [unit, factor] of [
    ['G', 1024 ** 3],
    ['M', 1024 ** 2],
    ['k', 1024],
  ] as const) {
    const text = `${bytes / factor}${unit}`;
    if (bytes >= factor && text.length <= 6) return text;
  }
  return String(bytes);
}

/** A factor, as a percentage. */
export function textSize(): TextForm<number> {
  const percent = (factor: number): string => `${Math.round(factor * 100)}%`;
  return {
    choices: [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2].map((factor) => [
      percent(factor),
      `${Math.round(factor * 100)} %`,
    ]),
    read: (text) =>
      /^\s*\d{2,3}\s*%?\s*$/.test(text)
        ? within(Number(text.replace('%', '')) / 100, 0.5, 3)
        : undefined,
    show: percent,
    expects: 'A percentage from 50 to 300, e.g. 125%',
  };
}

/** Names of variables, with spaces or commas between; undefined where one can’t be a name. */
export function readNames(text: string): readonly string[] | undefined {
  const names = text.split(/[\s,]+/).filter(Boolean);
  return names.some((name) => name.includes('=')) ? undefined : names;
}

/** The value where it lies between the two; else undefined. */
export function within(value: number, least: number, most: number): number | undefined {
  return Number.isFinite(value) && value >= least && value <= most ? value : undefined;
}

/** A registry as images are named with it, with a path in it where it has one. */
export function readRegistry(text: string): string | undefined {
  const registry = text.trim().replace(/\/+$/u, '');
  return /^[a-z\d]([\w.-]*[a-z\d])?(:\d{1,5})?(\/[a-z\d][\w.-]*)*$/iu.test(registry)
    ? registry
    : undefined;
}

/** The address of a proxy, or none; undefined for anything else. A name and password in it would be shown wherever it is. */
export function readProxy(text: string): string | null | undefined {
  const given = text.trim().replace(/\/+$/u, '');
  if (given === '' || given === 'none') return null;
  return /^http:\/\/(\[[\da-f:]+\]|[a-z\d][a-z\d.-]*)(:\d{1,5})?$/iu.test(given)
    ? given
    : undefined;
}

/** The address of a web server, without a slash at its end; undefined for anything else, and where it holds a name. */
export function readServer(text: string): string | undefined {
  const address = text.trim().replace(/\/+$/u, '');
  return /^https?:\/\/(\[[\da-f:]+\]|[a-z\d][a-z\d.-]*)(:\d{1,5})?(\/[\w./-]*)?$/iu.test(address)
    ? address
    : undefined;
}

/** Where images come from. */
export function registryAddress(): TextForm<string> {
  return {
    choices: null,
    read: readRegistry,
    show: (registry) => registry,
    expects: 'A registry and a path in it, e.g. ghcr.io/opensafely-core',
  };
}

/** A proxy, or none. */
export function proxyAddress(): TextForm<string | null> {
  return {
    choices: null,
    read: readProxy,
    show: (proxy) => proxy ?? 'none',
    expects: 'none, or http://HOST:PORT without name and password',
  };
}

/** A whole number within two others, or all. */
export function wholeOrAll(least: number, most: number): TextForm<number | null> {
  return {
    choices: null,
    read: (text) => {
      const given = text.trim();
      if (given === 'all') return null;
      return /^\d{1,9}$/.test(given) ? within(Number(given), least, most) : undefined;
    },
    show: (value) => (value === null ? 'all' : String(value)),
    expects: `all, or a whole number from ${least} to ${most}`,
  };
}
