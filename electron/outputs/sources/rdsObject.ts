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
  /** The 64 bits of a double: they tell NA from NaN, and hold the whole numbers of bit64. */
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

/** Constants without content: NULL, and the environments that every R has. */
const EMPTY = new Set([254, 253, 252, 251, 247, 242, 241]);

/** Reads what `saveRDS` wrote, unpacked; anything it can't read is a {@link SourceFault}. */
export function readRObject(bytes: Buffer): RObject {
  const mark = bytes.subarray(0, 2).toString('latin1');
  if (mark === 'A\n')
    throw new SourceFault('It was saved as text (ascii = TRUE), which is not read here.');
  if (mark !== 'X\n' && mark !== 'B\n') throw new SourceFault('It is no file of saveRDS in R.');
  return createReader(bytes, mark === 'B\n').file();
}

function createReader(bytes: Buffer, little: boolean) {
  let at = 2;
  let depth = 0;
  /** Strings without a mark of their own are of the computer that wrote the file. */
  let isNativeUtf8 = true;
  const references: RObject[] = [];
  const latin1 = new TextDecoder('windows-1252');

  const int32 = (from: number): number =>
    little ? bytes.readInt32LE(from) : bytes.readInt32BE(from);
  const bits = (from: number): bigint =>
    little ? bytes.readBigUInt64LE(from) : bytes.readBigUInt64BE(from);
  const double = (from: number): number =>
    little ? bytes.readDoubleLE(from) : bytes.readDoubleBE(from);
  const take = (size: number): number => {
    const from = at;
    if (size < 0 || from + size > bytes.length) throw new SourceFault('It is cut off, or damaged.');
    at += size;
    return from;
  };
  const int = (): number => int32(take(4));
  const length = (): number => {
    const short = int();
    // longer than 2^31: two words
    return short === -1 ? int() * 2 ** 32 + (int() >>> 0) : short;
  };

  /** The characters whose flags lie at this place. */
  const characters = (from: number): string | null => {
    const size = int32(from + 4);
    if (size < 0) return null;
    const content = bytes.subarray(from + 8, from + 8 + size);
    const levels = int32(from) >>> 12;
    const isLatin1 = (levels & 4) !== 0 || ((levels & (8 | 64)) === 0 && !isNativeUtf8);
    return isLatin1 ? latin1.decode(content) : content.toString('utf8');
  };
  const passCharacters = (): number => {
    const from = take(8);
    if ((int32(from) & 255) !== TYPE.character) throw new SourceFault('It is damaged.');
    take(Math.max(0, int32(from + 4)));
    return from;
  };
  const strings = (count: number): readonly (string | null)[] =>
    Array.from({length: count}, () => characters(passCharacters()));

  const plain = (kind: RVector['kind'], size: number): RVector => {
    const count = length();
    const from = take(count * size);
    return vectorOf(kind, count, {
      integer: (index) => int32(from + index * size),
      double: (index) => double(from + index * size),
      bits: (index) => bits(from + index * size),
      text: (index) => bytes.toString('hex', from + index, from + index + 1),
    });
  };
  const texts = (): RVector => {
    const count = length();
    // each text takes eight bytes at least
    if (count * 8 > bytes.length - at) throw new SourceFault('It is cut off, or damaged.');
    const places = new Float64Array(count);
    for (let index = 0; index < count; index += 1) places[index] = passCharacters();
    return vectorOf('text', count, {text: (index) => characters(places[index] ?? 0)});
  };
  const other = (name: string): ROther => ({kind: 'other', name, length: 1, attributes: NONE});
  const remember = <T extends RObject>(object: T): T => {
    references.push(object);
    return object;
  };

  /** Pairs one behind the other, without their names where there are none. */
  const pairs = (
    firstFlags: number,
  ): {readonly names: readonly string[]; readonly items: readonly RObject[]} => {
    const names: string[] = [];
    const items: RObject[] = [];
    for (let flags = firstFlags; ; flags = int()) {
      const type = flags & 255;
      if (type === 254) break;
      if (type !== TYPE.pairs && type !== TYPE.call) {
        items.push(body(flags));
        break;
      }
      if ((flags & 0x200) !== 0) item();
      const tag = (flags & 0x400) !== 0 ? item() : null;
      names.push(tag?.kind === 'text' ? (tag.text(0) ?? '') : '');
      items.push(item());
    }
    return {names, items};
  };

  const withAttributes = <T extends RVector | RList | ROther>(flags: number, object: T): T => {
    if ((flags & 0x200) === 0) return object;
    const {names, items} = pairs(int());
    return {
      ...object,
      attributes: new Map(names.map((name, index) => [name, items[index] ?? null])),
    };
  };

  const altrep = (): RObject => {
    const [name] = pairs(int()).items;
    const state = item();
    const attributes = item();
    const made = compact(name?.kind === 'text' ? (name.text(0) ?? '') : '', state);
    if (attributes?.kind !== 'list' || made === null) return made;
    const names = attributes.attributes.get('names');
    const merged = new Map(made.attributes);
    attributes.items.forEach((value, index) =>
      merged.set(names?.kind === 'text' ? (names.text(index) ?? '') : '', value),
    );
    return {...made, attributes: merged};
  };

  function item(): RObject {
    depth += 1;
    if (depth > DEEPEST) throw new SourceFault('Its lists lie too deep in each other.');
    const object = body(int());
    depth -= 1;
    return object;
  }

  function body(flags: number): RObject {
    const type = flags & 255;
    if (EMPTY.has(type)) return null;
    switch (type) {
      case TYPE.reference:
        return references[(flags >>> 8 || int()) - 1] ?? null;
      case TYPE.symbol: {
        const from = passCharacters();
        return remember(vectorOf('text', 1, {text: () => characters(from)}));
      }
      case TYPE.package:
      case TYPE.namespace:
      case TYPE.persistent:
        take(4);
        strings(int());
        return remember(other('environment'));
      case TYPE.environment: {
        take(4);
        const made = remember(other('environment'));
        for (let part = 0; part < 4; part += 1) item();
        return made;
      }
      case TYPE.pairs: {
        const {names, items} = pairs(flags);
        return {
          kind: 'list',
          items,
          length: items.length,
          attributes: new Map([['names', textVector(names)]]),
        };
      }
      case TYPE.call:
      case TYPE.closure:
      case TYPE.promise:
      case TYPE.dots:
        if ((flags & 0x200) !== 0) item();
        if ((flags & 0x400) !== 0) item();
        item();
        item();
        return other(type === TYPE.closure ? 'function' : 'call');
      case TYPE.special:
      case TYPE.builtin:
        take(int());
        return other('function');
      case TYPE.pointer:
        remember(other('pointer'));
        item();
        item();
        return withAttributes(flags, other('pointer'));
      case TYPE.weakReference:
        return withAttributes(flags, remember(other('weak reference')));
      case TYPE.logical:
        return withAttributes(flags, plain('logical', 4));
      case TYPE.integer:
        return withAttributes(flags, plain('integer', 4));
      case TYPE.double:
        return withAttributes(flags, plain('double', 8));
      case TYPE.complex:
        return withAttributes(flags, plain('complex', 16));
      case TYPE.raw:
        return withAttributes(flags, plain('raw', 1));
      case TYPE.text:
        return withAttributes(flags, texts());
      case TYPE.character: {
        at -= 4;
        const from = passCharacters();
        return vectorOf('text', 1, {text: () => characters(from)});
      }
      case TYPE.list:
      case TYPE.expression: {
        const count = length();
        if (count * 4 > bytes.length - at) throw new SourceFault('It is cut off, or damaged.');
        const items = Array.from({length: count}, item);
        return withAttributes(flags, {kind: 'list', items, length: count, attributes: NONE});
      }
      case TYPE.s4:
        return withAttributes(flags, other('S4 object'));
      case TYPE.altrep:
        return altrep();
      default:
        throw new SourceFault(
          'It holds an R object of a kind that is not read here. Open it in R.',
        );
    }
  }

  return {
    file(): RObject {
      const version = int();
      take(8);
      if (version === 3) {
        const size = int();
        const encoding = bytes.toString('latin1', take(size), at);
        isNativeUtf8 = !/1252|8859|latin/i.test(encoding);
      } else if (version !== 2)
        throw new SourceFault(`It is of version ${version} of R’s format; 2 and 3 are read.`);
      return item();
    },
  };
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
    if (state?.kind !== 'double') throw new SourceFault('It is damaged.');
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
