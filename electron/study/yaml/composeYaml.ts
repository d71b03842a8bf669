import {composeEmpty, composeScalar} from './composeScalar';
import {mergeEntries} from './mergeEntries';
import {Nesting, type ValueFault} from './nesting';
import {orderedPairs} from './orderedPairs';
import {TagHandles, tagOf, type KnownTag} from './tagHandles';
import {TokenReader} from './tokenReader';
import {YamlFault} from './yamlFault';
import {Token, nameOfToken, type TokenKind, type YamlToken} from './yamlToken';
import {keyIdentity, type YamlEntry, type YamlMap, type YamlValue} from './yamlValue';

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
  readonly #handles = new TagHandles();

  constructor(text: string, nesting: Nesting) {
    this.#tokens = new TokenReader(text);
    this.#nesting = nesting;
  }

  document(): YamlValue | null {
    if (this.#tokens.is(Token.streamEnd)) return null;
    let root: YamlValue;
    if (this.#tokens.is(Token.directive) || this.#tokens.is(Token.documentStart)) {
      this.#directives();
      if (!this.#tokens.is(Token.documentStart)) {
        throw new YamlFault(
          this.#tokens.peek().from,
          'A line with --- must follow the directives that begin with %.',
        );
      }
      this.#tokens.skip();
      root = this.#tokens.isOneOf(DOCUMENT_ENDS)
        ? this.#empty(this.#tokens.peek().from)
        : this.#node(true, false);
    } else {
      root = this.#node(true, false);
    }
    if (this.#tokens.is(Token.documentEnd)) this.#tokens.skip();
    if (this.#tokens.yaml11) while (this.#tokens.is(Token.documentEnd)) this.#tokens.skip();
    if (!this.#tokens.is(Token.streamEnd)) {
      throw new YamlFault(
        this.#tokens.peek().from,
        'The file holds something else behind its first document.',
        'Keep one document: remove --- or ... lines, and indent what belongs to the value above.',
      );
    }
    return root;
  }

  #directives(): void {
    let seenVersion = false;
    while (this.#tokens.is(Token.directive)) {
      const {directive, from} = this.#tokens.take();
      if (directive?.name === 'YAML') {
        if (seenVersion) throw new YamlFault(from, 'There are two %YAML lines.');
        if (directive.major !== 1)
          throw new YamlFault(from, 'Only versions 1.x of YAML are known.');
        seenVersion = true;
      } else if (directive?.name === 'TAG' && !this.#handles.add(directive.handle)) {
        throw new YamlFault(from, `The tag handle ${directive.handle} is defined twice.`);
      }
    }
  }

  #node(block: boolean, indentless: boolean): YamlValue {
    const first = this.#tokens.peek();
    if (first.kind === Token.alias) return this.#nesting.alias(this.#tokens.take());
    let anchor: string | null = null;
    let tag: YamlToken | null = null;
    if (this.#tokens.is(Token.anchor)) {
      anchor = this.#tokens.take().text;
      if (this.#tokens.is(Token.tag)) tag = this.#tokens.take();
    } else if (this.#tokens.is(Token.tag)) {
      tag = this.#tokens.take();
      if (this.#tokens.is(Token.anchor)) anchor = this.#tokens.take().text;
    }
    const known: KnownTag = tag === null ? 'none' : tagOf(tag, this.#handles);
    const next = this.#tokens.peek();
    switch (next.kind) {
      case Token.blockEntry:
        if (indentless) return this.#list(anchor, known, 'indentless');
        break;
      case Token.scalar:
        this.#tokens.skip();
        return composeScalar(next, anchor, known, this.#tokens, this.#nesting);
      case Token.flowSequenceStart:
        return this.#list(anchor, known, 'flow');
      case Token.flowMappingStart:
        return this.#map(anchor, known, true);
      case Token.blockSequenceStart:
        if (block) return this.#list(anchor, known, 'block');
        break;
      case Token.blockMappingStart:
        if (block) return this.#map(anchor, known, false);
        break;
      default:
    }
    if (anchor === null && tag === null) {
      throw new YamlFault(next.from, `A value is missing before ${nameOfToken(next.kind)}.`);
    }
    const empty = {...next, from: first.from, to: first.from, text: '', style: 'plain'} as const;
    return composeScalar(empty, anchor, known, this.#tokens, this.#nesting);
  }

  #list(anchor: string | null, known: KnownTag, style: 'flow' | 'block' | 'indentless'): YamlValue {
    const open = this.#tokens.peek();
    const list = {kind: 'list' as const, items: [] as YamlValue[], from: open.from, to: open.to};
    const opened = this.#nesting.begin(list, anchor, known);
    if (style === 'flow') this.#flowItems(list.items);
    else this.#blockItems(list.items, style);
    list.to = this.#tokens.end;
    if (!LIST_TAGS.has(known)) this.#nesting.faultBefore(opened, [unfit(list, 'a list')]);
    this.#nesting.finish(opened);
    if (known !== 'pairs' && known !== 'ordered') return list;
    const {value, faults} = orderedPairs(list, known === 'ordered');
    for (const fault of faults) this.#nesting.fault(fault, fault.message, fault.hint);
    if (anchor !== null) this.#nesting.anchor(anchor, value);
    return value;
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
    const map: YamlMap & {to: number} = {
      kind: 'map',
      entries: new Map(),
      set: false,
      from: open.from,
      to: open.to,
    };
    const opened = this.#nesting.begin(map, null, 'none');
    const ends = [Token.value, Token.flowEntry, Token.flowSequenceEnd];
    const key = this.#tokens.isOneOf(ends) ? this.#empty(open.to) : this.#node(false, false);
    const value = this.#value(ends.slice(1), false);
    const merges: YamlEntry[] = [];
    this.#add(map, {key, value, merged: false}, merges);
    this.#nesting.faultBefore(opened, mergeEntries(map, merges, opened.shallow));
    map.to = this.#tokens.end;
    this.#nesting.finish(opened);
    return map;
  }

  #blockItems(items: YamlValue[], style: 'block' | 'indentless'): void {
    if (style === 'block') this.#tokens.skip();
    const ends =
      style === 'block'
        ? [Token.blockEntry, Token.blockEnd]
        : [Token.blockEntry, Token.key, Token.value, Token.blockEnd];
    while (this.#tokens.is(Token.blockEntry)) {
      const dash = this.#tokens.take();
      items.push(this.#tokens.isOneOf(ends) ? this.#empty(dash.to) : this.#node(true, false));
    }
    if (style === 'indentless') return;
    if (!this.#tokens.is(Token.blockEnd)) throw this.#misplaced('list');
    this.#tokens.skip();
  }

  #map(anchor: string | null, known: KnownTag, flow: boolean): YamlValue {
    const open = this.#tokens.take();
    const map: YamlMap & {to: number} = {
      kind: 'map',
      entries: new Map(),
      set: known === 'set',
      from: open.from,
      to: open.to,
    };
    const opened = this.#nesting.begin(map, anchor, known);
    const merges: YamlEntry[] = [];
    if (flow) this.#flowEntries(map, open, merges);
    else this.#blockEntries(map, merges);
    this.#nesting.faultBefore(opened, mergeEntries(map, merges, opened.shallow));
    map.to = this.#tokens.end;
    if (!MAP_TAGS.has(known)) this.#nesting.faultBefore(opened, [unfit(map, 'a mapping')]);
    this.#nesting.finish(opened);
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
        key = this.#tokens.isOneOf(afterKey) ? this.#empty(mark.to) : this.#node(false, false);
      } else if (this.#tokens.allowsEmptyKeys && this.#tokens.is(Token.value)) {
        key = this.#empty(this.#tokens.peek().from);
      } else if (this.#tokens.is(Token.flowMappingEnd)) {
        break;
      } else {
        key = this.#node(false, false);
        this.#add(map, {key, value: this.#empty(key.to), merged: false}, merges);
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
        key = this.#tokens.isOneOf(ends) ? this.#empty(mark.to) : this.#node(true, true);
      } else if (this.#tokens.allowsEmptyKeys && this.#tokens.is(Token.value)) {
        key = this.#empty(this.#tokens.peek().from);
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

  /** What stands behind a key: with its colon, or nothing. */
  #value(ends: readonly TokenKind[], block: boolean): YamlValue {
    if (!this.#tokens.is(Token.value)) return this.#empty(this.#tokens.end);
    const colon = this.#tokens.take();
    return this.#tokens.isOneOf(ends) ? this.#empty(colon.to) : this.#node(block, block);
  }

  #add(map: YamlMap, entry: YamlEntry, merges: YamlEntry[]): void {
    if (entry.key.kind === 'tagged' && entry.key.text === '<<' && !map.set) {
      merges.push(entry);
      return;
    }
    const {key} = entry;
    // Only as a key is a lone `=` text.
    const identity = key.kind === 'tagged' && key.text === '=' ? 't=' : keyIdentity(key);
    if (identity === null) {
      this.#nesting.fault(key, 'This cannot be a key.', 'Use plain text for keys.');
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

  /** A bracket that is never closed is told of where it opens. */
  #refuseEnd(open: YamlToken, closing: string): void {
    if (!this.#tokens.is(Token.streamEnd)) return;
    throw new YamlFault(
      open.from,
      'The bracket that opens here is never closed.',
      `Add the closing ${closing}.`,
    );
  }

  #empty(at: number): YamlValue {
    return composeEmpty(at, this.#tokens);
  }

  #misplaced(what: string): YamlFault {
    return new YamlFault(
      this.#tokens.peek().from,
      `The indentation does not fit the ${what} that this line would belong to.`,
      'Give all lines of the same level the same number of spaces.',
    );
  }
}

function unfit(value: YamlValue, what: string): ValueFault {
  return {
    kind: 'value',
    from: value.from,
    to: value.to,
    message: `The tag does not fit ${what}.`,
    hint: 'Remove the tag, which begins with !.',
  };
}

const DOCUMENT_ENDS: readonly TokenKind[] = [
  Token.directive,
  Token.documentStart,
  Token.documentEnd,
  Token.streamEnd,
];
const LIST_TAGS: ReadonlySet<KnownTag> = new Set([
  'none',
  'bare',
  'list',
  'pairs',
  'ordered',
  'unknown',
]);
const MAP_TAGS: ReadonlySet<KnownTag> = new Set(['none', 'bare', 'map', 'set', 'unknown']);
