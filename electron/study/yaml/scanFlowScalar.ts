import {LF, NUL, TAB, code, isBreak, isEndOrBlank, isHexDigit} from './characters';
import type {TextCursor} from './textCursor';
import {YamlFault} from './yamlFault';

const SINGLE = code("'");
const DOUBLE = code('"');
const BACKSLASH = code('\\');
const SPACE = code(' ');
const MINUS = code('-');
const DOT = code('.');

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const HEX_LENGTHS: Readonly<Record<string, number>> = {x: 2, u: 4, U: 8};

/** True at `---` or `...` followed by a blank or the end of the line. */
export function atDocumentMarker(cursor: TextCursor): boolean {
  const unit = cursor.peek();
  return (
    (unit === MINUS || unit === DOT) &&
    cursor.peek(1) === unit &&
    cursor.peek(2) === unit &&
    isEndOrBlank(cursor.peek(3))
  );
}

/** Reads a quoted scalar from its opening quote to behind the closing one; gives its value. */
export function scanFlowScalar(cursor: TextCursor): string {
  const start = cursor.pos;
  const quote = cursor.peek();
  cursor.forward(1);
  let value = scanNonSpaces(cursor, quote, start);
  while (cursor.peek() !== quote) {
    value += scanSpaces(cursor, start);
    value += scanNonSpaces(cursor, quote, start);
  }
  cursor.forward(1);
  return value;
}

function isTextUnit(unit: number): boolean {
  return (
    unit !== SPACE &&
    unit !== SINGLE &&
    unit !== DOUBLE &&
    unit !== BACKSLASH &&
    unit !== NUL &&
    unit !== TAB &&
    !isBreak(unit)
  );
}

function scanNonSpaces(cursor: TextCursor, quote: number, start: number): string {
  let value = '';
  for (;;) {
    let length = 0;
    while (isTextUnit(cursor.peek(length))) length += 1;
    if (length > 0) {
      value += cursor.text.slice(cursor.pos, cursor.pos + length);
      cursor.forward(length);
    }
    const unit = cursor.peek();
    if (quote === SINGLE && unit === SINGLE && cursor.peek(1) === SINGLE) {
      value += "'";
      cursor.forward(2);
    } else if (unit === SINGLE || unit === DOUBLE) {
      if (unit === quote) return value;
      value += String.fromCharCode(unit);
      cursor.forward(1);
    } else if (unit === BACKSLASH) {
      cursor.forward(1);
      value += quote === SINGLE ? '\\' : scanEscape(cursor, start);
    } else {
      return value;
    }
  }
}

function scanEscape(cursor: TextCursor, start: number): string {
  const at = cursor.pos - 1;
  const unit = cursor.peek();
  if (isBreak(unit)) {
    cursor.lineBreak();
    return scanBreaks(cursor, start);
  }
  const letter = String.fromCharCode(unit);
  const simple = unit === NUL ? undefined : ESCAPES[letter];
  if (simple !== undefined) {
    cursor.forward(1);
    return simple;
  }
  const length = HEX_LENGTHS[letter];
  if (length === undefined) {
    throw new YamlFault(
      at,
      `The double-quoted text has an unknown escape \\${unit === NUL ? '' : letter}.`,
      'Write \\\\ for a backslash, or use single quotes.',
    );
  }
  cursor.forward(1);
  for (let ahead = 0; ahead < length; ahead += 1) {
    if (!isHexDigit(cursor.peek(ahead))) {
      throw new YamlFault(at, `The escape \\${letter} needs ${String(length)} hexadecimal digits.`);
    }
  }
  const point = Number.parseInt(cursor.text.slice(cursor.pos, cursor.pos + length), 16);
  if (point > 0x10ffff) throw new YamlFault(at, 'The escape is not a character.');
  cursor.forward(length);
  return String.fromCodePoint(point);
}

function scanSpaces(cursor: TextCursor, start: number): string {
  let length = 0;
  while (cursor.peek(length) === SPACE || cursor.peek(length) === TAB) length += 1;
  const blanks = cursor.text.slice(cursor.pos, cursor.pos + length);
  cursor.forward(length);
  const unit = cursor.peek();
  if (unit === NUL) {
    throw new YamlFault(start, 'The quoted text is never closed.', 'Add the closing quote.');
  }
  if (!isBreak(unit)) return blanks;
  const first = cursor.lineBreak();
  const breaks = scanBreaks(cursor, start);
  if (first.charCodeAt(0) !== LF) return first + breaks;
  return breaks === '' ? ' ' : breaks;
}

function scanBreaks(cursor: TextCursor, start: number): string {
  let breaks = '';
  for (;;) {
    if (atDocumentMarker(cursor)) {
      throw new YamlFault(
        start,
        'The quoted text is cut off by a document marker.',
        'Add the closing quote.',
      );
    }
    while (cursor.peek() === SPACE || cursor.peek() === TAB) cursor.forward(1);
    if (!isBreak(cursor.peek())) return breaks;
    breaks += cursor.lineBreak();
  }
}
