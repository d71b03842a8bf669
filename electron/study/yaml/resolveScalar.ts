import {parseDate} from './parseDate';
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

/** Most digits of a decimal integer that Python reads. */
const LONGEST_INTEGER = 4300;

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
  const bare = text.trim().replaceAll('_', '');
  const negative = bare.startsWith('-');
  const digits = /^[-+]/.test(bare) ? bare.slice(1) : bare;
  let value: bigint | null;
  if (/^0[box]/.test(digits)) value = bigintOf(digits);
  else if (yaml11 && digits.startsWith('0')) value = digits === '0' ? 0n : bigintOf(`0o${digits}`);
  else if (yaml11 && digits.includes(':')) value = sexagesimal(digits);
  else if (digits.length > LONGEST_INTEGER || !/^\d+$/.test(digits)) value = null;
  else value = BigInt(digits);
  return value !== null && negative ? -value : value;
}

function bigintOf(literal: string): bigint | null {
  try {
    return BigInt(literal);
  } catch {
    return null;
  }
}

function sexagesimal(text: string): bigint | null {
  return text
    .split(':')
    .reduce<bigint | null>(
      (value, part) => (value === null || !/^\d+$/.test(part) ? null : value * 60n + BigInt(part)),
      0n,
    );
}

function parseFloatText(text: string, yaml11: boolean): number | null {
  const bare = text.trim().replaceAll('_', '').toLowerCase();
  const sign = bare.startsWith('-') ? -1 : 1;
  const digits = /^[-+]/.test(bare) ? bare.slice(1) : bare;
  if (digits === '.inf') return sign * Infinity;
  if (digits === '.nan') return NaN;
  if (yaml11 && digits.includes(':')) {
    return sign * digits.split(':').reduce((value, part) => value * 60 + Number(part), 0);
  }
  // Python reads `1.`, `.5` and `1e5` alike; a lone dot is no number, a text without dot and exponent crashes.
  if (!/^(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/.test(digits) || !/[.e]/.test(digits)) return null;
  return sign * Number(digits);
}

function isBase64(text: string): boolean {
  const letters = text.replace(/[^A-Za-z0-9+/=]/g, '');
  const padded = /^([^=]*)(=*)/.exec(letters);
  const count = padded?.[1]?.length ?? 0;
  const padding = padded?.[2]?.length ?? 0;
  const missing = (4 - (count % 4)) % 4;
  return [...text].every((letter) => letter < '\x80') && missing < 3 && padding >= missing;
}
