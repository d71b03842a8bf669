import {readBeginning} from '../../files/openFile';
import {formatCount} from '../../../shared/format';
import type {ColumnType} from '../../../shared/table';
import {dateText, doubleText, timestampText, timeText} from '../tables/cellText';
import type {StoredColumn} from '../tables/tableStore';
import {loadTexts} from './loadTexts';
import {HEAD_ROWS, MOST_COLUMNS, SourceFault, type TableReading} from './outputSource';
import {isNaDouble, readRObject, type RList, type RObject, type RVector} from './rdsObject';
import {wholeFile} from './wholeFile';

/** A column of a data frame, and how its values read. */
interface FrameColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly sqlType: string;
  readonly text: (row: number) => string | null;
  readonly note?: string;
}

/** Opens a data frame that `saveRDS` wrote. */
export async function openRds(path: string): Promise<TableReading> {
  // released once the rows are in
  let frame: RObject = readRObject(await unpacked(path));
  if (frame?.kind !== 'list' || !classOf(frame).includes('data.frame'))
    throw new SourceFault(`It holds ${nameOf(frame)}, not a data frame. Open it in R.`);
  const rowCount = rowCountOf(frame);
  if (!holdsRows(frame, rowCount))
    throw new SourceFault('It is damaged: its columns are not as long as it says.');
  let columns: readonly FrameColumn[] = [...rowNames(frame), ...columnsOf(frame, '')];
  if (columns.length > MOST_COLUMNS)
    throw new SourceFault(`It has ${formatCount(columns.length)} columns, too many to show.`);
  const stored = columns.map(({name, type, sqlType}): StoredColumn => ({
    name,
    type,
    sqlType,
    kept: 'VARCHAR',
  }));
  const notes = [...new Set(columns.flatMap(({note}) => note ?? []))];
  const row = (at: number): readonly (string | null)[] => columns.map(({text}) => text(at));
  return {
    schema: {
      format: 'R data frame',
      columns: stored.map(({name, type}) => ({name, type})),
      totalRows: rowCount,
      notes,
      complete: false,
    },
    head: Array.from({length: Math.min(HEAD_ROWS, rowCount)}, (_, at) => row(at)),
    async load(intake) {
      const rows = function* (): Generator<readonly (string | null)[]> {
        for (let at = 0; at < rowCount; at += 1) yield row(at);
      };
      await loadTexts(intake, stored.length, rows());
      frame = null;
      columns = [];
      return {columns: stored, notes};
    },
  };
}

/** R packs what it saves with gzip by default. */
async function unpacked(path: string): Promise<Buffer> {
  const mark = (await readBeginning(path, 6)).bytes.toString('latin1');
  const other = mark.startsWith('BZh')
    ? 'bzip2'
    : mark.startsWith('\u00fd7zXZ')
      ? 'xz'
      : mark.startsWith('(\u00b5/\u00fd')
        ? 'zstd'
        : null;
  if (other !== null)
    throw new SourceFault(
      `${other}-compressed .rds files can't be shown. Save with compress = "gzip".`,
    );
  return wholeFile(path, mark.startsWith('\u001f\u008b'));
}

function textsOf(object: RObject | undefined): readonly string[] {
  if (object?.kind !== 'text') return [];
  return Array.from({length: object.length}, (_, at) => object.text(at) ?? 'NA');
}

function classOf(object: RVector | RList): readonly string[] {
  return textsOf(object.attributes.get('class'));
}

/** What an object is, for a person. */
function nameOf(object: RObject): string {
  if (object === null) return 'NULL';
  const [named] = textsOf(object.attributes.get('class'));
  if (named !== undefined) return `an R object of class ${named}`;
  if (object.kind === 'other') return `an R ${object.name}`;
  if (object.attributes.has('dim')) return 'a matrix or array';
  return `a ${object.kind} ${object.kind === 'list' ? '' : 'vector '}of length ${formatCount(object.length)}`;
}

function rowCountOf(frame: RList): number {
  const names = frame.attributes.get('row.names') ?? null;
  // R writes n plain row names as NA and -n
  if (names?.kind === 'integer' && names.length === 2 && names.integer(0) === null)
    return Math.abs(names.integer(1) ?? 0);
  return names?.length ?? frame.items[0]?.length ?? 0;
}

/** Whether every column has as many values as there are rows; of a matrix or a frame in it, each column of that. */
function holdsRows(frame: RList, rows: number): boolean {
  return frame.items.every((item) => {
    if (item === null || item.kind === 'other') return true;
    if (item.kind === 'list' && classOf(item).includes('data.frame')) return holdsRows(item, rows);
    const dim = item.attributes.get('dim');
    const wanted = dim?.kind === 'integer' ? rows * (dim.integer(1) ?? 1) : rows;
    return item.length === wanted;
  });
}

/** Row names that are more than numbers, as R writes them into a CSV. */
function rowNames(frame: RList): readonly FrameColumn[] {
  const names = frame.attributes.get('row.names');
  if (names?.kind !== 'text') return [];
  return [
    {
      name: 'row.names',
      type: 'text',
      sqlType: 'VARCHAR',
      text: names.text,
      note: 'The first column holds the row names.',
    },
  ];
}

/** The columns of a frame; matrices and frames in it are taken apart as R does in a CSV. */
function columnsOf(frame: RList, before: string): readonly FrameColumn[] {
  const names = textsOf(frame.attributes.get('names'));
  return frame.items.flatMap((item, at): readonly FrameColumn[] => {
    const name = `${before}${names[at] ?? ''}`;
    if (item === null || item.kind === 'other')
      return [{name, type: 'other', sqlType: 'VARCHAR', text: () => null}];
    if (item.kind === 'list')
      return classOf(item).includes('data.frame')
        ? columnsOf(item, `${name}.`)
        : [listColumn(name, item)];
    const dim = item.attributes.get('dim');
    const [height, width] =
      dim?.kind === 'integer' ? [dim.integer(0) ?? 0, dim.integer(1) ?? 1] : [0, 1];
    const column = vectorColumn(name, item);
    if (width === 1) return [column];
    return Array.from({length: width}, (_, place) => ({
      ...column,
      name: `${name}.${place + 1}`,
      text: (row: number) => column.text(place * height + row),
    }));
  });
}

function vectorColumn(name: string, vector: RVector): FrameColumn {
  const classes = classOf(vector);
  const column = (
    type: ColumnType,
    sqlType: string,
    text: FrameColumn['text'],
    note?: string,
  ): FrameColumn => ({
    name,
    type,
    sqlType,
    text,
    ...(note === undefined ? {} : {note}),
  });
  const number = (row: number): number | null =>
    vector.kind === 'double'
      ? isNaDouble(vector.bits(row))
        ? null
        : vector.double(row)
      : vector.integer(row);
  const timed = (make: (value: number) => string) => (row: number) => {
    const value = number(row);
    return value === null || !Number.isFinite(value) ? null : make(value);
  };
  if (classes.includes('factor')) {
    const levels = textsOf(vector.attributes.get('levels'));
    return column('category', 'VARCHAR', (row) => {
      const value = vector.integer(row);
      return value === null ? null : (levels[value - 1] ?? String(value));
    });
  }
  const isNumber = vector.kind === 'double' || vector.kind === 'integer';
  if (isNumber && classes.includes('Date'))
    return column(
      'date',
      'DATE',
      timed((days) => dateText(BigInt(Math.floor(days)))),
    );
  if (isNumber && classes.includes('POSIXct')) {
    const [zone] = textsOf(vector.attributes.get('tzone'));
    const isUtc = zone === 'UTC' || zone === 'GMT' || zone === 'Etc/UTC';
    const note = isUtc
      ? undefined
      : `Times are shown in UTC; in ${zone || 'R'} they may read otherwise.`;
    return column('timestamp', 'TIMESTAMP', timed(secondsText), note);
  }
  if (isNumber && classes.includes('hms'))
    return column(
      'time',
      'TIME',
      timed((seconds) => timeText(micros(seconds), 1_000_000n)),
    );
  if (classes.includes('integer64'))
    return column('integer', 'BIGINT', (row) => {
      const value = BigInt.asIntN(64, vector.bits(row));
      return value === -(2n ** 63n) ? null : String(value);
    });
  if (isNumber) return numberColumn(column, vector, classes);
  switch (vector.kind) {
    case 'logical':
      return column('boolean', 'BOOLEAN', (row) => {
        const value = vector.integer(row);
        return value === null ? null : String(value !== 0);
      });
    case 'complex':
      return column('other', 'VARCHAR', (row) => complexText(vector, row));
    default:
      return column(vector.kind === 'text' ? 'text' : 'other', 'VARCHAR', vector.text);
  }
}

function numberColumn(
  column: (
    type: ColumnType,
    sqlType: string,
    text: FrameColumn['text'],
    note?: string,
  ) => FrameColumn,
  vector: RVector,
  classes: readonly string[],
): FrameColumn {
  const plain =
    (of: RVector) =>
    (row: number): string | null => {
      if (of.kind === 'integer') {
        const value = of.integer(row);
        return value === null ? null : String(value);
      }
      const bits = of.bits(row);
      if (!isNaDouble(bits)) return doubleText(of.double(row));
      // haven keeps Stata's .a to .z in a byte of NA
      const tag = Number((bits >> 32n) & 0xffn);
      return tag === 0 ? null : `.${String.fromCharCode(tag)}`;
    };
  const text = plain(vector);
  const labels = vector.attributes.get('labels') ?? null;
  if (labels?.kind === 'integer' || labels?.kind === 'double') {
    const names = textsOf(labels.attributes.get('names'));
    const byValue = new Map(names.map((name, at) => [plain(labels)(at), name]));
    return column('category', 'VARCHAR', (row) => {
      const value = text(row);
      return value === null ? null : (byValue.get(value) ?? value);
    });
  }
  const [unit] = classes.includes('difftime') ? textsOf(vector.attributes.get('units')) : [];
  const note = unit === undefined ? undefined : `Some columns count time, in ${unit}.`;
  return vector.kind === 'integer'
    ? column('integer', 'BIGINT', text, note)
    : column('number', 'DOUBLE', text, note);
}

function micros(seconds: number): bigint {
  // parts of a second apart from it, or doubles would lose some
  const whole = Math.floor(seconds);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((seconds - whole) * 1_000_000));
}

function secondsText(seconds: number): string {
  return timestampText(micros(seconds), 1_000_000n);
}

function complexText(vector: RVector, row: number): string | null {
  const [real, imaginary] = [vector.double(row), vector.double(row + 0.5)];
  if (Number.isNaN(real) || Number.isNaN(imaginary)) return null;
  return `${doubleText(real)}${imaginary < 0 ? '-' : '+'}${doubleText(Math.abs(imaginary))}i`;
}

/** A column of objects: single values as they are, others by what they are. */
function listColumn(name: string, list: RList): FrameColumn {
  return {
    name,
    type: 'other',
    sqlType: 'VARCHAR',
    note: 'Some columns hold R objects; those of more than one value are named only.',
    text: (row) => {
      const item = list.items[row] ?? null;
      if (item === null) return null;
      if (item.kind !== 'list' && item.kind !== 'other' && item.length === 1)
        return vectorColumn('', item).text(0);
      return `<${nameOf(item)}>`;
    },
  };
}
