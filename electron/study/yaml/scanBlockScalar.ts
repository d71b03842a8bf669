import {NUL, TAB, code, isBreak, isDigit, isEnd, isEndOrSpace} from './characters';
import {atDocumentMarker} from './scanFlowScalar';
import type {TextCursor} from './textCursor';
import {YamlFault} from './yamlFault';

const SPACE = code(' ');
const PLUS = code('+');
const MINUS = code('-');
const HASH = code('#');
const FOLDED = code('>');

type Chomping = 'clip' | 'keep' | 'strip';

/** What a block scalar came to. */
export interface BlockScalar {
  readonly value: string;
  /** Offset behind its last line. */
  readonly end: number;
  /** Blank lines follow that are no part of the value. */
  readonly trailingBreaks: boolean;
}

/**
 * Reads a `|` or `>` scalar. `parentIndent` is the column of the collection around it, -1 at the root.
 */
export function scanBlockScalar(cursor: TextCursor, parentIndent: number): BlockScalar {
  const start = cursor.pos;
  const folded = cursor.peek() === FOLDED;
  cursor.forward(1);
  const header = scanHeader(cursor, start);
  scanRestOfHeaderLine(cursor);

  let smallest = parentIndent + 1;
  let indent: number;
  let pending: Breaks;
  if (header.increment === null) {
    const found = scanIndentation(cursor);
    indent = Math.max(smallest, found.deepest);
    pending = found;
  } else {
    smallest = Math.max(smallest, 1);
    indent = smallest + header.increment - 1;
    pending = scanBreaks(cursor, indent);
  }

  let value = '';
  let lineBreak = '';
  while (cursor.column() === indent && cursor.peek() !== NUL) {
    value += pending.breaks;
    const startsBlank = cursor.peek() === SPACE || cursor.peek() === TAB;
    let length = 0;
    while (!isEnd(cursor.peek(length))) length += 1;
    value += cursor.text.slice(cursor.pos, cursor.pos + length);
    cursor.forward(length);
    lineBreak = cursor.lineBreak();
    pending = scanBreaks(cursor, indent);
    if (smallest === 0 && cursor.column() === 0 && atDocumentMarker(cursor)) break;
    if (cursor.column() !== indent || cursor.peek() === NUL) break;
    const nextBlank = cursor.peek() === SPACE || cursor.peek() === TAB;
    if (folded && lineBreak === '\n' && !startsBlank && !nextBlank) {
      if (pending.breaks === '') value += ' ';
    } else {
      value += lineBreak;
    }
  }
  if (header.chomping !== 'strip') value += lineBreak;
  if (header.chomping === 'keep') value += pending.breaks;
  return {
    value,
    end: pending.end,
    trailingBreaks: header.chomping !== 'keep' && pending.breaks !== '',
  };
}

interface Breaks {
  readonly breaks: string;
  readonly end: number;
}

function scanHeader(
  cursor: TextCursor,
  start: number,
): {readonly chomping: Chomping; readonly increment: number | null} {
  let chomping: Chomping = 'clip';
  let increment: number | null = null;
  const takeChomping = (): void => {
    if (cursor.peek() !== PLUS && cursor.peek() !== MINUS) return;
    chomping = cursor.peek() === PLUS ? 'keep' : 'strip';
    cursor.forward(1);
  };
  const takeIncrement = (): void => {
    if (!isDigit(cursor.peek())) return;
    increment = cursor.peek() - 0x30;
    if (increment === 0) {
      throw new YamlFault(start, 'The indentation of a block of text must be from 1 to 9.');
    }
    cursor.forward(1);
  };
  if (isDigit(cursor.peek())) {
    takeIncrement();
    takeChomping();
  } else {
    const before = cursor.pos;
    takeChomping();
    if (cursor.pos > before) takeIncrement();
  }
  if (!isEndOrSpace(cursor.peek())) {
    throw new YamlFault(
      start,
      'Only + - and a digit may follow | or > on the same line.',
      'Begin the text on the next line, indented.',
    );
  }
  return {chomping, increment};
}

function scanRestOfHeaderLine(cursor: TextCursor): void {
  while (cursor.peek() === SPACE) cursor.forward(1);
  if (cursor.peek() === HASH) while (!isEnd(cursor.peek())) cursor.forward(1);
  if (!isEnd(cursor.peek())) {
    throw new YamlFault(
      cursor.pos,
      'Only a comment may follow | or > on its line.',
      'Begin the text on the next line, indented.',
    );
  }
  cursor.lineBreak();
}

function scanIndentation(cursor: TextCursor): Breaks & {readonly deepest: number} {
  let breaks = '';
  let deepest = 0;
  let end = cursor.pos;
  while (cursor.peek() === SPACE || isBreak(cursor.peek())) {
    if (cursor.peek() === SPACE) {
      cursor.forward(1);
      deepest = Math.max(deepest, cursor.column());
    } else {
      breaks += cursor.lineBreak();
      end = cursor.pos;
    }
  }
  return {breaks, deepest, end};
}

function scanBreaks(cursor: TextCursor, indent: number): Breaks {
  let breaks = '';
  let end = cursor.pos;
  const skipIndent = (): void => {
    while (cursor.column() < indent && cursor.peek() === SPACE) cursor.forward(1);
  };
  skipIndent();
  while (isBreak(cursor.peek())) {
    breaks += cursor.lineBreak();
    end = cursor.pos;
    skipIndent();
  }
  return {breaks, end};
}
