import {isUtf8} from 'node:buffer';
import {TextDecoder} from 'node:util';
import {MOST_COLUMNS, SourceFault} from './outputSource';
import {stataDateOf, type StataDate} from './stataDates';

/** A variable of a Stata data set. */
export interface StataVariable {
  readonly name: string;
  readonly kind: 'byte' | 'int' | 'long' | 'float' | 'double' | 'text' | 'long text';
  /** Bytes in a row, and where they begin. */
  readonly width: number;
  readonly offset: number;
  /** How its numbers count time; null for plain ones. */
  readonly date: StataDate | null;
  /** Labels by value as text, of missing codes by `.0` for `.` to `.26` for `.z`; null without any. */
  readonly labels: ReadonlyMap<string, string> | null;
}

/** Where everything lies in a Stata file. */
export interface StataLayout {
  readonly release: number;
  readonly little: boolean;
  readonly rowCount: number;
  readonly rowBytes: number;
  /** Where the first row begins. */
  readonly dataAt: number;
  readonly variables: readonly StataVariable[];
  /** The text that a cell of a long text at this place points to. */
  readonly longTexts: (bytes: Buffer, at: number) => string;
}

/** Sizes that differ between the releases, in bytes. */
interface Sizes {
  readonly name: number;
  readonly format: number;
}

type Labels = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads a Stata file up to its rows, and the labels behind them; a file it does not know is a fault of the source. */
export function readStataLayout(bytes: Buffer): StataLayout {
  if (bytes.subarray(0, 11).toString('latin1') === '<stata_dta>') return readTagged(bytes);
  const release = bytes[0] ?? 0;
  if (release === 114 || release === 115) return readFixed(bytes, release);
  throw new SourceFault(
    'It is no Stata data set of the formats 114, 115 and 117 to 119 (Stata 10 to 18).',
  );
}

/** Reads numbers and texts one after the other. */
function cursorOf(bytes: Buffer, little: boolean) {
  let at = 0;
  const uint = (size: number): number => {
    const value = little ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
    at += size;
    return value;
  };
  return {
    at: () => at,
    goTo(place: number) {
      at = place;
    },
    uint,
    int32(): number {
      const value = little ? bytes.readInt32LE(at) : bytes.readInt32BE(at);
      at += 4;
      return value;
    },
    /** Eight bytes; no file that can be read here has numbers that would not be exact. */
    uint64(): number {
      const value = little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at);
      at += 8;
      return Number(value);
    },
    /** A text that ends with a zero byte, in a field of fixed size. */
    text(size: number): string {
      if (at + size > bytes.length) throw new SourceFault('It is cut off.');
      const field = bytes.subarray(at, at + size);
      const end = field.indexOf(0);
      at += size;
      return decodeStata(end < 0 ? field : field.subarray(0, end));
    },
  };
}

type Cursor = ReturnType<typeof cursorOf>;

const latin1 = new TextDecoder('windows-1252');

/** A text. Formats up to 117 have no encoding of their own: Stata wrote Latin-1, and haven writes UTF-8. */
export function decodeStata(bytes: Uint8Array): string {
  return isUtf8(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
    : latin1.decode(bytes);
}

/** Formats 114 and 115: fields of fixed sizes, one after the other. */
function readFixed(bytes: Buffer, release: number): StataLayout {
  const little = bytes[1] === 2;
  const cursor = cursorOf(bytes, little);
  cursor.goTo(4);
  const count = cursor.uint(2);
  const rowCount = cursor.int32();
  cursor.goTo(cursor.at() + 81 + 18);
  const types = repeat(count, () => cursor.uint(1));
  const names = repeat(count, () => cursor.text(33));
  cursor.goTo(cursor.at() + 2 * (count + 1));
  const formats = repeat(count, () => cursor.text(49));
  const labelNames = repeat(count, () => cursor.text(33));
  cursor.goTo(cursor.at() + 81 * count);
  for (let type = cursor.uint(1), size = cursor.int32(); type !== 0 || size !== 0;) {
    if (size < 0) throw new SourceFault('It is damaged.');
    cursor.goTo(cursor.at() + size);
    type = cursor.uint(1);
    size = cursor.int32();
  }
  const dataAt = cursor.at();
  const shapes = types.map((type) => shapeOf(type, 251));
  const rowBytes = shapes.reduce((sum, {width}) => sum + width, 0);
  cursor.goTo(dataAt + rowCount * rowBytes);
  const labels = new Map<string, ReadonlyMap<string, string>>();
  while (cursor.at() + 40 < bytes.length) readLabels(cursor, 33, labels);
  return {
    ...{release, little, rowCount, rowBytes, dataAt},
    variables: variablesOf(shapes, names, formats, labelNames, labels),
    longTexts: () => '',
  };
}

/** Formats 117 to 119: parts between tags, with a map of where they lie. */
function readTagged(bytes: Buffer): StataLayout {
  const head = bytes.subarray(0, 80).toString('latin1');
  const [, releaseText, order] =
    /<release>(\d+)<\/release><byteorder>([LM]SF)<\/byteorder>/.exec(head) ?? [];
  const release = Number(releaseText);
  if (![117, 118, 119].includes(release))
    throw new SourceFault(`Its format ${releaseText ?? ''} is not known; 117 to 119 are.`);
  const little = order === 'LSF';
  const isOld = release === 117;
  const cursor = cursorOf(bytes, little);
  const sizes: Sizes = isOld ? {name: 33, format: 49} : {name: 129, format: 57};
  const behind = (tag: string, from: number): number => {
    const at = bytes.indexOf(tag, from, 'latin1');
    if (at < 0) throw new SourceFault('It is cut off.');
    return at + tag.length;
  };
  cursor.goTo(behind('<K>', 0));
  const count = cursor.uint(release === 119 ? 4 : 2);
  if (count > MOST_COLUMNS) throw new SourceFault(`It has ${count} variables, too many to show.`);
  cursor.goTo(behind('<N>', cursor.at()));
  const rowCount = isOld ? cursor.uint(4) : cursor.uint64();
  cursor.goTo(behind('<map>', cursor.at()));
  const places = repeat(14, () => cursor.uint64());
  const part = (index: number, tag: string): void => {
    const at = places[index] ?? 0;
    if (bytes.subarray(at, at + tag.length).toString('latin1') !== tag)
      throw new SourceFault('It is damaged: its parts are not where it says.');
    cursor.goTo(at + tag.length);
  };
  part(2, '<variable_types>');
  const types = repeat(count, () => cursor.uint(2));
  part(3, '<varnames>');
  const names = repeat(count, () => cursor.text(sizes.name));
  part(5, '<formats>');
  const formats = repeat(count, () => cursor.text(sizes.format));
  part(6, '<value_label_names>');
  const labelNames = repeat(count, () => cursor.text(sizes.name));
  part(9, '<data>');
  const dataAt = cursor.at();
  part(10, '<strls>');
  const strls = readLongTexts(bytes, cursor, isOld);
  part(11, '<value_labels>');
  const labels = new Map<string, ReadonlyMap<string, string>>();
  while (bytes.subarray(cursor.at(), cursor.at() + 5).toString('latin1') === '<lbl>') {
    cursor.goTo(cursor.at() + 5);
    readLabels(cursor, sizes.name, labels);
    cursor.goTo(cursor.at() + '</lbl>'.length);
  }
  const shapes = types.map((type) => shapeOf(type, 65_530));
  return {
    ...{release, little, rowCount, dataAt},
    rowBytes: shapes.reduce((sum, {width}) => sum + width, 0),
    variables: variablesOf(shapes, names, formats, labelNames, labels),
    longTexts: (from, at) => strls.get(longTextKey(from, at, release, little)) ?? '',
  };
}

function repeat<T>(count: number, read: () => T): readonly T[] {
  return Array.from({length: count}, read);
}

type Shape = Pick<StataVariable, 'kind' | 'width'>;

/** The type of a variable by its number; `byteType` is that of bytes, the others lie around it. */
function shapeOf(type: number, byteType: 251 | 65_530): Shape {
  const numbers: readonly Shape[] = [
    {kind: 'byte', width: 1},
    {kind: 'int', width: 2},
    {kind: 'long', width: 4},
    {kind: 'float', width: 4},
    {kind: 'double', width: 8},
  ];
  const place = byteType === 251 ? type - byteType : byteType - type;
  const number = numbers[place];
  if (number !== undefined) return number;
  if (byteType !== 251 && type === 32_768) return {kind: 'long text', width: 8};
  if (type >= 1 && type <= (byteType === 251 ? 244 : 2045)) return {kind: 'text', width: type};
  throw new SourceFault('It has a variable of a type that is not known.');
}

function variablesOf(
  shapes: readonly Shape[],
  names: readonly string[],
  formats: readonly string[],
  labelNames: readonly string[],
  labels: Labels,
): readonly StataVariable[] {
  let offset = 0;
  return shapes.map((shape, at) => {
    const start = offset;
    offset += shape.width;
    return {
      ...shape,
      name: names[at] ?? '',
      offset: start,
      date: stataDateOf(formats[at] ?? ''),
      labels: labels.get(labelNames[at] ?? '') ?? null,
    };
  });
}

/** Numbers from here on are missing codes in the labels of values. */
const FIRST_MISSING = 2_147_483_621;

function readLabels(
  cursor: Cursor,
  nameSize: number,
  into: Map<string, ReadonlyMap<string, string>>,
): void {
  const size = cursor.int32();
  const name = cursor.text(nameSize);
  cursor.goTo(cursor.at() + 3);
  const start = cursor.at();
  const count = cursor.int32();
  if (count < 0 || count * 8 > size) throw new SourceFault('Its value labels are damaged.');
  const textBytes = cursor.int32();
  const offsets = repeat(count, () => cursor.int32());
  const values = repeat(count, () => cursor.int32());
  const textAt = cursor.at();
  const labels = new Map<string, string>();
  values.forEach((value, at) => {
    const offset = offsets[at] ?? 0;
    cursor.goTo(textAt + offset);
    const text = cursor.text(textBytes - offset);
    labels.set(value >= FIRST_MISSING ? `.${value - FIRST_MISSING}` : String(value), text);
  });
  into.set(name, labels);
  cursor.goTo(start + size);
}

/** A long text's key: the variable and row it was first used in. */
function longTextKey(bytes: Buffer, at: number, release: number, little: boolean): string {
  const variableBytes = release === 117 ? 4 : release === 118 ? 2 : 3;
  const rowBytes = 8 - variableBytes;
  const read = (from: number, size: number): number =>
    little ? bytes.readUIntLE(from, size) : bytes.readUIntBE(from, size);
  return `${read(at, variableBytes)} ${read(at + variableBytes, rowBytes)}`;
}

function readLongTexts(bytes: Buffer, cursor: Cursor, isOld: boolean): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  while (bytes.subarray(cursor.at(), cursor.at() + 3).toString('latin1') === 'GSO') {
    cursor.goTo(cursor.at() + 3);
    const variable = cursor.uint(4);
    const row = isOld ? cursor.uint(4) : cursor.uint64();
    const isText = cursor.uint(1) === 130;
    const size = cursor.uint(4);
    const content = bytes.subarray(cursor.at(), cursor.at() + size);
    cursor.goTo(cursor.at() + size);
    // a text ends with a zero byte; what is none is shown in hex
    texts.set(
      `${variable} ${row}`,
      isText ? decodeStata(content.subarray(0, Math.max(0, size - 1))) : content.toString('hex'),
    );
  }
  return texts;
}
