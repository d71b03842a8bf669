import {createWriteStream} from 'node:fs';
import {once} from 'node:events';
import {join} from 'node:path';
import {finished} from 'node:stream/promises';
import {TextDecoder} from 'node:util';
import {formatCount, formatPlural} from '../../../shared/format';
import type {TableColumn} from '../../../shared/table';
import {encodingOf} from '../outputText';
import {
  createCsvReader,
  csvLine,
  RecordTooLong,
  type CsvCell,
  type CsvOddities,
} from '../tables/csvRecords';
import type {TableIntake} from '../tables/tableStore';
import {typesOfTexts} from './columnTypes';
import {headOf, OtherEncoding, utf8Pieces, withoutMark, type Encoding} from './csvBytes';
import {
  HEAD_ROWS,
  MOST_COLUMNS,
  SourceFault,
  type LoadedTable,
  type TableReading,
} from './outputSource';

/** Bytes looked at for the first rows. */
const HEAD_BYTES = 512 * 1024;

/** Rows of another length that are named one by one. */
const NAMED_ROWS = 5;

interface CsvFile {
  readonly path: string;
  readonly gunzip: boolean;
  readonly delimiter: string;
  readonly header: readonly string[];
}

/** Opens a CSV or TSV file, through gunzip where asked. */
export async function openCsv(
  path: string,
  usual: {readonly delimiter: ',' | '\t'; readonly gunzip: boolean},
): Promise<TableReading> {
  const {bytes, whole} = await headOf(path, usual.gunzip, HEAD_BYTES);
  const encoding = encodingOf(bytes);
  if (encoding === null) throw new SourceFault('Its content is binary, not the text of a table.');
  const head =
    encoding === 'utf-8'
      ? withoutMark(bytes)
      : Buffer.from(new TextDecoder(encoding).decode(bytes, {stream: !whole}));
  const delimiter = delimiterOf(head.toString(), usual.delimiter);
  const {records, isAll} = firstRecords(head, delimiter, whole);
  const [first, ...rows] = records;
  if (first === undefined && !whole)
    throw new SourceFault('Its first line is too long for the header of a table.');
  const header = (first ?? []).map((cell) => cell ?? '');
  if (header.length > MOST_COLUMNS)
    throw new SourceFault(
      `It has ${formatCount(header.length)} columns; up to ${formatCount(MOST_COLUMNS)} are shown.`,
    );
  const file: CsvFile = {path, gunzip: usual.gunzip, delimiter, header};
  const format = usual.delimiter === ',' ? 'csv' : 'tsv';
  const widest = rows.reduce((most, row) => Math.max(most, row.length), header.length);
  const columns: readonly TableColumn[] = columnNames(header, widest).map((name) => ({
    name,
    type: null,
  }));
  return {
    schema: {
      format: usual.gunzip ? `${format}.gz` : format,
      columns,
      totalRows: isAll ? rows.length : null,
      notes: first === undefined ? ['The file is empty.'] : [],
      complete: false,
    },
    head: rows.slice(0, HEAD_ROWS).map((row) => columns.map((_, at) => row[at] ?? null)),
    load: (intake) => load(intake, file, encoding),
    countRows: async () => (await surveyOf(file, encoding)).rows,
  };
}

/** Some programs write `;` where the language has a decimal comma; only the header decides. */
function delimiterOf(text: string, usual: ',' | '\t'): string {
  const header = text.slice(0, text.search(/[\r\n]|$/)).replace(/"[^"]*"/g, '');
  if (header.includes(usual)) return usual;
  return [';', '\t', ',', '|'].find((delimiter) => header.includes(delimiter)) ?? usual;
}

function firstRecords(
  head: Buffer,
  delimiter: string,
  whole: boolean,
): {readonly records: readonly (readonly CsvCell[])[]; readonly isAll: boolean} {
  const records: (readonly CsvCell[])[] = [];
  let widest = 0;
  const reader = createCsvReader({
    delimiter,
    countOnly: false,
    onRecord(cells, fields) {
      records.push(cells);
      widest = Math.max(widest, fields);
      // one row more than is shown, to know that there are more
      return records.length < HEAD_ROWS + 2 && widest <= MOST_COLUMNS;
    },
  });
  const wantsMore = reader.push(head);
  if (whole && wantsMore) reader.end();
  return {records, isAll: whole && wantsMore};
}

/** The names of the header, and names of our own for what rows hold beyond it. */
function columnNames(header: readonly string[], fields: number): readonly string[] {
  return Array.from({length: Math.max(header.length, fields)}, (_, at) =>
    at < header.length ? (header[at] ?? '') : `column ${at + 1}`,
  );
}

/** What a reading of the whole file found. */
interface Survey {
  readonly encoding: Encoding;
  /** Behind the header. */
  readonly rows: number;
  readonly widest: number;
  readonly notes: readonly string[];
  readonly oddities: CsvOddities;
  readonly isRagged: boolean;
}

async function load(intake: TableIntake, file: CsvFile, encoding: Encoding): Promise<LoadedTable> {
  const survey = await surveyOf(file, encoding);
  const names = columnNames(file.header, survey.widest);
  if (names.length === 0) {
    await intake.texts('CREATE TABLE raw AS SELECT NULL AS c0 WHERE false');
    return {columns: [], notes: survey.notes};
  }
  const {blankLines, strayQuotes, mixedLineEnds, longestRecord} = survey.oddities;
  const isPlain =
    !file.gunzip &&
    survey.encoding === 'utf-8' &&
    !survey.isRagged &&
    !(blankLines || strayQuotes || mixedLineEnds);
  const fields = names.length;
  if (isPlain)
    await intake.loadCsv({path: intake.path, delimiter: file.delimiter, fields, longestRecord});
  else {
    const path = join(intake.folder, 'plain.csv');
    await writePlain(path, file, survey.encoding, fields);
    // quotes may double, and are added
    await intake.loadCsv({
      path,
      delimiter: ',',
      fields,
      longestRecord: longestRecord * 2 + fields * 3,
    });
  }
  return {columns: await typesOfTexts(intake, names), notes: survey.notes};
}

/** Reads the whole file once for its shape; text that turns out not to be UTF-8 is read as Latin-1. */
async function surveyOf(file: CsvFile, encoding: Encoding): Promise<Survey> {
  let records = 0;
  let widest = 0;
  let otherLengths = 0;
  const named: string[] = [];
  const width = file.header.length;
  const reader = createCsvReader({
    delimiter: file.delimiter,
    countOnly: true,
    onRecord(_, fields) {
      if (records > 0 && fields !== width) {
        otherLengths += 1;
        if (named.length < NAMED_ROWS)
          named.push(`row ${records} has ${formatPlural(fields, 'field')}, header ${width}`);
      }
      records += 1;
      widest = Math.max(widest, fields);
      return widest <= MOST_COLUMNS;
    },
  });
  try {
    for await (const piece of utf8Pieces(file.path, file.gunzip, encoding))
      if (!reader.push(piece)) break;
  } catch (error) {
    if (error instanceof RecordTooLong)
      throw new SourceFault(
        'It has a row of more than 16 MiB, which is not shown. A quote that is never closed makes one.',
      );
    if (error instanceof OtherEncoding) return surveyOf(file, 'windows-1252');
    throw error;
  }
  reader.end();
  if (widest > MOST_COLUMNS)
    throw new SourceFault(`It has a row of more than ${formatCount(MOST_COLUMNS)} fields.`);
  const notes: string[] = [...named];
  if (records === 0) notes.push('The file is empty.');
  if (otherLengths > named.length)
    notes.push(`${formatPlural(otherLengths - named.length, 'more row')} of another length`);
  if (encoding === 'windows-1252') notes.push('The file is not UTF-8: it is read as Latin-1.');
  if (encoding.startsWith('utf-16')) notes.push('The file is UTF-16.');
  if (file.delimiter !== ',' && file.delimiter !== '\t')
    notes.push(`Fields are separated by ${file.delimiter}`);
  const oddities = reader.oddities();
  if (oddities.strayQuotes) notes.push('Some quotes are inside a field or never closed.');
  return {
    encoding,
    rows: Math.max(0, records - 1),
    widest,
    notes,
    oddities,
    isRagged: otherLengths > 0,
  };
}

/** Writes the file anew, in UTF-8, every row with as many fields, so that it can't be read in two ways. */
async function writePlain(
  path: string,
  file: CsvFile,
  encoding: Encoding,
  fields: number,
): Promise<void> {
  const out = createWriteStream(path, {mode: 0o600});
  let lines: string[] = [];
  const reader = createCsvReader({
    delimiter: file.delimiter,
    countOnly: false,
    onRecord(cells) {
      lines.push(csvLine(cells, fields));
      return true;
    },
  });
  const flush = async (): Promise<void> => {
    const text = lines.join('');
    lines = [];
    if (!out.write(text)) await once(out, 'drain');
  };
  for await (const piece of utf8Pieces(file.path, file.gunzip, encoding)) {
    reader.push(piece);
    await flush();
  }
  reader.end();
  await flush();
  out.end();
  await finished(out);
}
