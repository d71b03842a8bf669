import {pythonFloatOfText, pythonIntOfText} from './pythonNumeral';
import type {YamlToken} from './yamlToken';
import type {YamlScalar} from './yamlValue';

type ScalarKind = YamlScalar['kind'];

/** A day in full, or a day and a time. */
const DATE =
  /^(?=.{10}$|.*:)(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)?$/;

/** The patterns of YAML 1.2 as ruyaml has them, in the order in which they are tried. */
const PATTERNS: readonly (readonly [ScalarKind, RegExp])[] = [
  ['boolean', /^(?:true|True|TRUE|false|False|FALSE)$/],
  [
    'float',
    /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]?\d+)?|[-+]?\d[\d_]*[eE][-+]?\d+|[-+]?\.[\d_]+(?:[eE][-+]\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  ],
  ['integer', /^(?!_)[-+]?(?:0b[01_]+|0o?[0-7_]+|[\d_]+|0x[\da-fA-F_]+)$/],
  ['null', /^(?:~|null|Null|NULL)?$/],
  ['date', DATE],
];

/** First characters that leave only text, so that most scalars are decided at once. */
const UNDECIDED = /^[-+.\d~nNtTfF]|^$/;

/** What an unquoted scalar is. */
export function resolveScalar(text: string): ScalarKind {
  if (!UNDECIDED.test(text)) return 'text';
  const [kind] = PATTERNS.find(([, pattern]) => pattern.test(text)) ?? [];
  return kind ?? 'text';
}

/** The value of a scalar of a kind; null where the reference fails on it. */
export function constructScalar(
  kind: ScalarKind,
  {text, style, from, to}: YamlToken,
): YamlScalar | null {
  switch (kind) {
    case 'text':
      return {kind, text, plain: style === 'plain', from, to};
    case 'null':
      return {kind, from, to};
    case 'boolean':
      return {kind, value: text.toLowerCase() === 'true', from, to};
    case 'integer': {
      const value = parseInteger(text.replaceAll('_', ''));
      return value === null ? null : {kind, value, from, to};
    }
    case 'float': {
      const value = parseFloatText(text.replaceAll('_', '').toLowerCase());
      return value === null ? null : {kind, value, from, to};
    }
    case 'date':
      return isPossibleDate(text) ? {kind, text, from, to} : null;
  }
}

function parseInteger(text: string): bigint | null {
  const digits = text.replace(/^[-+]/, '');
  const isBased = /^0[box]/.test(digits);
  const value = isBased ? (digits.length > 2 ? BigInt(digits) : null) : pythonIntOfText(digits);
  return value !== null && text.startsWith('-') ? -value : value;
}

function parseFloatText(text: string): number | null {
  if (text === '.nan') return NaN;
  const digits = text.replace(/^[-+]/, '');
  const value = digits === '.inf' ? Infinity : pythonFloatOfText(digits);
  return value !== null && text.startsWith('-') ? -value : value;
}

/** Python knows the days of each month, and no 24 o'clock. */
function isPossibleDate(text: string): boolean {
  const [, year, month, day, ...time] = (DATE.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined || year < 1) return false;
  const [hour = 0, minute = 0, second = 0] = time;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  // a time that is not given is NaN
  return isDay && !(hour > 23 || minute > 59 || second > 59);
}
