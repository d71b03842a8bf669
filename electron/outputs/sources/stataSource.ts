import {doubleText, floatText} from '../tables/cellText';
import type {StoredColumn} from '../tables/tableStore';
import {loadTexts} from './loadTexts';
import {HEAD_ROWS, SourceFault, type OpenFormat} from './outputSource';
import {decodeStata, readStataLayout, type StataLayout, type StataVariable} from './stataLayout';
import {stataDateText} from './stataDates';
import {wholeFile} from './wholeFile';

/** A number as Stata stores it: a value, or a missing code from 0 for `.` to 26 for `.z`. */
type Stored = {readonly value: number} | {readonly missing: number};

/** The first bit pattern that is missing, and how far the next ones are, by type. */
const FLOAT_MISSING = {first: 0x7f000000, step: 0x800};
const DOUBLE_MISSING = {first: 0x7fe00000, step: 0x100};

/** Opens a Stata data set of the formats 114, 115 and 117 to 119. */
export function openStata(gunzip: boolean): OpenFormat {
  return async (path) => {
    const bytes = await wholeFile(path, gunzip);
    const layout = readStataLayout(bytes);
    // released once the rows are in
    let rows: (() => Iterable<readonly (string | null)[]>) | null = () => rowsOf(bytes, layout);
    const columns = layout.variables.map(columnOf);
    const head: (readonly (string | null)[])[] = [];
    for (const row of rows()) {
      if (head.length === HEAD_ROWS) break;
      head.push(row);
    }
    return {
      schema: {
        format: `Stata ${layout.release}`,
        columns: columns.map(({name, type}) => ({name, type})),
        totalRows: layout.rowCount,
        notes: [],
        complete: false,
      },
      head,
      async load(intake) {
        await loadTexts(intake, columns.length, rows?.() ?? []);
        rows = null;
        return {columns, notes: []};
      },
    };
  };
}

function columnOf({name, kind, labels, date}: StataVariable): StoredColumn {
  const kept = 'VARCHAR';
  if (kind === 'text' || kind === 'long text') return {name, type: 'text', sqlType: kept, kept};
  if (labels !== null) return {name, type: 'category', sqlType: kept, kept};
  if (date === 'tc') return {name, type: 'timestamp', sqlType: 'TIMESTAMP', kept};
  if (date !== null) return {name, type: 'date', sqlType: 'DATE', kept};
  if (kind === 'float') return {name, type: 'number', sqlType: 'FLOAT', kept};
  if (kind === 'double') return {name, type: 'number', sqlType: 'DOUBLE', kept};
  return {name, type: 'integer', sqlType: 'BIGINT', kept};
}

function* rowsOf(bytes: Buffer, layout: StataLayout): Generator<readonly (string | null)[]> {
  const {variables, rowCount, rowBytes, dataAt} = layout;
  // without a variable, rows take no space, and there could be any number of them
  if (rowBytes === 0) return;
  if (rowCount < 0 || dataAt + rowCount * rowBytes > bytes.length)
    throw new SourceFault('It is cut off: it has fewer rows than it says.');
  for (let row = 0; row < rowCount; row += 1) {
    const start = dataAt + row * rowBytes;
    yield variables.map((variable) => textOf(bytes, layout, variable, start + variable.offset));
  }
}

function textOf(
  bytes: Buffer,
  {little, longTexts}: StataLayout,
  variable: StataVariable,
  at: number,
): string | null {
  const {kind, width, labels, date} = variable;
  if (kind === 'text') {
    const text = bytes.subarray(at, at + width);
    const end = text.indexOf(0);
    return decodeStata(end < 0 ? text : text.subarray(0, end));
  }
  if (kind === 'long text') return longTexts(bytes, at);
  const stored = readNumber(bytes, at, kind, little);
  if ('missing' in stored) {
    const label = labels?.get(`.${stored.missing}`);
    if (label !== undefined) return label;
    return stored.missing === 0 ? null : `.${String.fromCharCode(96 + stored.missing)}`;
  }
  const {value} = stored;
  const label = labels?.get(String(value));
  if (label !== undefined) return label;
  if (date !== null) return stataDateText(date, value);
  return kind === 'float' ? floatText(value) : doubleText(value);
}

function readNumber(
  bytes: Buffer,
  at: number,
  kind: Exclude<StataVariable['kind'], 'text' | 'long text'>,
  little: boolean,
): Stored {
  const whole = (value: number, most: number): Stored =>
    value > most ? {missing: value - most - 1} : {value};
  switch (kind) {
    case 'byte':
      return whole(bytes.readInt8(at), 100);
    case 'int':
      return whole(little ? bytes.readInt16LE(at) : bytes.readInt16BE(at), 32_740);
    case 'long':
      return whole(little ? bytes.readInt32LE(at) : bytes.readInt32BE(at), 2_147_483_620);
    case 'float': {
      const bits = little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
      const {first, step} = FLOAT_MISSING;
      if (bits >= first && bits < 0x80000000) return {missing: Math.floor((bits - first) / step)};
      return {value: little ? bytes.readFloatLE(at) : bytes.readFloatBE(at)};
    }
    case 'double': {
      const high = little ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at);
      const {first, step} = DOUBLE_MISSING;
      if (high >= first && high < 0x80000000) return {missing: Math.floor((high - first) / step)};
      return {value: little ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at)};
    }
  }
}
