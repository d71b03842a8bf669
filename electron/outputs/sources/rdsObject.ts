import {TextDecoder} from 'node:util';
import {SourceFault} from './outputSource';

/** An object of R, as far as tables need it; null is R's NULL. */
export type RObject = RVector | RList | ROther | null;

interface WithAttributes {
  readonly attributes: ReadonlyMap<string, RObject>;
  readonly length: number;
}

/** A vector of plain values; what they are is read when it is asked for. */
export interface RVector extends WithAttributes {
  readonly kind: 'logical' | 'integer' | 'double' | 'complex' | 'text' | 'raw';
  /** Whole numbers and truth values; null is NA. */
  readonly integer: (at: number) => number | null;
  readonly double: (at: number) => number;
  /** The 64 bits of a double: they distinguish NA from NaN, and hold the whole numbers of bit64. */
  readonly bits: (at: number) => bigint;
  /** Null is NA. */
  readonly text: (at: number) => string | null;
}

export interface RList extends WithAttributes {
  readonly kind: 'list';
  readonly items: readonly RObject[];
}

/** What no table holds: functions, environments and the like, by the name R has for them. */
interface ROther extends WithAttributes {
  readonly kind: 'other';
  readonly name: string;
}

const NA_INTEGER = -2_147_483_648;
/** Lists in lists; R itself goes no deeper than this. */
const DEEPEST = 2000;

/** What R writes for an object's type, in the lowest byte of its flags. */
const TYPE = {
  ...{symbol: 1, pairs: 2, closure: 3, environment: 4, promise: 5, call: 6, special: 7, builtin: 8},
  ...{character: 9, logical: 10, integer: 13, double: 14, complex: 15, text: 16, dots: 17},
  ...{list: 19, expression: 20, pointer: 22, weakReference: 23, raw: 24, s4: 25},
  ...{altrep: 238, persistent: 248, package: 250, namespace: 249, reference: 255},
} as const;

/** Bits of an object's flags: attributes, and a name, come with it. */
const ATTRIBUTES = 0x200;
const TAG = 0x400;

/** Constants without content: NULL, and the environments that every R has. */
const EMPTY = new Set([254, 253, 252, 251, 247, 242, 241]);

/** Reads what `saveRDS` wrote, unpacked; anything it can't read is a {@link SourceFault}. */
export function readRObject(bytes: Buffer): RObject {
  const mark = bytes.subarray(0, 2).toString('latin1');
  if (mark === 'A\n')
    throw new SourceFault('It was saved as text (ascii = TRUE), which is not read here.');
  if (mark !== 'X\n' && mark !== 'B\n') throw new SourceFault('It is no file of saveRDS in R.');
  return new ObjectReader(new Words(bytes, mark === 'B\n')).file();
}

const DAMAGED = 'It is damaged.';
const CUT_OFF = 'It is cut off, or damaged.';

/** The bytes of a file from front to back, and numbers at any place of it. */
class Words {
  private at = 2;

  constructor(
    readonly bytes: Buffer,
    private readonly little: boolean,
  ) {}

  int32(from: number): number {
    return this.little ? this.bytes.readInt32LE(from) : this.bytes.readInt32BE(from);
  }

  bits(from: number): bigint {
    return this.little ? this.bytes.readBigUInt64LE(from) : this.bytes.readBigUInt64BE(from);
  }

  double(from: number): number {
    return this.little ? this.bytes.readDoubleLE(from) : this.bytes.readDoubleBE(from);
  }

  /** Where the next `size` bytes begin, which are passed. */
  take(size: number): number {
    const from = this.at;
    if (size < 0 || size > this.left()) throw new SourceFault(CUT_OFF);
    this.at += size;
    return from;
  }

  /** Goes back by one word. */
  back(): void {
    this.at -= 4;
  }

  /** Bytes that follow. */
  left(): number {
    return this.bytes.length - this.at;
  }

  next(): number {
    return this.int32(this.take(4));
  }

  length(): number {
    const short = this.next();
    // longer than 2^31: two words
    return short === -1 ? this.next() * 2 ** 32 + (this.next() >>> 0) : short;
  }
}

/** Pairs one behind the other, with empty names where there are none. */
interface Pairs {
  readonly names: readonly string[];
  readonly items: readonly RObject[];
}

/** Reads one object, and all that lies in it. */
class ObjectReader {
  private depth = 0;
  /** Strings without a mark of their own are of the computer that wrote the file. */
  private isNativeUtf8 = true;
  private readonly references: RObject[] = [];
  private readonly latin1 = new TextDecoder('windows-1252');

  constructor(private readonly words: Words) {}

  file(): RObject {
    const {words} = this;
    const version = words.next();
    words.take(8);
    if (version === 3) {
      const size = words.next();
      const from = words.take(size);
      const encoding = words.bytes.toString('latin1', from, from + size);
      this.isNativeUtf8 = !/1252|8859|latin/i.test(encoding);
    } else if (version !== 2)
      throw new SourceFault(`It is of version ${version} of R’s format; 2 and 3 are read.`);
    return this.item();
  }

  private item(): RObject {
    this.depth += 1;
    if (this.depth > DEEPEST) throw new SourceFault('Its lists lie too deep in each other.');
    const object = this.body(this.words.next());
    this.depth -= 1;
    return object;
  }

  private skip(count: number): void {
    for (let passed = 0; passed < count; passed += 1) this.item();
  }

  private body(flags: number): RObject {
    const type = flags & 255;
    if (EMPTY.has(type)) return null;
    switch (type) {
      case TYPE.reference:
        return this.references[(flags >>> 8 || this.words.next()) - 1] ?? null;
      case TYPE.symbol:
        return this.remember(this.oneText());
      case TYPE.character:
        this.words.back();
        return this.oneText();
      case TYPE.pairs: {
        const {names, items} = this.pairs(flags);
        const attributes = new Map([['names', textVector(names)]]);
        return {kind: 'list', items, length: items.length, attributes};
      }
      case TYPE.altrep:
        return this.altrep();
      // here, as lists may lie deep in each other, and each call on the way takes of the stack
      case TYPE.list:
      case TYPE.expression:
        return this.withAttributes(flags, this.list());
      default: {
        const vector = this.vector(type);
        return vector === null ? this.other(type, flags) : this.withAttributes(flags, vector);
      }
    }
  }

  /** A vector; null for an object of another type. */
  private vector(type: number): RVector | null {
    switch (type) {
      case TYPE.logical:
        return this.plain('logical', 4);
      case TYPE.integer:
        return this.plain('integer', 4);
      case TYPE.double:
        return this.plain('double', 8);
      case TYPE.complex:
        return this.plain('complex', 16);
      case TYPE.raw:
        return this.plain('raw', 1);
      case TYPE.text:
        return this.texts();
      default:
        return null;
    }
  }

  /** What no table holds, passed by its name. */
  private other(type: number, flags: number): ROther {
    switch (type) {
      case TYPE.package:
      case TYPE.namespace:
      case TYPE.persistent:
        this.words.take(4);
        for (let count = this.words.next(); count > 0; count -= 1) this.passCharacters();
        return this.remember(other('environment'));
      case TYPE.environment:
        this.words.take(4);
        return this.remembered('environment', 4);
      case TYPE.call:
      case TYPE.closure:
      case TYPE.promise:
      case TYPE.dots:
        this.skip(2 + ((flags & ATTRIBUTES) !== 0 ? 1 : 0) + ((flags & TAG) !== 0 ? 1 : 0));
        return other(type === TYPE.closure ? 'function' : 'call');
      case TYPE.special:
      case TYPE.builtin:
        this.words.take(this.words.next());
        return other('function');
      case TYPE.pointer:
        return this.withAttributes(flags, this.remembered('pointer', 2));
      case TYPE.weakReference:
        return this.withAttributes(flags, this.remembered('weak reference', 0));
      case TYPE.s4:
        return this.withAttributes(flags, other('S4 object'));
      default:
        throw new SourceFault(
          'It holds an R object of a kind that is not read here. Open it in R.',
        );
    }
  }

  private remember<T extends RObject>(object: T): T {
    this.references.push(object);
    return object;
  }

  /** An object that what lies in it may refer to already. */
  private remembered(name: string, parts: number): ROther {
    const made = this.remember(other(name));
    this.skip(parts);
    return made;
  }

  /** The characters whose flags lie at this place. */
  private characters(from: number): string | null {
    const {bytes} = this.words;
    const size = this.words.int32(from + 4);
    if (size < 0) return null;
    const content = bytes.subarray(from + 8, from + 8 + size);
    const levels = this.words.int32(from) >>> 12;
    const isLatin1 = (levels & 4) !== 0 || ((levels & (8 | 64)) === 0 && !this.isNativeUtf8);
    return isLatin1 ? this.latin1.decode(content) : content.toString('utf8');
  }

  private passCharacters(): number {
    const {words} = this;
    const from = words.take(8);
    if ((words.int32(from) & 255) !== TYPE.character) throw new SourceFault(DAMAGED);
    words.take(Math.max(0, words.int32(from + 4)));
    return from;
  }

  private oneText(): RVector {
    const from = this.passCharacters();
    return vectorOf('text', 1, {text: () => this.characters(from)});
  }

  private plain(kind: RVector['kind'], size: number): RVector {
    const {words} = this;
    const count = words.length();
    const from = words.take(count * size);
    return vectorOf(kind, count, {
      integer: (index) => words.int32(from + index * size),
      double: (index) => words.double(from + index * size),
      bits: (index) => words.bits(from + index * size),
      text: (index) => words.bytes.toString('hex', from + index, from + index + 1),
    });
  }

  /** A length of things of which each takes so many bytes at least. */
  private count(smallest: number): number {
    const count = this.words.length();
    if (count * smallest > this.words.left()) throw new SourceFault(CUT_OFF);
    return count;
  }

  private texts(): RVector {
    const count = this.count(8);
    const places = new Float64Array(count);
    for (let index = 0; index < count; index += 1) places[index] = this.passCharacters();
    return vectorOf('text', count, {text: (index) => this.characters(places[index] ?? 0)});
  }

  private list(): RList {
    const length = this.count(4);
    const items: RObject[] = [];
    for (let at = 0; at < length; at += 1) items.push(this.item());
    return {kind: 'list', items, length, attributes: NONE};
  }

  private pairs(firstFlags: number): Pairs {
    const names: string[] = [];
    const items: RObject[] = [];
    for (let flags = firstFlags; ; flags = this.words.next()) {
      const type = flags & 255;
      if (type === 254) break;
      if (type !== TYPE.pairs && type !== TYPE.call) {
        items.push(this.body(flags));
        break;
      }
      if ((flags & ATTRIBUTES) !== 0) this.item();
      names.push(textOf((flags & TAG) !== 0 ? this.item() : null));
      items.push(this.item());
    }
    return {names, items};
  }

  private withAttributes<T extends RVector | RList | ROther>(flags: number, object: T): T {
    if ((flags & ATTRIBUTES) === 0) return object;
    const {names, items} = this.pairs(this.words.next());
    const attributes = new Map(names.map((name, index) => [name, items[index] ?? null]));
    return {...object, attributes};
  }

  private altrep(): RObject {
    const [name = null] = this.pairs(this.words.next()).items;
    const state = this.item();
    const attributes = this.item();
    const made = compact(textOf(name), state);
    if (attributes?.kind !== 'list' || made === null) return made;
    const names = attributes.attributes.get('names') ?? null;
    const merged = new Map(made.attributes);
    attributes.items.forEach((value, index) => merged.set(textOf(names, index), value));
    return {...made, attributes: merged};
  }
}

function other(name: string): ROther {
  return {kind: 'other', name, length: 1, attributes: NONE};
}

/** A text of a vector; empty where there is none. */
function textOf(object: RObject, at = 0): string {
  return object?.kind === 'text' ? (object.text(at) ?? '') : '';
}

/** Values of a sequence that takes three numbers in the file. */
const LONGEST_RECIPE = 50_000_000;

const NONE: ReadonlyMap<string, RObject> = new Map();

type Reads = Partial<Pick<RVector, 'double' | 'bits' | 'text'>> & {
  readonly integer?: (at: number) => number;
};

function vectorOf(kind: RVector['kind'], length: number, reads: Reads): RVector {
  return {
    kind,
    length,
    attributes: NONE,
    integer: (at) => {
      const value = reads.integer?.(at) ?? NA_INTEGER;
      return value === NA_INTEGER ? null : value;
    },
    double: (at) => reads.double?.(at) ?? NaN,
    bits: (at) => reads.bits?.(at) ?? 0n,
    text: (at) => reads.text?.(at) ?? null,
  };
}

function textVector(texts: readonly string[]): RVector {
  return vectorOf('text', texts.length, {text: (at) => texts[at] ?? null});
}

/** A vector that R keeps as a recipe: a sequence, numbers that are to be text, or one with notes about it. */
function compact(recipe: string, state: RObject): RObject {
  const inner = state?.kind === 'list' ? (state.items[0] ?? null) : null;
  if (recipe === 'compact_intseq' || recipe === 'compact_realseq') {
    if (state?.kind !== 'double') throw new SourceFault(DAMAGED);
    const [count, start, step] = [state.double(0), state.double(1), state.double(2)];
    if (!(count >= 0 && count <= LONGEST_RECIPE))
      throw new SourceFault('It holds a sequence that is too long to show.');
    const value = (at: number): number => start + at * step;
    return recipe === 'compact_intseq'
      ? vectorOf('integer', count, {integer: value})
      : vectorOf('double', count, {double: value, bits: (at) => bitsOf(value(at))});
  }
  if (recipe.startsWith('wrap_')) return inner;
  if (recipe === 'deferred_string' && (inner?.kind === 'integer' || inner?.kind === 'double'))
    return vectorOf('text', inner.length, {
      text: (at) => {
        if (inner.kind === 'double')
          return rNumberText(inner.double(at), isNaDouble(inner.bits(at)));
        const value = inner.integer(at);
        return value === null ? null : String(value);
      },
    });
  throw new SourceFault(
    `It holds a vector of a kind that is not read here (${recipe}). Open it in R.`,
  );
}

function bitsOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** Whether the bits of a double are R's NA, which is a NaN with 1954 in it. */
export function isNaDouble(bits: bigint): boolean {
  return (
    (bits & 0x7ff0_0000_0000_0000n) === 0x7ff0_0000_0000_0000n && (bits & 0xffff_ffffn) === 1954n
  );
}

/** A number as R makes text of it: up to 15 digits, with an exponent where that is shorter. */
function rNumberText(value: number, isNa: boolean): string | null {
  if (isNa) return null;
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  const short = Number(value.toPrecision(15));
  const [digits = '0', power = '0'] = short.toExponential().split('e');
  const exponent = Number(power);
  const sign = exponent < 0 ? '-' : '+';
  const scientific = `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  const decimals = Math.max(0, digits.replace(/^-?\d\.?/, '').length - exponent);
  const fixed = short.toFixed(Math.min(100, decimals));
  return fixed.length <= scientific.length ? fixed : scientific;
}
