import {mergeEntries} from './mergeEntries';
import {Nesting, type ValueFault} from './nesting';
import {constructScalar, resolveScalar} from './resolveScalar';
import {YamlFault} from './yamlFault';
import {Token, nameOfToken, type TokenKind, type YamlToken} from './yamlToken';
import {emptyValue, keyIdentity, type YamlEntry, type YamlMap, type YamlValue} from './yamlValue';
import {YamlScanner} from './yamlScanner';

/** A document read from its tokens. */
export interface ComposedYaml {
  /** Null for an empty text. */
  readonly root: YamlValue | null;
  readonly valueFaults: readonly ValueFault[];
}

/** Builds the one document of a text; throws a YamlFault where there is none. */
export function composeYaml(text: string): ComposedYaml {
  const nesting = new Nesting();
  const root = new Composer(text, nesting).document();
  return {root, valueFaults: nesting.faults};
}

class Composer {
  readonly #tokens: TokenReader;
  readonly #nesting: Nesting;

  constructor(text: string, nesting: Nesting) {
    this.#tokens = new TokenReader(text);
    this.#nesting = nesting;
  }

  document(): YamlValue | null {
    if (this.#tokens.is(Token.streamEnd)) return null;
    const marked = this.#tokens.is(Token.documentStart);
    if (marked) this.#tokens.skip();
    const root =
      marked && this.#tokens.isOneOf(DOCUMENT_ENDS)
        ? emptyValue(this.#tokens.peek().from)
        : this.#node(true, false);
    if (this.#tokens.is(Token.documentEnd)) this.#tokens.skip();
    if (!this.#tokens.is(Token.streamEnd)) {
      throw new YamlFault(
        this.#tokens.peek().from,
        'The file holds something else behind its first document.',
        'Keep one document: remove --- or ... lines, and indent what belongs to the value above.',
      );
    }
    return root;
  }

  #node(block: boolean, indentless: boolean): YamlValue {
    const first = this.#tokens.peek();
    if (first.kind === Token.alias) return this.#nesting.alias(this.#tokens.take());
    const anchor = this.#tokens.is(Token.anchor) ? this.#tokens.take().text : null;
    const next = this.#tokens.peek();
    switch (next.kind) {
      case Token.blockEntry:
        if (indentless) return this.#list(anchor, 'indentless');
        break;
      case Token.scalar:
        this.#tokens.skip();
        return this.#scalar(next, anchor);
      case Token.flowSequenceStart:
        return this.#list(anchor, 'flow');
      case Token.flowMappingStart:
        return this.#map(anchor, true);
      case Token.blockSequenceStart:
        if (block) return this.#list(anchor, 'block');
        break;
      case Token.blockMappingStart:
        if (block) return this.#map(anchor, false);
        break;
      default:
    }
    if (anchor === null) {
      throw new YamlFault(next.from, `A value is missing before ${nameOfToken(next.kind)}.`);
    }
    const empty = emptyValue(first.from);
    this.#nesting.anchor(anchor, empty);
    return empty;
  }

  #scalar(source: YamlToken, anchor: string | null): YamlValue {
    const {from, to, text} = source;
    const plain = source.style === 'plain';
    const kind = plain ? resolveScalar(text) : 'text';
    const made = constructScalar(kind, source);
    if (made === null) {
      this.#nesting.fault(
        source,
        `${text} is not a ${kind === 'date' ? 'possible date' : `readable ${kind}`}.`,
        'Put quotes around it to make it text.',
      );
    }
    const value = made ?? {kind: 'text' as const, text, plain, from, to};
    if (anchor !== null) this.#nesting.anchor(anchor, value);
    return value;
  }

  #list(anchor: string | null, style: 'flow' | 'block' | 'indentless'): YamlValue {
    const open = this.#tokens.peek();
    const list = {kind: 'list' as const, items: [] as YamlValue[], from: open.from, to: open.to};
    this.#nesting.begin(list, anchor);
    if (style === 'flow') this.#flowItems(list.items);
    else this.#blockItems(list.items, style);
    list.to = this.#tokens.end;
    this.#nesting.finish(list, anchor);
    return list;
  }

  #flowItems(items: YamlValue[]): void {
    const open = this.#tokens.take();
    this.#refuseEnd(open, ']');
    for (let first = true; !this.#tokens.is(Token.flowSequenceEnd); first = false) {
      if (!first) this.#comma(open, ']');
      if (this.#tokens.is(Token.key)) items.push(this.#pair());
      else if (!this.#tokens.is(Token.flowSequenceEnd)) items.push(this.#node(false, false));
      else break;
    }
    this.#tokens.skip();
  }

  /** `[a: 1]`: a mapping with one key, without braces. */
  #pair(): YamlValue {
    const open = this.#tokens.take();
    return this.#entries(open, null, (map, merges) => {
      const ends = [Token.value, Token.flowEntry, Token.flowSequenceEnd];
      const key = this.#tokens.isOneOf(ends) ? emptyValue(open.to) : this.#node(false, false);
      this.#add(map, {key, value: this.#value(ends.slice(1), false), merged: false}, merges);
    });
  }

  #blockItems(items: YamlValue[], style: 'block' | 'indentless'): void {
    if (style === 'block') this.#tokens.skip();
    const ends =
      style === 'block'
        ? [Token.blockEntry, Token.blockEnd]
        : [Token.blockEntry, Token.key, Token.value, Token.blockEnd];
    while (this.#tokens.is(Token.blockEntry)) {
      const dash = this.#tokens.take();
      items.push(this.#tokens.isOneOf(ends) ? emptyValue(dash.to) : this.#node(true, false));
    }
    if (style === 'indentless') return;
    if (!this.#tokens.is(Token.blockEnd)) throw this.#misplaced('list');
    this.#tokens.skip();
  }

  #map(anchor: string | null, flow: boolean): YamlValue {
    const open = this.#tokens.take();
    return this.#entries(open, anchor, (map, merges) => {
      if (flow) this.#flowEntries(map, open, merges);
      else this.#blockEntries(map, merges);
    });
  }

  #entries(
    {from, to}: YamlToken,
    anchor: string | null,
    read: (map: YamlMap, merges: YamlEntry[]) => void,
  ): YamlMap {
    const map: YamlMap & {to: number} = {kind: 'map', entries: new Map(), from, to};
    const isRoot = this.#nesting.begin(map, anchor);
    const merges: YamlEntry[] = [];
    read(map, merges);
    for (const {message, hint, kind, ...at} of mergeEntries(map, merges, isRoot))
      this.#nesting.fault(at, message, hint, kind);
    map.to = this.#tokens.end;
    this.#nesting.finish(map, anchor);
    return map;
  }

  #flowEntries(map: YamlMap, open: YamlToken, merges: YamlEntry[]): void {
    const afterKey = [Token.value, Token.flowEntry, Token.flowMappingEnd];
    this.#refuseEnd(open, '}');
    for (let first = true; !this.#tokens.is(Token.flowMappingEnd); first = false) {
      if (!first) this.#comma(open, '}');
      let key: YamlValue;
      if (this.#tokens.is(Token.key)) {
        const mark = this.#tokens.take();
        key = this.#tokens.isOneOf(afterKey) ? emptyValue(mark.to) : this.#node(false, false);
      } else if (this.#tokens.is(Token.value)) {
        key = emptyValue(this.#tokens.peek().from);
      } else if (this.#tokens.is(Token.flowMappingEnd)) {
        break;
      } else {
        key = this.#node(false, false);
        this.#add(map, {key, value: emptyValue(key.to), merged: false}, merges);
        continue;
      }
      const value = this.#value(afterKey.slice(1), false);
      this.#add(map, {key, value, merged: false}, merges);
    }
    this.#tokens.skip();
  }

  #blockEntries(map: YamlMap, merges: YamlEntry[]): void {
    const ends = [Token.key, Token.value, Token.blockEnd];
    for (;;) {
      let key: YamlValue;
      if (this.#tokens.is(Token.key)) {
        const mark = this.#tokens.take();
        key = this.#tokens.isOneOf(ends) ? emptyValue(mark.to) : this.#node(true, true);
      } else if (this.#tokens.is(Token.value)) {
        key = emptyValue(this.#tokens.peek().from);
      } else if (this.#tokens.is(Token.blockEnd)) {
        this.#tokens.skip();
        return;
      } else {
        throw this.#misplaced('mapping');
      }
      const value = this.#value(ends, true);
      this.#add(map, {key, value, merged: false}, merges);
    }
  }

  /** The value of a key: with its colon, or nothing. */
  #value(ends: readonly TokenKind[], block: boolean): YamlValue {
    if (!this.#tokens.is(Token.value)) return emptyValue(this.#tokens.end);
    const colon = this.#tokens.take();
    return this.#tokens.isOneOf(ends) ? emptyValue(colon.to) : this.#node(block, block);
  }

  #add(map: YamlMap, entry: YamlEntry, merges: YamlEntry[]): void {
    if (entry.key.kind === 'text' && entry.key.plain && entry.key.text === '<<') {
      merges.push(entry);
      return;
    }
    const {key} = entry;
    const identity = keyIdentity(key);
    if (identity === null) {
      this.#nesting.fault(key, 'A list or mapping cannot be a key.', 'Use plain text for keys.');
    } else if (map.entries.has(identity)) {
      this.#nesting.fault(
        key,
        `The key ${key.kind === 'text' ? `\`${key.text}\` ` : ''}is given twice in the same mapping.`,
        'Rename one of the two, or remove it.',
        'duplicate-key',
      );
    } else {
      map.entries.set(identity, entry);
    }
  }

  #comma(open: YamlToken, closing: string): void {
    if (this.#tokens.is(Token.flowEntry)) {
      this.#tokens.skip();
      this.#refuseEnd(open, closing);
      return;
    }
    this.#refuseEnd(open, closing);
    const found = this.#tokens.peek();
    throw new YamlFault(
      found.from,
      `A comma or ${closing} is missing before ${nameOfToken(found.kind)}.`,
    );
  }

  /** A bracket that is never closed is reported where it opens. */
  #refuseEnd(open: YamlToken, closing: string): void {
    if (!this.#tokens.is(Token.streamEnd)) return;
    throw new YamlFault(
      open.from,
      'The bracket that opens here is never closed.',
      `Add the closing ${closing}.`,
    );
  }

  #misplaced(what: string): YamlFault {
    return new YamlFault(
      this.#tokens.peek().from,
      `The indentation does not fit the ${what} that this line would belong to.`,
      'Give all lines of the same level the same number of spaces.',
    );
  }
}

const DOCUMENT_ENDS: readonly TokenKind[] = [
  Token.documentStart,
  Token.documentEnd,
  Token.streamEnd,
];

/** The tokens of a text as the composer takes them. */
class TokenReader {
  readonly #scanner: YamlScanner;
  /** Where the token ends that was taken last. */
  end = 0;

  constructor(text: string) {
    this.#scanner = new YamlScanner(text);
  }

  peek(): YamlToken {
    return this.#scanner.peek();
  }

  is(kind: TokenKind): boolean {
    return this.peek().kind === kind;
  }

  isOneOf(kinds: readonly TokenKind[]): boolean {
    return kinds.includes(this.peek().kind);
  }

  take(): YamlToken {
    const next = this.peek();
    this.skip();
    return next;
  }

  skip(): void {
    this.end = this.peek().to;
    this.#scanner.skip();
  }
}
