import {code, isBreak, isEndOrBlank, isFlowIndicator} from './characters';
import {atDocumentMarker} from './scanFlowScalar';
import type {TextCursor} from './textCursor';

const SPACE = code(' ');
const HASH = code('#');
const COLON = code(':');

/** What a plain scalar came to. */
export interface PlainScalar {
  readonly value: string;
  /** Offset behind its last character. */
  readonly end: number;
  /** The cursor is at the start of a later line. */
  readonly crossedLine: boolean;
}

/** Reads an unquoted scalar, over several lines where they are indented more than `parentIndent`. */
export function scanPlainScalar(
  cursor: TextCursor,
  parentIndent: number,
  inFlow: boolean,
): PlainScalar {
  let value = '';
  let end = cursor.pos;
  let spaces = '';
  let crossedLine = false;
  while (cursor.peek() !== HASH) {
    const length = lengthOfRun(cursor, inFlow);
    if (length === 0) break;
    value += spaces + cursor.text.slice(cursor.pos, cursor.pos + length);
    cursor.forward(length);
    end = cursor.pos;
    const after = scanSpaces(cursor);
    spaces = after.spaces;
    crossedLine = after.crossedLine;
    if (spaces === '' || cursor.peek() === HASH) break;
    if (!inFlow && cursor.column() < parentIndent + 1) break;
  }
  return {value, end, crossedLine};
}

function lengthOfRun(cursor: TextCursor, inFlow: boolean): number {
  const {text, pos} = cursor;
  let at = pos;
  for (; ; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === COLON) {
      if (isEndOrBlank(text.charCodeAt(at + 1))) break;
    } else if (isEndOrBlank(unit) || (inFlow && isFlowIndicator(unit))) {
      break;
    }
  }
  return at - pos;
}

interface Spaces {
  /** Folded to what they are in the value; empty where there are none and before a document marker. */
  readonly spaces: string;
  readonly crossedLine: boolean;
}

function scanSpaces(cursor: TextCursor): Spaces {
  let length = 0;
  while (cursor.peek(length) === SPACE) length += 1;
  const blanks = length === 0 ? '' : cursor.text.slice(cursor.pos, cursor.pos + length);
  cursor.forward(length);
  if (!isBreak(cursor.peek())) return {spaces: blanks, crossedLine: false};
  const first = cursor.lineBreak();
  if (atDocumentMarker(cursor)) return {spaces: '', crossedLine: true};
  let breaks = '';
  while (cursor.peek() === SPACE || isBreak(cursor.peek())) {
    if (cursor.peek() === SPACE) {
      cursor.forward(1);
    } else {
      breaks += cursor.lineBreak();
      if (atDocumentMarker(cursor)) return {spaces: '', crossedLine: true};
    }
  }
  if (first !== '\n') return {spaces: first + breaks, crossedLine: true};
  return {spaces: breaks === '' ? ' ' : breaks, crossedLine: true};
}
