/**
 * Character classes of the YAML reader, on UTF-16 code units. NUL stands for the end of the text:
 * it can't occur inside, as control characters are refused before scanning.
 */
export const NUL = 0;
export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const NEL = 0x85;
const LINE_SEPARATOR = 0x2028;
const PARAGRAPH_SEPARATOR = 0x2029;
export const BYTE_ORDER_MARK = 0xfeff;

/** The code unit of an ASCII character, for readable comparisons. */
export function code(character: string): number {
  return character.charCodeAt(0);
}

/** A table of the code units below 128 that occur in `characters`. */
function asciiSet(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

function inSet(table: Uint8Array, unit: number): boolean {
  return unit < 128 && table[unit] === 1;
}

/** Line feed, carriage return, NEL and the two Unicode separators. */
export function isBreak(unit: number): boolean {
  return (
    unit === LF ||
    unit === CR ||
    unit === NEL ||
    unit === LINE_SEPARATOR ||
    unit === PARAGRAPH_SEPARATOR
  );
}

/** End of line or of text. */
export function isEnd(unit: number): boolean {
  return unit === NUL || isBreak(unit);
}

/** End of line or of text, or a space. */
export function isEndOrSpace(unit: number): boolean {
  return unit === SPACE || isEnd(unit);
}

const END_OR_BLANK = asciiSet('\0\n\r \t');
/** End of line or of text, a space or a tab. */
export function isEndOrBlank(unit: number): boolean {
  return unit < 128 ? END_OR_BLANK[unit] === 1 : isBreak(unit);
}

export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

const HEX = asciiSet('0123456789abcdefABCDEF');
export function isHexDigit(unit: number): boolean {
  return inSet(HEX, unit);
}

const NOT_PLAIN_START = asciiSet('-?:,[]{}#&*!|>\'"%@` \t');
/** May not start a plain scalar whatever follows (or only depending on it). */
export function isPlainStart(unit: number): boolean {
  return !isEnd(unit) && !inSet(NOT_PLAIN_START, unit);
}

const FLOW = asciiSet(',[]{}');
/** `,`, `[`, `]`, `{` and `}`. */
export function isFlowIndicator(unit: number): boolean {
  return inSet(FLOW, unit);
}

/** Allowed in the name of an anchor or alias. */
export function isAnchorName(unit: number): boolean {
  if (isFlowIndicator(unit)) return false;
  return (
    (unit >= 0x21 && unit <= 0x7e) || (unit >= 0xa0 && unit <= 0xfffd && unit !== BYTE_ORDER_MARK)
  );
}

/** The code units with a meaning in YAML. */
export const CHAR = {
  percent: code('%'),
  dash: code('-'),
  dot: code('.'),
  openList: code('['),
  openMap: code('{'),
  closeList: code(']'),
  closeMap: code('}'),
  comma: code(','),
  question: code('?'),
  colon: code(':'),
  star: code('*'),
  ampersand: code('&'),
  bang: code('!'),
  bar: code('|'),
  greater: code('>'),
  single: code("'"),
  double: code('"'),
  hash: code('#'),
} as const;
