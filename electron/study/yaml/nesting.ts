import type {KnownTag} from './tagHandles';
import {YamlFault} from './yamlFault';
import type {Place, YamlList, YamlMap, YamlValue} from './yamlValue';
import type {YamlToken} from './yamlToken';

/** Trouble with a value that does not stop the reading; the reference stops at the first. */
export interface ValueFault extends Place {
  readonly kind: 'duplicate-key' | 'value';
  readonly message: string;
  readonly hint: string | null;
}

/** Deepest nesting of collections; Python's own stack ends a little above, as `likeRuyaml.test.ts` sees. */
export const DEEPEST = 240;

/** Faults of values kept at most. */
const MOST_FAULTS = 5000;

/** The fault of a collection nested deeper. */
export function tooDeep(offset: number): YamlFault {
  return new YamlFault(offset, 'Lists and mappings are nested too deeply here.');
}

interface Anchored {
  readonly value: YamlValue;
  /** Aliases stand for it; before that they are null. */
  ready: boolean;
}

/** A collection that is being read. */
export interface OpenCollection {
  readonly anchored: Anchored;
  readonly known: KnownTag;
  /** Only lists and mappings with unknown tags are around: there ruyaml fills mappings late. */
  readonly shallow: boolean;
  /** Faults before its first part. */
  readonly faultsBefore: number;
  /** Something is wrong with it itself or a part of it that is no collection. */
  faulty: boolean;
}

/** Keeps count of open collections, anchors and faults of values while a document is composed. */
export class Nesting {
  readonly faults: ValueFault[] = [];
  readonly #anchors = new Map<string, Anchored>();
  /** The collections that are open, innermost last. */
  readonly #open: OpenCollection[] = [];
  #shallow = true;

  begin(value: YamlList | YamlMap, anchor: string | null, known: KnownTag): OpenCollection {
    // Inside of itself an alias is null to the reference, unless it fills the collection late.
    const anchored = {value, ready: this.#shallow};
    if (anchor !== null) this.#anchors.set(anchor, anchored);
    const open: OpenCollection = {
      anchored,
      known,
      shallow: this.#shallow,
      faultsBefore: this.faults.length,
      faulty: false,
    };
    this.#open.push(open);
    if (this.#open.length > DEEPEST) throw tooDeep(value.from);
    this.#shallow &&= value.kind === 'list' || known === 'unknown';
    return open;
  }

  finish(open: OpenCollection): void {
    open.anchored.ready = true;
    this.#open.pop();
    this.#shallow = open.shallow;
    if (open.known !== 'unknown' || (open.shallow && !open.faulty)) return;
    // Behind a tag it does not know the reference hides what went wrong; not what is in parts that
    // it fills late, but to those it only comes where nothing else is wrong.
    for (let index = open.faultsBefore; index < this.faults.length; index += 1) {
      const fault = this.faults[index];
      if (fault !== undefined) this.faults[index] = {...fault, kind: 'value'};
    }
  }

  /** Names a value that is there as a whole. */
  anchor(name: string, value: YamlValue): void {
    this.#anchors.set(name, {value, ready: true});
  }

  /** The value that an alias stands for. */
  alias({text, from, to}: YamlToken): YamlValue {
    const anchored = this.#anchors.get(text);
    if (anchored === undefined) {
      throw new YamlFault(
        from,
        `The alias *${text} has no anchor &${text} above it.`,
        'Define the anchor first, or put quotes around text that begins with *.',
      );
    }
    return anchored.ready ? anchored.value : {kind: 'null', from, to};
  }

  fault(at: Place, message: string, hint: string | null, kind: ValueFault['kind'] = 'value'): void {
    const innermost = this.#open.at(-1);
    if (innermost !== undefined) innermost.faulty = true;
    if (this.faults.length >= MOST_FAULTS) return;
    this.faults.push({kind, from: at.from, to: at.to, message, hint});
  }

  /** The reference looks at a collection's tag and its `<<` before it looks at the parts. */
  faultBefore(open: OpenCollection, faults: readonly ValueFault[]): void {
    if (faults.length === 0) return;
    open.faulty = true;
    this.faults.splice(open.faultsBefore, 0, ...faults);
  }
}
