import {YamlFault} from './yamlFault';
import type {Place, YamlList, YamlMap, YamlValue} from './yamlValue';
import type {YamlToken} from './yamlToken';

/** Trouble with a value that does not stop the reading; the reference stops at the first. */
export interface ValueFault extends Place {
  readonly kind: 'duplicate-key' | 'value';
  readonly message: string;
  readonly hint: string;
}

/** Deepest nesting of collections; Python's own stack ends a little above, as `likeRuyaml.test.ts` sees. */
export const DEEPEST = 240;

/** Faults of values kept at most. */
const MOST_FAULTS = 5000;

/** The fault of a collection nested deeper. */
export function tooDeep(offset: number): YamlFault {
  return new YamlFault(offset, 'Lists and mappings are nested too deeply here.');
}

/** Keeps the depth, the anchors and the faults of values while a document is composed. */
export class Nesting {
  readonly faults: ValueFault[] = [];
  readonly #anchors = new Map<string, YamlValue>();
  #depth = 0;
  #openMaps = 0;

  /** Opens a collection; true where no mapping is around it. `finish` closes it. */
  begin(value: YamlList | YamlMap, anchor: string | null): boolean {
    // inside of itself an alias is null
    if (anchor !== null) this.anchor(anchor, {kind: 'null', from: value.from, to: value.from});
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw tooDeep(value.from);
    if (value.kind === 'map') this.#openMaps += 1;
    return this.#openMaps < 2;
  }

  finish(value: YamlList | YamlMap, anchor: string | null): void {
    this.#depth -= 1;
    if (value.kind === 'map') this.#openMaps -= 1;
    if (anchor !== null) this.anchor(anchor, value);
  }

  anchor(name: string, value: YamlValue): void {
    this.#anchors.set(name, value);
  }

  /** The value of an alias. */
  alias({text, from}: YamlToken): YamlValue {
    const value = this.#anchors.get(text);
    if (value === undefined) {
      throw new YamlFault(
        from,
        `The alias *${text} has no anchor &${text} above it.`,
        'Define the anchor first, or put quotes around text that begins with *.',
      );
    }
    return value;
  }

  fault(
    {from, to}: Place,
    message: string,
    hint: string,
    kind: ValueFault['kind'] = 'value',
  ): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push({kind, from, to, message, hint});
  }
}
