import {
  CompressionType,
  compressionRegistry,
  DataType,
  Precision,
  tableFromIPC,
  TimeUnit,
  type Table,
  type Vector,
} from 'apache-arrow';
import {decompress} from 'fzstd';
import type {ColumnType} from '../../../shared/table';
import {
  bytesText,
  dateText,
  doubleText,
  floatText,
  timestampText,
  timeText,
} from '../tables/cellText';
import type {StoredColumn} from '../tables/tableStore';
import {loadTexts} from './loadTexts';
import {unpackLz4Frame} from './lz4Frame';
import {HEAD_ROWS, MOST_COLUMNS, SourceFault, type TableReading} from './outputSource';
import {wholeFile} from './wholeFile';

compressionRegistry.set(CompressionType.LZ4_FRAME, {decode: unpackLz4Frame});
compressionRegistry.set(CompressionType.ZSTD, {decode: (packed) => decompress(packed)});

type Texts = (row: number) => string | null;

/** Opens an Arrow file or stream, which is also what feather files are. */
export async function openArrow(path: string): Promise<TableReading> {
  // released once the rows are in
  const bytes = await wholeFile(path, false);
  const mayBeCut = !hasEnd(bytes);
  let table: Table | null = readTable(bytes);
  const rowCount = table.numRows;
  if (!holdsRows(table))
    throw new SourceFault('It is damaged: its columns are not as long as it says.');
  if (table.numCols > MOST_COLUMNS)
    throw new SourceFault(`It has ${table.numCols} columns, too many to show.`);
  const columns = table.schema.fields.map(({name, type}): StoredColumn => ({
    name,
    kept: 'VARCHAR',
    ...typeOf(type as DataType),
  }));
  const notes: string[] = [];
  if (table.schema.fields.some(({type}) => hasZone(type as DataType)))
    notes.push('Times of a time zone are shown in UTC.');
  if (mayBeCut) notes.push('The file has no end mark: it may be cut off.');
  return {
    schema: {
      format: 'arrow',
      columns: columns.map(({name, type}) => ({name, type})),
      totalRows: rowCount,
      notes,
      complete: false,
    },
    head: [...rowsOf(table, Math.min(HEAD_ROWS, rowCount))],
    async load(intake) {
      if (table !== null) await loadTexts(intake, columns.length, rowsOf(table, rowCount));
      table = null;
      return {columns, notes};
    },
  };
}

/** Whether the columns hold as many values as the file says, so that a number in it can't make rows without end. */
function holdsRows(table: Table): boolean {
  if (table.numCols === 0) return table.numRows === 0;
  return table.schema.fields.every((_, at) => {
    const column = table.getChildAt<DataType>(at);
    if (column?.length !== table.numRows) return false;
    return column.data.every(({length, offset, type, values, valueOffsets, stride}) => {
      // offsets and values as the library has cut them; views and nested values have their own
      const texts = valueOffsets as ArrayLike<unknown> | undefined;
      if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isBinary(type))
        return length === 0 || (texts?.length ?? 0) > length;
      const held = (values as ArrayLike<unknown> | undefined)?.length ?? 0;
      if (DataType.isBool(type)) return held * 8 >= length + (offset % 8);
      if (
        DataType.isInt(type) ||
        DataType.isFloat(type) ||
        DataType.isDate(type) ||
        DataType.isDictionary(type)
      )
        return held >= length * stride;
      // what has no values of its own, as many as a table may have
      return length <= MOST_ROWS_UNSEEN;
    });
  });
}

/** Rows of a column whose values can't be counted without reading them. */
const MOST_ROWS_UNSEEN = 100_000_000;

const FILE_MARK = 'ARROW1';

/** Whether a stream has its end mark, which it may leave out; a file without its own is cut off, which is a fault. */
function hasEnd(bytes: Buffer): boolean {
  const at = (from: number): string => bytes.subarray(from).subarray(0, 6).toString('latin1');
  if (at(0) === FILE_MARK) {
    if (bytes.length > 12 && at(bytes.length - 6) === FILE_MARK) return true;
    throw new SourceFault('It is cut off.');
  }
  // a stream begins with the mark of a message
  if (bytes.length < 8 || bytes.readUInt32LE(0) !== 0xffffffff)
    throw new SourceFault('It is no Arrow file, or an old one.');
  return bytes.readBigUInt64LE(bytes.length - 8) === 0xffffffffn;
}

function readTable(bytes: Uint8Array): Table {
  try {
    return tableFromIPC(bytes);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new SourceFault(`It can’t be read as Arrow: ${said}`);
  }
}

function hasZone(type: DataType): boolean {
  return DataType.isTimestamp(type) && (type.timezone ?? '') !== '';
}

function* rowsOf(table: Table, count: number): Generator<readonly (string | null)[]> {
  const texts: Texts[] = [];
  for (let at = 0; at < table.numCols; at += 1) {
    const column = table.getChildAt<DataType>(at);
    texts.push(column === null ? () => null : textsOf(column));
  }
  for (let row = 0; row < count; row += 1) yield texts.map((text) => text(row));
}

function typeOf(type: DataType): {readonly type: ColumnType; readonly sqlType: string} {
  if (DataType.isDictionary(type)) return {type: 'category', sqlType: 'VARCHAR'};
  if (DataType.isInt(type))
    return {
      type: 'integer',
      sqlType: type.bitWidth === 64 && !type.isSigned ? 'HUGEINT' : 'BIGINT',
    };
  if (DataType.isFloat(type))
    return {type: 'number', sqlType: type.precision === Precision.DOUBLE ? 'DOUBLE' : 'FLOAT'};
  if (DataType.isDecimal(type))
    return {
      type: 'number',
      sqlType: type.precision <= 38 ? `DECIMAL(${type.precision}, ${type.scale})` : 'DOUBLE',
    };
  if (DataType.isBool(type)) return {type: 'boolean', sqlType: 'BOOLEAN'};
  if (DataType.isDate(type)) return {type: 'date', sqlType: 'DATE'};
  if (DataType.isTimestamp(type))
    return {
      type: 'timestamp',
      sqlType: type.unit === TimeUnit.NANOSECOND ? 'TIMESTAMP_NS' : 'TIMESTAMP',
    };
  if (DataType.isTime(type)) return {type: 'time', sqlType: 'TIME'};
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isUtf8View(type))
    return {type: 'text', sqlType: 'VARCHAR'};
  return {type: 'other', sqlType: 'VARCHAR'};
}

const PER_SECOND: Readonly<Record<TimeUnit, bigint>> = {
  [TimeUnit.SECOND]: 1n,
  [TimeUnit.MILLISECOND]: 1000n,
  [TimeUnit.MICROSECOND]: 1_000_000n,
  [TimeUnit.NANOSECOND]: 1_000_000_000n,
};

/** How the values of a column read. */
function textsOf(column: Vector<DataType>): Texts {
  const type = column.type;
  if (DataType.isTimestamp(type)) {
    // the library rounds to milliseconds, so the stored numbers are read
    const stored = storedNumbers(column);
    const unit = PER_SECOND[type.unit];
    return (row) => (column.isValid(row) ? timestampText(stored(row), unit) : null);
  }
  const text = textOf(type);
  return (row) => {
    const value: unknown = column.get(row);
    return value === null || value === undefined ? null : text(value);
  };
}

/** The numbers of a column as they are stored, by row. */
function storedNumbers(column: Vector<DataType>): (row: number) => bigint {
  let chunk = 0;
  let before = 0;
  return (row) => {
    if (row < before) {
      chunk = 0;
      before = 0;
    }
    for (let data = column.data[chunk]; data !== undefined; data = column.data[chunk]) {
      if (row < before + data.length) {
        const values = data.values as ArrayLike<bigint | number>;
        return BigInt(values[row - before] ?? 0);
      }
      before += data.length;
      chunk += 1;
    }
    return 0n;
  };
}

/** How a value that is not missing reads. */
function textOf(type: DataType): (value: unknown) => string {
  if (DataType.isDictionary(type)) return textOf(type.dictionary as DataType);
  if (DataType.isFloat(type))
    // half and single floats: the half ones are exact in single ones
    return (value) =>
      type.precision === Precision.DOUBLE ? doubleText(Number(value)) : floatText(Number(value));
  if (DataType.isDate(type))
    return (value) => dateText(BigInt(Math.floor(Number(value) / 86_400_000)));
  if (DataType.isTime(type))
    return (value) => timeText(BigInt(value as number | bigint), PER_SECOND[type.unit]);
  if (DataType.isDecimal(type)) return (value) => decimalText(value as Uint32Array, type.scale);
  if (DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isFixedSizeBinary(type))
    return (value) => bytesText(value as Uint8Array);
  return (value) => String(value);
}

/** A decimal of 32-bit words, the lowest first, in two's complement. */
function decimalText(words: Uint32Array, scale: number): string {
  let value = 0n;
  for (let at = words.length - 1; at >= 0; at -= 1) value = (value << 32n) + BigInt(words[at] ?? 0);
  value = BigInt.asIntN(words.length * 32, value);
  const sign = value < 0n ? '-' : '';
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return scale <= 0 ? `${sign}${digits}` : `${sign}${whole}.${digits.slice(-scale)}`;
}
