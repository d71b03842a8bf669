import {
  BYTE_ORDER_MARK,
  CHAR,
  LF,
  NUL,
  SPACE,
  TAB,
  isBreak,
  isEnd,
  isAnchorName,
  isEndOrBlank,
  isFlowIndicator,
  isPlainStart,
} from './characters';
import {scanBlockScalar} from './scanBlockScalar';
import {atDocumentMarker, scanFlowScalar} from './scanFlowScalar';
import {scanPlainScalar} from './scanPlainScalar';
import {DEEPEST, tooDeep} from './nesting';
import {SimpleKeys} from './simpleKeys';
import {TokenQueue} from './tokenQueue';
import {TextCursor} from './textCursor';
import {YamlFault} from './yamlFault';
import {Token, token, type ScalarStyle, type TokenKind, type YamlToken} from './yamlToken';

/** Scans a text into tokens as ruyaml's scanner does, one after the other; faults are thrown. */
export class YamlScanner {
  readonly #cursor: TextCursor;
  readonly #keys: SimpleKeys;
  readonly #tokens = new TokenQueue();
  #done = false;
  /** The open brackets, innermost last. */
  readonly #flow: number[] = [];
  #indent = -1;
  readonly #indents: number[] = [];
  #allowKey = true;
  /** The newest token is a colon, with no comment or blank line since. */
  #afterColon = false;

  constructor(text: string) {
    this.#cursor = new TextCursor(text);
    this.#keys = new SimpleKeys(this.#cursor);
  }

  /** The next token. After the end of the stream there is none. */
  peek(): YamlToken {
    for (;;) {
      const {next} = this.#tokens;
      if (next !== undefined && this.#done) return next;
      // What may still turn out to be a key has to wait.
      if (next !== undefined) {
        this.#keys.dropStale();
        if (this.#keys.firstTokenNumber() !== this.#tokens.taken) return next;
      } else if (this.#done) {
        throw new Error('The tokens are at their end.');
      }
      this.#fetch();
    }
  }

  /** Goes on to the token after the next. */
  skip(): void {
    this.#tokens.take();
  }

  /** Scans on by one token, with what has to come before it. */
  #fetch(): void {
    const cursor = this.#cursor;
    this.#skipToToken();
    this.#keys.dropStale();
    this.#closeBlocks(cursor.column());
    const unit = cursor.peek();
    const inFlow = this.#flow.length > 0;
    if (unit === NUL) {
      this.#closeBlocks(-1);
      this.#keys.drop(this.#flow.length);
      this.#push(token(Token.streamEnd, cursor.pos, cursor.pos));
      this.#done = true;
      return;
    }
    if (cursor.column() === 0) {
      if (unit === CHAR.percent) throw notRead(cursor.pos, 'directives');
      if ((unit === CHAR.dash || unit === CHAR.dot) && atDocumentMarker(cursor)) {
        return this.#documentMarker(unit === CHAR.dash ? Token.documentStart : Token.documentEnd);
      }
    }
    switch (unit) {
      case CHAR.openList:
        return this.#openFlow(Token.flowSequenceStart, unit);
      case CHAR.openMap:
        return this.#openFlow(Token.flowMappingStart, unit);
      case CHAR.closeList:
        return this.#closeFlow(Token.flowSequenceEnd);
      case CHAR.closeMap:
        return this.#closeFlow(Token.flowMappingEnd);
      case CHAR.comma:
        this.#allowKey = true;
        this.#keys.drop(this.#flow.length);
        return this.#indicator(Token.flowEntry);
      case CHAR.star:
        return this.#named(Token.alias);
      case CHAR.ampersand:
        return this.#named(Token.anchor);
      case CHAR.bang:
        throw notRead(cursor.pos, 'tags');
      case CHAR.single:
        return this.#quoted('single');
      case CHAR.double:
        return this.#quoted('double');
      case CHAR.bar:
        if (!inFlow) return this.#block('literal');
        break;
      case CHAR.greater:
        if (!inFlow) return this.#block('folded');
        break;
      case CHAR.dash:
        if (isEndOrBlank(cursor.peek(1))) return this.#blockEntry();
        break;
      case CHAR.question:
        if (inFlow || isEndOrBlank(cursor.peek(1))) return this.#explicitKey();
        break;
      case CHAR.colon:
        if (this.#isValueColon()) return this.#value();
        break;
      default:
    }
    if (this.#startsPlain(unit)) return this.#plain();
    throw new YamlFault(
      cursor.pos,
      unit === TAB
        ? 'There is a tab where YAML allows only spaces.'
        : `A value cannot begin with ${String.fromCodePoint(cursor.text.codePointAt(cursor.pos) ?? 0)}`,
      unit === TAB ? 'Replace the tab by spaces.' : 'Put quotes around the value.',
    );
  }

  /** Skips spaces, comments and line breaks; tabs too in blank lines that follow an empty one. */
  #skipToToken(): void {
    const cursor = this.#cursor;
    if (cursor.pos === 0 && cursor.peek() === BYTE_ORDER_MARK) cursor.skipByteOrderMark();
    for (;;) {
      while (cursor.peek() === SPACE) cursor.forward(1);
      if (cursor.peek() === CHAR.hash) {
        while (!isEnd(cursor.peek())) cursor.forward(1);
        while (cursor.lineBreak() !== '');
        if (this.#flow.length === 0) this.#allowKey = true;
        this.#afterColon = false;
        continue;
      }
      if (cursor.lineBreak() === '') return;
      if (this.#flow.length === 0) this.#allowKey = true;
      if (cursor.peek() !== LF) continue;
      for (;;) {
        const unit = cursor.peek();
        if (isBreak(unit)) cursor.lineBreak();
        else if (unit === SPACE || unit === TAB) cursor.forward(1);
        else break;
      }
      this.#afterColon = false;
    }
  }

  #push(next: YamlToken): void {
    this.#tokens.push(next);
    this.#afterColon = next.kind === Token.value;
  }

  #indicator(kind: TokenKind): void {
    const from = this.#cursor.pos;
    this.#cursor.forward(1);
    this.#push(token(kind, from, from + 1));
  }

  #scalar(from: number, to: number, text: string, style: ScalarStyle): void {
    this.#push({kind: Token.scalar, from, to, text, style});
  }

  /** Remembers that the token to come may turn out to be a key. */
  #maybeKey(): void {
    if (!this.#allowKey) return;
    const level = this.#flow.length;
    const required = level === 0 && this.#indent === this.#cursor.column();
    this.#keys.save(level, this.#tokens.count, required);
  }

  #closeBlocks(column: number): void {
    if (this.#flow.length > 0) return;
    while (this.#indent > column) {
      this.#indent = this.#indents.pop() ?? -1;
      this.#push(token(Token.blockEnd, this.#cursor.pos, this.#cursor.pos));
    }
  }

  #openBlock(column: number): boolean {
    if (this.#indent >= column) return false;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#checkDepth();
    return true;
  }

  #checkDepth(): void {
    if (this.#indents.length + this.#flow.length > DEEPEST) throw tooDeep(this.#cursor.pos);
  }

  #documentMarker(kind: TokenKind): void {
    this.#closeAll();
    const from = this.#cursor.pos;
    this.#cursor.forward(3);
    this.#push(token(kind, from, from + 3));
  }

  #closeAll(): void {
    this.#closeBlocks(-1);
    this.#keys.drop(this.#flow.length);
    this.#allowKey = false;
  }

  #openFlow(kind: TokenKind, bracket: number): void {
    this.#maybeKey();
    this.#flow.push(bracket);
    this.#checkDepth();
    this.#allowKey = true;
    this.#indicator(kind);
  }

  #closeFlow(kind: TokenKind): void {
    this.#keys.drop(this.#flow.length);
    this.#flow.pop();
    this.#allowKey = false;
    this.#indicator(kind);
  }

  #blockEntry(): void {
    if (this.#flow.length === 0) {
      if (!this.#allowKey) {
        throw new YamlFault(
          this.#cursor.pos,
          'A list item cannot begin here.',
          'Begin the list on a line of its own, or put quotes around the dash.',
        );
      }
      if (this.#openBlock(this.#cursor.column())) {
        this.#push(token(Token.blockSequenceStart, this.#cursor.pos, this.#cursor.pos));
      }
    }
    this.#allowKey = true;
    this.#keys.drop(this.#flow.length);
    this.#indicator(Token.blockEntry);
  }

  #explicitKey(): void {
    if (this.#flow.length === 0) {
      if (!this.#allowKey) throw new YamlFault(this.#cursor.pos, 'A key cannot begin here.');
      if (this.#openBlock(this.#cursor.column())) {
        this.#push(token(Token.blockMappingStart, this.#cursor.pos, this.#cursor.pos));
      }
    }
    this.#allowKey = this.#flow.length === 0;
    this.#keys.drop(this.#flow.length);
    this.#indicator(Token.key);
  }

  #isValueColon(): boolean {
    const endsWord = isEndOrBlank(this.#cursor.peek(1));
    const bracket = this.#flow.at(-1);
    if (bracket === undefined) return endsWord;
    return endsWord || (bracket !== CHAR.openList && !this.#afterColon);
  }

  #value(): void {
    const inFlow = this.#flow.length > 0;
    const key = this.#keys.take(this.#flow.length);
    if (key !== null) {
      const opens = !inFlow && this.#openBlock(key.column);
      this.#tokens.insertKey(key.tokenNumber, key.offset, opens);
      this.#allowKey = false;
    } else {
      if (!inFlow) {
        if (!this.#allowKey) {
          throw new YamlFault(
            this.#cursor.pos,
            'A second colon makes this line ambiguous.',
            'Put quotes around the value, or begin the mapping on a line of its own.',
          );
        }
        if (this.#openBlock(this.#cursor.column())) {
          this.#push(token(Token.blockMappingStart, this.#cursor.pos, this.#cursor.pos));
        }
      }
      this.#allowKey = !inFlow;
      this.#keys.drop(this.#flow.length);
    }
    this.#indicator(Token.value);
  }

  #named(kind: TokenKind): void {
    this.#maybeKey();
    this.#allowKey = false;
    const from = this.#cursor.pos;
    const name = scanAnchor(this.#cursor);
    this.#push(token(kind, from, this.#cursor.pos, name));
  }

  #quoted(style: ScalarStyle): void {
    this.#maybeKey();
    this.#allowKey = false;
    const from = this.#cursor.pos;
    const value = scanFlowScalar(this.#cursor);
    this.#scalar(from, this.#cursor.pos, value, style);
  }

  #block(style: ScalarStyle): void {
    this.#allowKey = true;
    this.#keys.drop(this.#flow.length);
    const from = this.#cursor.pos;
    const scalar = scanBlockScalar(this.#cursor, this.#indent);
    this.#scalar(from, scalar.end, scalar.value, style);
    if (scalar.trailingBreaks) this.#skipToToken();
  }

  #startsPlain(unit: number): boolean {
    if (isPlainStart(unit)) return true;
    const next = this.#cursor.peek(1);
    const inFlow = this.#flow.length > 0;
    if (unit === CHAR.dash) return !isEndOrBlank(next);
    if (unit === CHAR.colon && inFlow) return next !== SPACE && next !== TAB;
    if (unit === CHAR.question || unit === CHAR.colon) return !inFlow && !isEndOrBlank(next);
    return false;
  }

  #plain(): void {
    this.#maybeKey();
    this.#allowKey = false;
    const from = this.#cursor.pos;
    const inFlow = this.#flow.length > 0;
    const scalar = scanPlainScalar(this.#cursor, this.#indent, inFlow);
    if (scalar.crossedLine) this.#allowKey = true;
    this.#scalar(from, scalar.end, scalar.value, 'plain');
  }
}

/** The fault of something that is YAML but in no study (RULES.md, YAML). */
function notRead(offset: number, what: 'directives' | 'tags'): YamlFault {
  return what === 'tags'
    ? new YamlFault(
        offset,
        'Study Desk does not read YAML tags, which begin with !.',
        'Put quotes around text that begins with !, or remove the tag.',
      )
    : new YamlFault(
        offset,
        'Study Desk does not read YAML directives, which begin with %.',
        'Put quotes around text that begins with %, or remove the line.',
      );
}

const AFTER_ANCHOR: ReadonlySet<number> = new Set(
  [...'?:%@`'].map((character) => character.charCodeAt(0)),
);

/** Reads `&name` or `*name`; gives the name. */
function scanAnchor(cursor: TextCursor): string {
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
    throw new YamlFault(cursor.pos, 'The name of an anchor cannot contain this character.');
  }
  return name;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
