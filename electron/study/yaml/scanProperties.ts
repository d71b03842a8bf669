import {
  NUL,
  SPACE,
  code,
  isAnchorName,
  isDigit,
  isEnd,
  isEndOrBlank,
  isEndOrSpace,
  isFlowIndicator,
  isHexDigit,
  isUri,
  isWord,
} from './characters';
import type {TextCursor} from './textCursor';
import {YamlFault} from './yamlFault';
import type {Directive} from './yamlToken';

const BANG = code('!');
const PERCENT = code('%');
const HASH = code('#');
const LESS = code('<');
const GREATER = code('>');
const DOT = code('.');
const AFTER_ANCHOR = new Set([...'?:%@`'].map(code));

/** Reads `&name` or `*name`; gives the name. */
export function scanAnchor(cursor: TextCursor): string {
  const start = cursor.pos;
  cursor.forward(1);
  let length = 0;
  while (isAnchorName(cursor.peek(length)) || isSurrogate(cursor.peek(length))) length += 1;
  if (length === 0) {
    throw new YamlFault(
      start,
      'A name must follow & or *.',
      'Put quotes around text that begins with & or *.',
    );
  }
  const name = cursor.text.slice(cursor.pos, cursor.pos + length);
  cursor.forward(length);
  const unit = cursor.peek();
  if (!isEndOrBlank(unit) && !isFlowIndicator(unit) && !AFTER_ANCHOR.has(unit)) {
    throw new YamlFault(cursor.pos, 'This character cannot stand in the name of an anchor.');
  }
  return name;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** A tag: `!name`, `!handle!name`, `!<address>` or the bare `!`. */
export interface ScannedTag {
  readonly handle: string | null;
  readonly suffix: string;
}

/** Reads a tag. */
export function scanTag(cursor: TextCursor, yaml11: boolean): ScannedTag {
  const start = cursor.pos;
  const next = cursor.peek(1);
  let handle: string | null = null;
  let suffix = '!';
  if (next === LESS) {
    cursor.forward(2);
    suffix = scanUri(cursor, start, yaml11);
    if (cursor.peek() !== GREATER) {
      throw new YamlFault(cursor.pos, 'The tag that began with !< must end with >.');
    }
    cursor.forward(1);
  } else if (isEndOrBlank(next)) {
    cursor.forward(1);
  } else {
    handle = '!';
    if (hasSecondBang(cursor)) handle = scanHandle(cursor, start);
    else cursor.forward(1);
    suffix = scanUri(cursor, start, yaml11);
  }
  if (!isEndOrSpace(cursor.peek())) {
    throw new YamlFault(
      start,
      'A tag must be followed by a space.',
      'Put quotes around text that begins with !.',
    );
  }
  return {handle, suffix};
}

function hasSecondBang(cursor: TextCursor): boolean {
  for (let ahead = 1; !isEndOrSpace(cursor.peek(ahead)); ahead += 1) {
    if (cursor.peek(ahead) === BANG) return true;
  }
  return false;
}

function scanHandle(cursor: TextCursor, start: number): string {
  if (cursor.peek() !== BANG) throw new YamlFault(start, 'A tag must begin with !.');
  let length = 1;
  if (cursor.peek(1) !== SPACE) {
    while (isWord(cursor.peek(length))) length += 1;
    if (cursor.peek(length) !== BANG) {
      throw new YamlFault(start, 'The first part of a tag must end with !.');
    }
    length += 1;
  }
  const handle = cursor.text.slice(cursor.pos, cursor.pos + length);
  cursor.forward(length);
  return handle;
}

function scanUri(cursor: TextCursor, start: number, yaml11: boolean): string {
  let uri = '';
  for (;;) {
    let length = 0;
    for (;;) {
      const unit = cursor.peek(length);
      if (unit === PERCENT || !(isUri(unit) || (!yaml11 && unit === HASH))) break;
      length += 1;
    }
    uri += cursor.text.slice(cursor.pos, cursor.pos + length);
    cursor.forward(length);
    if (cursor.peek() !== PERCENT) break;
    uri += scanUriEscapes(cursor, start);
  }
  if (uri === '') {
    throw new YamlFault(start, 'A tag needs a name.', 'Put quotes around text that begins with !.');
  }
  return uri;
}

function scanUriEscapes(cursor: TextCursor, start: number): string {
  const bytes: number[] = [];
  while (cursor.peek() === PERCENT) {
    if (!isHexDigit(cursor.peek(1)) || !isHexDigit(cursor.peek(2))) {
      throw new YamlFault(cursor.pos, 'In a tag, % must be followed by two hexadecimal digits.');
    }
    bytes.push(Number.parseInt(cursor.text.slice(cursor.pos + 1, cursor.pos + 3), 16));
    cursor.forward(3);
  }
  try {
    return decodeURIComponent(
      bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    );
  } catch {
    throw new YamlFault(start, 'The escapes of the tag are not UTF-8.');
  }
}

/** Reads a line that starts with `%`. */
export function scanDirective(cursor: TextCursor, yaml11: boolean): Directive {
  const start = cursor.pos;
  cursor.forward(1);
  let length = 0;
  while (isDirectiveName(cursor.peek(length))) length += 1;
  const name = cursor.text.slice(cursor.pos, cursor.pos + length);
  cursor.forward(length);
  if (name === '' || !isEndOrSpace(cursor.peek())) {
    throw new YamlFault(
      start,
      'A line that begins with % must be a YAML directive.',
      'Put quotes around text that begins with %.',
    );
  }
  const directive = scanDirectiveValue(cursor, name, start, yaml11);
  while (cursor.peek() === SPACE) cursor.forward(1);
  if (cursor.peek() === HASH) while (!isEnd(cursor.peek())) cursor.forward(1);
  if (!isEnd(cursor.peek())) {
    throw new YamlFault(cursor.pos, 'Only a comment may follow a directive.');
  }
  cursor.lineBreak();
  return directive;
}

function isDirectiveName(unit: number): boolean {
  return isWord(unit) || unit === DOT || unit === code(':');
}

function scanDirectiveValue(
  cursor: TextCursor,
  name: string,
  start: number,
  yaml11: boolean,
): Directive {
  const skipSpaces = (): void => {
    while (cursor.peek() === SPACE) cursor.forward(1);
  };
  if (name === 'YAML') {
    skipSpaces();
    const major = scanNumber(cursor, start);
    if (cursor.peek() !== DOT) throw badVersion(start);
    cursor.forward(1);
    const minor = scanNumber(cursor, start);
    if (!isEndOrSpace(cursor.peek())) throw badVersion(start);
    return {name, major, minor};
  }
  if (name === 'TAG') {
    skipSpaces();
    const handle = scanHandle(cursor, start);
    if (cursor.peek() !== SPACE) throw new YamlFault(start, 'A %TAG line needs two parts.');
    skipSpaces();
    const prefix = scanUri(cursor, start, yaml11);
    if (!isEndOrSpace(cursor.peek())) throw new YamlFault(start, 'A %TAG line has two parts.');
    return {name, handle, prefix};
  }
  while (cursor.peek() !== NUL && !isEnd(cursor.peek())) cursor.forward(1);
  return {name: 'other'};
}

function scanNumber(cursor: TextCursor, start: number): number {
  let length = 0;
  while (isDigit(cursor.peek(length))) length += 1;
  if (length === 0) throw badVersion(start);
  const value = Number(cursor.text.slice(cursor.pos, cursor.pos + length));
  cursor.forward(length);
  return value;
}

function badVersion(start: number): YamlFault {
  return new YamlFault(start, 'A %YAML line needs a version such as 1.2.');
}
