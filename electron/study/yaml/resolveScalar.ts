import {parseDate} from './parseDate';
import {pythonFloatOfText, pythonIntOfText} from './pythonNumeral';
import type {YamlToken} from './yamlToken';
import type {YamlScalar} from './yamlValue';

/** The tags with a meaning of their own, by their short names. */
export type ScalarTag =
  | 'text'
  | 'null'
  | 'boolean'
  | 'integer'
  | 'float'
  | 'date'
  | 'binary'
  | 'merge'
  | 'value'
  | 'unknown';

interface Resolver {
  readonly tag: ScalarTag;
  readonly pattern: RegExp;
}

const NULL: Resolver = {tag: 'null', pattern: /^(?:~|null|Null|NULL)?$/};
const MERGE: Resolver = {tag: 'merge', pattern: /^<<$/};
const VALUE: Resolver = {tag: 'value', pattern: /^=$/};
const DATE: Resolver = {
  tag: 'date',
  pattern:
    /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/,
};

/** In the order in which they are tried. */
const YAML_1_2: readonly Resolver[] = [
  {tag: 'boolean', pattern: /^(?:true|True|TRUE|false|False|FALSE)$/},
  {
    tag: 'float',
    pattern:
      /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]?\d+)?|[-+]?\d[\d_]*[eE][-+]?\d+|[-+]?\.[\d_]+(?:[eE][-+]\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  },
  {tag: 'integer', pattern: /^[-+]?(?:0b[01_]+|0o?[0-7_]+|[\d_]+|0x[\da-fA-F_]+)$/},
  MERGE,
  NULL,
  DATE,
  VALUE,
];
const YAML_1_1: readonly Resolver[] = [
  {
    tag: 'boolean',
    pattern:
      /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  },
  {
    tag: 'float',
    pattern:
      /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]?\d+)?|[-+]?\d[\d_]*[eE][-+]?\d+|\.[\d_]+(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  },
  {
    tag: 'integer',
    pattern: /^[-+]?(?:0b[01_]+|0?[0-7_]+|0|[1-9][\d_]*|0x[\da-fA-F_]+|[1-9][\d_]*(?::[0-5]?\d)+)$/,
  },
  MERGE,
  NULL,
  DATE,
  VALUE,
];

/** First characters that leave only text, so that most scalars are decided at once. */
const UNDECIDED_1_2 = /^[-+.\d~nNtTfF<=]|^$/;

/** The tag of an unquoted scalar; null where the version of a %YAML line has no rules. */
export function resolveScalar(text: string, version: readonly [number, number]): ScalarTag | null {
  if (version[0] !== 1 || (version[1] !== 1 && version[1] !== 2)) return null;
  if (version[1] === 2 && !UNDECIDED_1_2.test(text)) return 'text';
  // The reference's patterns end before a last line break too.
  const line = text.endsWith('\n') ? text.slice(0, -1) : text;
  if (line === '' && text !== '') return 'text';
  for (const {tag, pattern} of version[1] === 2 ? YAML_1_2 : YAML_1_1) {
    if (pattern.test(line) && startsAs(tag, line)) return tag;
  }
  return 'text';
}

/** The reference only tries a tag on the first characters it lists for it; underscores are in no list. */
function startsAs(tag: ScalarTag, text: string): boolean {
  return tag !== 'integer' || !text.startsWith('_');
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  yes: true,
  no: false,
  y: true,
  n: false,
  true: true,
  false: false,
  on: true,
  off: false,
};

/**
 * The value of a scalar under a tag; null where the reference fails on it. Each is built whole:
 * copying one into another was the slowest step of reading a study.
 */
export function constructScalar(
  tag: ScalarTag,
  {text, from, to}: YamlToken,
  yaml11: boolean,
  plain: boolean,
  anchored: boolean,
): YamlScalar | null {
  switch (tag) {
    case 'text':
      return {kind: 'text', text, plain, from, to};
    case 'null':
      return {kind: 'null', from, to};
    case 'boolean': {
      const value = BOOLEANS[text.toLowerCase()];
      return value === undefined ? null : {kind: 'boolean', value, anchored, from, to};
    }
    case 'integer': {
      const value = parseInteger(text, yaml11);
      return value === null ? null : {kind: 'integer', value, from, to};
    }
    case 'float': {
      const value = parseFloatText(text, yaml11);
      return value === null ? null : {kind: 'float', value, from, to};
    }
    case 'date': {
      const date = parseDate(text);
      return date === null ? null : {kind: 'date', text: date, from, to};
    }
    case 'binary':
      return isBase64(text)
        ? {kind: 'binary', text: text.replace(/[^A-Za-z0-9+/]/g, ''), from, to}
        : null;
    case 'merge':
    case 'value':
    case 'unknown':
      return {kind: 'tagged', text, from, to};
  }
}

function parseInteger(text: string, yaml11: boolean): bigint | null {
  const {negative, digits} = signed(text.replaceAll('_', ''));
  let value: bigint | null;
  if (digits.startsWith('0b')) value = pythonIntOfText(digits.slice(2), 2);
  else if (digits.startsWith('0x')) value = pythonIntOfText(digits.slice(2), 16);
  else if (digits.startsWith('0o')) value = pythonIntOfText(digits.slice(2), 8);
  else if (yaml11 && digits.startsWith('0')) value = pythonIntOfText(digits, 8);
  else if (yaml11 && digits.includes(':')) {
    const parts = digits.split(':').map((part) => pythonIntOfText(part));
    value = sexagesimal(parts, (sum, part) => sum * 60n + part, 0n);
  } else value = pythonIntOfText(digits);
  return value !== null && negative ? -value : value;
}

function parseFloatText(text: string, yaml11: boolean): number | null {
  const {negative, digits} = signed(text.replaceAll('_', '').toLowerCase());
  let value: number | null;
  if (digits === '.inf') value = Infinity;
  else if (digits === '.nan') value = NaN;
  else if (yaml11 && digits.includes(':')) {
    const parts = digits.split(':').map((part) => pythonFloatOfText(part));
    value = sexagesimal(parts, (sum, part) => sum * 60 + part, 0);
  } else {
    // Without dot and exponent ruyaml crashes, so there `inf` and `nan` are no numbers either.
    value = /[.e]/.test(digits) ? pythonFloatOfText(digits) : null;
  }
  return value !== null && negative ? -value : value;
}

/** ruyaml takes one sign off before it asks Python, which may read another. */
function signed(text: string): {readonly negative: boolean; readonly digits: string} {
  return {negative: text.startsWith('-'), digits: /^[-+]/.test(text) ? text.slice(1) : text};
}

function sexagesimal<T>(
  parts: readonly (T | null)[],
  add: (sum: T, part: T) => T,
  zero: T,
): T | null {
  return parts.reduce<T | null>(
    (sum, part) => (sum === null || part === null ? null : add(sum, part)),
    zero,
  );
}

function isBase64(text: string): boolean {
  const letters = text.replace(/[^A-Za-z0-9+/=]/g, '');
  const padded = /^([^=]*)(=*)/.exec(letters);
  const count = padded?.[1]?.length ?? 0;
  const padding = padded?.[2]?.length ?? 0;
  const missing = (4 - (count % 4)) % 4;
  return [...text].every((letter) => letter < '\x80') && missing < 3 && padding >= missing;
}
