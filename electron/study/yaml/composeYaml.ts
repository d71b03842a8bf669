import {mergeEntries} from './mergeEntries';
import {orderedPairs} from './orderedPairs';
import {TagHandles, tagOf, type KnownTag} from './tagHandles';
import {constructScalar, resolveScalar} from './resolveScalar';
import {YamlFault} from './yamlFault';
import {Token, nameOfToken, type TokenKind, type YamlToken} from './yamlToken';
import {
  emptyValue,
  keyIdentity,
  type YamlEntry,
  type YamlList,
  type YamlMap,
  type YamlValue,
} from './yamlValue';
import type {ScannedYaml} from './scanYaml';

/** Trouble with a value that does not stop the reading; the reference stops at the first. */
export interface ValueFault {
  readonly kind: 'duplicate-key' | 'value';
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly hint: string | null;
}

/** A document read from its tokens. */
export interface ComposedYaml {
  /** Null for an empty text. */
  readonly root: YamlValue | null;
  readonly valueFaults: readonly ValueFault[];
}

/** Deepest nesting of collections; Python's own stack ends a little above (BEHAVIOUR §1.1, differential test). */
const DEEPEST = 240;

/** Builds the one document of a scanned text; throws a YamlFault where there is none. */
export function composeYaml(scanned: ScannedYaml): ComposedYaml {
  const composer = new Composer(scanned);
  const root = composer.document();
  return {root, valueFaults: composer.faults};
}

interface Anchored {
  readonly value: YamlValue;
  finished: boolean;
}

/** A collection that is being read. */
interface Open {
  readonly anchored: Anchored;
  readonly known: KnownTag;
  readonly shallow: boolean;
  /** Faults before its first part. */
  readonly faultsBefore: number;
}

class Composer {
  readonly faults: ValueFault[] = [];
  readonly #tokens: readonly YamlToken[];
  readonly #version: readonly [number, number];
  readonly #stop: YamlFault | null;
  readonly #handles = new TagHandles();
  readonly #anchors = new Map<string, Anchored>();
  #next = 0;
  #depth = 0;
  /** Only lists and mappings with unknown tags are around: there ruyaml fills mappings late. */
  #shallow = true;
  #root: YamlValue | null = null;

  constructor(scanned: ScannedYaml) {
    this.#tokens = scanned.tokens;
    this.#version = scanned.version;
    this.#stop = scanned.fault;
  }

  document(): YamlValue | null {
    if (this.#is(Token.streamEnd)) return null;
    let root: YamlValue;
    if (this.#is(Token.directive) || this.#is(Token.documentStart)) {
      this.#directives();
      if (!this.#is(Token.documentStart)) {
        throw new YamlFault(
          this.#peek().from,
          'A line with --- must follow the directives that begin with %.',
        );
      }
      this.#next += 1;
      root = this.#isOneOf(DOCUMENT_ENDS) ? emptyValue(this.#peek().from) : this.#node(true, false);
    } else {
      root = this.#node(true, false);
    }
    if (this.#is(Token.documentEnd)) this.#next += 1;
    if (this.#yaml11()) while (this.#is(Token.documentEnd)) this.#next += 1;
    if (!this.#is(Token.streamEnd)) {
      throw new YamlFault(
        this.#peek().from,
        'The file holds something else behind its first document.',
        'Keep one document: remove --- or ... lines, and indent what belongs to the value above.',
      );
    }
    return root;
  }

  #yaml11(): boolean {
    return this.#version[0] === 1 && this.#version[1] === 1;
  }

  /** Empty keys need a version above 1.1. */
  #allowsEmptyKeys(): boolean {
    return this.#version[0] > 1 || (this.#version[0] === 1 && this.#version[1] > 1);
  }

  #peek(): YamlToken {
    const next = this.#tokens[this.#next];
    if (next !== undefined) return next;
    throw this.#stop ?? new Error('The tokens end without an end of stream.');
  }

  #is(kind: TokenKind): boolean {
    return this.#peek().kind === kind;
  }

  #isOneOf(kinds: readonly TokenKind[]): boolean {
    return kinds.includes(this.#peek().kind);
  }

  #take(): YamlToken {
    const next = this.#peek();
    this.#next += 1;
    return next;
  }

  #directives(): void {
    let seenVersion = false;
    while (this.#is(Token.directive)) {
      const {directive, from} = this.#take();
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
    const first = this.#peek();
    if (first.kind === Token.alias) return this.#alias();
    let anchor: string | null = null;
    let tag: YamlToken | null = null;
    if (this.#is(Token.anchor)) {
      anchor = this.#take().text;
      if (this.#is(Token.tag)) tag = this.#take();
    } else if (this.#is(Token.tag)) {
      tag = this.#take();
      if (this.#is(Token.anchor)) anchor = this.#take().text;
    }
    const known: KnownTag = tag === null ? 'none' : tagOf(tag, this.#handles);
    const next = this.#peek();
    switch (next.kind) {
      case Token.blockEntry:
        if (indentless) return this.#list(anchor, known, 'indentless');
        break;
      case Token.scalar:
        this.#next += 1;
        return this.#scalar(next, anchor, known);
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
    return this.#scalar(
      {...next, from: first.from, to: first.from, text: '', style: 'plain'},
      anchor,
      known,
    );
  }

  #alias(): YamlValue {
    const {text, from, to} = this.#take();
    const anchored = this.#anchors.get(text);
    if (anchored === undefined) {
      throw new YamlFault(
        from,
        `The alias *${text} has no anchor &${text} above it.`,
        'Define the anchor first, or put quotes around text that begins with *.',
      );
    }
    // Inside of itself an alias is null to the reference, but for the root, which is there at once.
    if (anchored.finished || this.#depth === 0) return anchored.value;
    return anchored.value === this.#root ? anchored.value : {kind: 'null', from, to};
  }

  #begin(value: YamlList | YamlMap, anchor: string | null, known: KnownTag): Open {
    if (this.#depth === 0) this.#root ??= value;
    const anchored = {value, finished: false};
    if (anchor !== null) this.#anchors.set(anchor, anchored);
    this.#depth += 1;
    if (this.#depth > DEEPEST) {
      throw new YamlFault(value.from, 'Lists and mappings are nested too deeply here.');
    }
    const open = {anchored, known, shallow: this.#shallow, faultsBefore: this.faults.length};
    this.#shallow &&= value.kind === 'list' || known === 'unknown';
    return open;
  }

  #end(open: Open): void {
    open.anchored.finished = true;
    this.#depth -= 1;
    this.#shallow = open.shallow;
    if (open.known !== 'unknown' || open.shallow) return;
    // Behind a tag it does not know the reference hides what went wrong.
    for (let index = open.faultsBefore; index < this.faults.length; index += 1) {
      const fault = this.faults[index];
      if (fault !== undefined) this.faults[index] = {...fault, kind: 'value'};
    }
  }

  #fault(value: YamlValue, message: string, hint: string | null = null): void {
    this.faults.push({kind: 'value', from: value.from, to: value.to, message, hint});
  }

  #scalar(source: YamlToken, anchor: string | null, known: KnownTag): YamlValue {
    const {from, to, text} = source;
    const plain = source.style === 'plain' && known === 'none';
    const tag = known === 'none' ? (plain ? this.#resolve(source) : 'text') : known;
    const resolved = tag === 'bare' ? this.#resolve(source) : tag;
    let value: YamlValue;
    if (
      resolved === 'list' ||
      resolved === 'map' ||
      resolved === 'set' ||
      resolved === 'pairs' ||
      resolved === 'ordered'
    ) {
      value = {kind: 'null', from, to};
      this.#fault(
        {...value, to: Math.max(to, from + 1)},
        'The tag asks for a list or mapping, but a text follows.',
      );
    } else {
      const made = constructScalar(resolved, text, this.#yaml11(), plain, anchor !== null);
      value = made === null ? {kind: 'text', text, plain, from, to} : {...made, from, to};
      if (made === null) {
        this.#fault(
          value,
          `${text} is not a ${resolved === 'date' ? 'possible date' : `readable ${resolved}`}.`,
          'Put quotes around it to make it text.',
        );
      }
    }
    if (anchor !== null) this.#anchors.set(anchor, {value, finished: true});
    return value;
  }

  #resolve(source: YamlToken): Exclude<ReturnType<typeof resolveScalar>, null> {
    const tag = resolveScalar(source.text, this.#version);
    if (tag === null) {
      throw new YamlFault(
        source.from,
        'The version on the %YAML line is not known.',
        'Remove the line.',
      );
    }
    return tag;
  }

  #list(anchor: string | null, known: KnownTag, style: 'flow' | 'block' | 'indentless'): YamlValue {
    const open = this.#peek();
    const list = {kind: 'list' as const, items: [] as YamlValue[], from: open.from, to: open.to};
    const opened = this.#begin(list, anchor, known);
    if (style === 'flow') this.#flowItems(list.items);
    else this.#blockItems(list.items, style);
    list.to = this.#tokens[this.#next - 1]?.to ?? open.to;
    if (!LIST_TAGS.has(known)) this.#faultBefore(opened, [unfit(list, 'a list')]);
    this.#end(opened);
    if (known !== 'pairs' && known !== 'ordered') return list;
    const {value, faults} = orderedPairs(list, known === 'ordered');
    this.faults.push(...faults);
    if (anchor !== null) this.#anchors.set(anchor, {value, finished: true});
    return value;
  }

  #flowItems(items: YamlValue[]): void {
    const open = this.#take();
    for (let first = true; !this.#is(Token.flowSequenceEnd); first = false) {
      if (!first) this.#comma(open, ']');
      if (this.#is(Token.key)) items.push(this.#pair());
      else if (!this.#is(Token.flowSequenceEnd)) items.push(this.#node(false, false));
      else break;
    }
    this.#next += 1;
  }

  /** `[a: 1]`: a mapping with one key, without braces. */
  #pair(): YamlValue {
    const open = this.#take();
    const map: YamlMap & {to: number} = {
      kind: 'map',
      entries: new Map(),
      set: false,
      from: open.from,
      to: open.to,
    };
    const opened = this.#begin(map, null, 'none');
    const ends = [Token.value, Token.flowEntry, Token.flowSequenceEnd];
    const key = this.#isOneOf(ends) ? emptyValue(open.to) : this.#node(false, false);
    let value: YamlValue = emptyValue(this.#peek().from);
    if (this.#is(Token.value)) {
      const colon = this.#take();
      value = this.#isOneOf(ends.slice(1)) ? emptyValue(colon.to) : this.#node(false, false);
    }
    const merges: YamlEntry[] = [];
    this.#add(map, {key, value, merged: false}, merges);
    this.#faultBefore(opened, mergeEntries(map, merges, opened.shallow));
    map.to = this.#tokens[this.#next - 1]?.to ?? open.to;
    this.#end(opened);
    return map;
  }

  #blockItems(items: YamlValue[], style: 'block' | 'indentless'): void {
    if (style === 'block') this.#next += 1;
    const ends =
      style === 'block'
        ? [Token.blockEntry, Token.blockEnd]
        : [Token.blockEntry, Token.key, Token.value, Token.blockEnd];
    while (this.#is(Token.blockEntry)) {
      const dash = this.#take();
      items.push(this.#isOneOf(ends) ? emptyValue(dash.to) : this.#node(true, false));
    }
    if (style === 'indentless') return;
    if (!this.#is(Token.blockEnd)) throw this.#misplaced('list');
    this.#next += 1;
  }

  #map(anchor: string | null, known: KnownTag, flow: boolean): YamlValue {
    const open = this.#take();
    const map: YamlMap & {to: number} = {
      kind: 'map',
      entries: new Map(),
      set: known === 'set',
      from: open.from,
      to: open.to,
    };
    const opened = this.#begin(map, anchor, known);
    const merges: YamlEntry[] = [];
    if (flow) this.#flowEntries(map, open, merges);
    else this.#blockEntries(map, merges);
    this.#faultBefore(opened, mergeEntries(map, merges, opened.shallow));
    map.to = this.#tokens[this.#next - 1]?.to ?? open.to;
    if (!MAP_TAGS.has(known)) this.#faultBefore(opened, [unfit(map, 'a mapping')]);
    this.#end(opened);
    return map;
  }

  #flowEntries(map: YamlMap, open: YamlToken, merges: YamlEntry[]): void {
    const afterKey = [Token.value, Token.flowEntry, Token.flowMappingEnd];
    for (let first = true; !this.#is(Token.flowMappingEnd); first = false) {
      if (!first) this.#comma(open, '}');
      let key: YamlValue;
      if (this.#is(Token.key)) {
        const mark = this.#take();
        key = this.#isOneOf(afterKey) ? emptyValue(mark.to) : this.#node(false, false);
      } else if (this.#allowsEmptyKeys() && this.#is(Token.value)) {
        key = emptyValue(this.#peek().from);
      } else if (this.#is(Token.flowMappingEnd)) {
        break;
      } else {
        key = this.#node(false, false);
        this.#add(map, {key, value: emptyValue(key.to), merged: false}, merges);
        continue;
      }
      let value: YamlValue = emptyValue(key.to);
      if (this.#is(Token.value)) {
        const colon = this.#take();
        value = this.#isOneOf(afterKey.slice(1)) ? emptyValue(colon.to) : this.#node(false, false);
      }
      this.#add(map, {key, value, merged: false}, merges);
    }
    this.#next += 1;
  }

  #blockEntries(map: YamlMap, merges: YamlEntry[]): void {
    const ends = [Token.key, Token.value, Token.blockEnd];
    for (;;) {
      let key: YamlValue;
      if (this.#is(Token.key)) {
        const mark = this.#take();
        key = this.#isOneOf(ends) ? emptyValue(mark.to) : this.#node(true, true);
      } else if (this.#allowsEmptyKeys() && this.#is(Token.value)) {
        key = emptyValue(this.#peek().from);
      } else if (this.#is(Token.blockEnd)) {
        this.#next += 1;
        return;
      } else {
        throw this.#misplaced('mapping');
      }
      let value: YamlValue = emptyValue(key.to);
      if (this.#is(Token.value)) {
        const colon = this.#take();
        value = this.#isOneOf(ends) ? emptyValue(colon.to) : this.#node(true, true);
      }
      this.#add(map, {key, value, merged: false}, merges);
    }
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
      this.#fault(key, 'This can not be a key.', 'Use plain text for keys.');
    } else if (map.entries.has(identity)) {
      this.faults.push({
        kind: 'duplicate-key',
        from: key.from,
        to: key.to,
        message: `The key ${key.kind === 'text' ? `\`${key.text}\` ` : ''}is given twice in the same mapping.`,
        hint: 'Rename one of the two, or remove it.',
      });
    } else {
      map.entries.set(identity, entry);
    }
  }

  /** The reference looks at a collection's tag and its `<<` before it looks at the parts. */
  #faultBefore(open: Open, faults: readonly ValueFault[]): void {
    if (faults.length > 0) this.faults.splice(open.faultsBefore, 0, ...faults);
  }

  #comma(open: YamlToken, closing: string): void {
    if (this.#is(Token.flowEntry)) {
      this.#next += 1;
      return;
    }
    const found = this.#peek();
    throw new YamlFault(
      found.kind === Token.streamEnd ? open.from : found.from,
      found.kind === Token.streamEnd
        ? `The bracket that opens here is never closed.`
        : `A comma or ${closing} is missing before ${nameOfToken(found.kind)}.`,
      found.kind === Token.streamEnd ? `Add the closing ${closing}.` : null,
    );
  }

  #misplaced(what: string): YamlFault {
    return new YamlFault(
      this.#peek().from,
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
