import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {afterAll, describe, expect, it} from 'vitest';
import {WHOLE_TABLE} from '../../../shared/table';
import {everyNth, isLong, longTest} from '../../gateShare';
import {showText, withTable} from './tableOf';

describe('the text of a CSV', () => {
  it('is never turned into another value', async () => {
    const text =
      'id,big,p,flag,day\n007,12345678901234567890,0.000010,TRUE,2020-02-30\n08,9007199254740993,1e-5,FALSE,2020-02-29\n';
    const {values, types} = await showText('a.csv', text);
    expect(values).toEqual([
      ['007', '12345678901234567890', '0.000010', 'TRUE', '2020-02-30'],
      ['08', '9007199254740993', '1e-5', 'FALSE', '2020-02-29'],
    ]);
    expect(types).toEqual(['text', 'integer', 'number', 'boolean', 'text']);
  });

  it('keeps what is missing, empty and NA apart', async () => {
    const {values} = await showText('a.csv', 'a,b,c\n,"",NA\n"NA",x,\n');
    expect(values).toEqual([
      [null, '', 'NA'],
      ['NA', 'x', null],
    ]);
  });

  it('shows every field of a ragged row, and says which rows are', async () => {
    const {schema, names, values} = await showText(
      'a.csv',
      'a,b,c\n1,2,3\n4,5,6\n7,8,9,10\n11,12\n',
    );
    expect(names).toEqual(['a', 'b', 'c', 'column 4']);
    expect(values[2]).toEqual(['7', '8', '9', '10']);
    expect(values[3]).toEqual(['11', '12', null, null]);
    expect(schema.notes).toEqual(['row 3 has 4 fields, header 3', 'row 4 has 2 fields, header 3']);
  });

  it.each([
    ['a byte order mark', 'a.csv', '\uFEFFa,b\n1,é\n', []],
    ['Latin-1', 'a.csv', Buffer.from('a,b\n1,é\n', 'latin1'), [/Latin-1/]],
    ['UTF-16', 'a.csv', Buffer.from('\uFEFFa,b\n1,é\n', 'utf16le'), [/UTF-16/]],
    ['semicolons', 'a.csv', 'a;b\n1;é\n', [/separated by ;/]],
    ['tabs', 'a.tsv', 'a\tb\n1\té\n', []],
    ['gzip', 'a.csv.gz', gzipSync('a,b\n1,é\n'), []],
    ['CRLF', 'a.csv', 'a,b\r\n1,é\r\n', []],
    ['CR', 'a.csv', 'a,b\r1,é\r', []],
    ['no line end', 'a.csv', 'a,b\n1,é', []],
    ['blank lines', 'a.csv', 'a,b\n\n1,é\n\n', []],
  ])('is read with %s', async (_, name, content, notes) => {
    const {schema, names, values} = await showText(name, content);
    expect({names, values}).toEqual({names: ['a', 'b'], values: [['1', 'é']]});
    expect(schema.notes).toEqual(notes.map((note) => expect.stringMatching(note) as unknown));
  });

  longTest('finds Latin-1 far into a file', async () => {
    const body = Buffer.concat([
      Buffer.from(`a,b\n${'1,x\n'.repeat(200_000)}`),
      Buffer.from('2,é\n', 'latin1'),
    ]);
    const {values} = await showText('a.csv', body);
    expect(values.at(-1)).toEqual(['2', 'é']);
  });

  it('holds quoted line ends, and has the names of the header whatever they are', async () => {
    const {names, values} = await showText('a.csv', 'a,A,"x\ny",\n"1\n2",3,4,5\n');
    expect(names).toEqual(['a', 'A', 'x\ny', '']);
    expect(values).toEqual([['1\n2', '3', '4', '5']]);
  });

  it.each(['', 'a,b\n', 'a,b'])('of no rows is a table of none: %j', async (text) => {
    const {schema, values} = await showText('a.csv', text);
    expect(values).toEqual([]);
    expect(schema).toMatchObject({totalRows: 0, complete: true});
    expect(schema.notes).toEqual(text === '' ? ['The file is empty.'] : []);
  });

  it('that is no text is refused with a reason', async () => {
    await expect(showText('a.csv', Buffer.from([1, 0, 2]))).rejects.toThrow(/binary/);
    await expect(showText('a.csv', 'a,'.repeat(20_000))).rejects.toThrow(/20,001 columns/);
    await expect(showText('a.csv.gz', 'a,b\n')).rejects.toThrow(/gzip/);
  });
});

describe('what is shown of a generated CSV', () => {
  // numbers, names and everything that means something to a reader of CSV
  const cell = fc.oneof(
    fc.constant(null),
    fc.constantFrom('', 'NA', '007', 'a"b', 'x,y', '1\n2', '\r\n', ' 1 ', 'true', '1e400', '-0'),
    fc.integer().map(String),
    fc.double({noNaN: true, noDefaultInfinity: true}).map(String),
    fc.string({unit: 'grapheme', maxLength: 8}).filter((text) => !text.includes('\0')),
  );
  const table = fc
    .integer({min: 2, max: 4})
    .chain((width) =>
      fc.array(fc.array(cell, {minLength: width, maxLength: width}), {minLength: 1, maxLength: 8}),
    );
  const quote = (text: string | null): string =>
    text === null ? '' : `"${text.replaceAll('"', '""')}"`;

  it('is what was written, cell by cell', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.boolean(), async (rows, gunzip) => {
        const header = (rows[0] ?? []).map((_, at) => `c${at}`);
        const text = [header, ...rows].map((row) => `${row.map(quote).join(',')}\n`).join('');
        const {values} = gunzip
          ? await showText('a.csv.gz', gzipSync(text))
          : await showText('a.csv', text);
        expect(values).toEqual(rows);
      }),
      {numRuns: isLong ? 200 : 10},
    );
  });
});

describe('the order of rows', () => {
  const TEXT = 'n,name\n10,a\n9,b\n,c\n9,d\n12345678901234567891,e\nNA,f\n12345678901234567890,g\n';
  const order = async (column: number, descending: boolean): Promise<string> => {
    const {values} = await showText('a.csv', TEXT, {sort: {column, descending}, where: null});
    return values.map(([, name]) => name).join('');
  };

  it('goes by value, with what is missing last and ties as in the file', async () => {
    expect(await order(0, false)).toBe('bdagecf');
    expect(await order(0, true)).toBe('egabdcf');
  });

  it('goes by letters for names', async () => expect(await order(1, true)).toBe('gfedcba'));
});

describe('a condition in SQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'study-desk-where-'));
  afterAll(() => rmSync(folder, {recursive: true}));
  const path = join(folder, 'a.csv');
  writeFileSync(path, 'id,age,name\n007,41,x\n008,9,y\n009,,z\n');
  writeFileSync(join(folder, 'other.csv'), 'a\nsecret\n');
  const find = (where: string) =>
    withTable(path, async (source) => {
      const {rows, matching} = await source.rows(0, 10, {...WHOLE_TABLE, where});
      return {rows: rows.map(({row}) => row), matching};
    });

  it('compares by value and keeps the row numbers of the file', async () => {
    expect(await find('age > 10')).toEqual({rows: [1], matching: 1});
    expect(await find("id = '008' -- by name")).toEqual({rows: [2], matching: 1});
    expect(await find('age is null or "name" = \'x\'')).toEqual({rows: [1, 3], matching: 2});
  });

  it.each([
    'age >',
    'nothing = 1',
    `exists (select * from read_csv('${join(folder, 'other.csv')}'))`,
    `exists (select * from read_text('${path}'))`,
    `exists (select * from '${join(folder, 'other.csv')}')`,
    `exists (select * from glob('${folder}/*'))`,
    `true)); COPY (SELECT 1) TO '${join(folder, 'out.csv')}'; SELECT ((1`,
    `true)); ATTACH '${join(folder, 'new.db')}'; SELECT ((1`,
    'true)); INSTALL httpfs; SELECT ((1',
    'true)); SET enable_external_access = true; SELECT ((1',
  ])('reaches nothing but the table: %s', async (where) => {
    await expect(find(where)).rejects.toThrow(/condition/);
    expect(readdirSync(folder).sort()).toEqual(['a.csv', 'other.csv']);
  });
});

it('the figures of a column are of its values, written as the file has them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'study-desk-figures-'));
  writeFileSync(join(folder, 'a.csv'), 'n,g\n0,x\n10,y\n9.50,x\n,\nNA,z\n');
  const figures = await withTable(join(folder, 'a.csv'), async (source) => [
    await source.summary(0),
    await source.summary(1),
  ]);
  rmSync(folder, {recursive: true});
  expect(figures).toEqual([
    {
      name: 'n',
      type: 'number',
      missing: 2,
      redacted: 0,
      distinct: 3,
      min: '0',
      smallestNonZero: '9.50',
      max: '10',
      sum: '19.5',
      bars: expect.any(Array) as unknown,
    },
    {
      name: 'g',
      type: 'text',
      missing: 1,
      redacted: 0,
      distinct: 3,
      min: 'x',
      smallestNonZero: null,
      max: 'z',
      sum: null,
      bars: [
        {label: 'x', count: 2},
        {label: 'y', count: 1},
        {label: 'z', count: 1},
      ],
    },
  ]);
});

it('counts of which some are redacted are numbers, sorted by value with the redacted ones last, and counted apart from missing ones', async () => {
  const text = 'n\n12345678\n[REDACTED]\n9\n\n1284\nREDACTED\n';
  const {values, types} = await showText('a.csv', text, {
    sort: {column: 0, descending: false},
    where: null,
  });
  expect(types).toEqual(['integer']);
  expect(values.flat()).toEqual(['9', '1284', '12345678', '[REDACTED]', 'REDACTED']);
});

const LARGE = [
  ['100 columns', 100, 3000, 12],
  ['500 columns', 500, 300, 12],
  ['long texts', 6, 3000, 4000],
] as const;
it.each(everyNth(LARGE, 3))(
  'a table that needs more memory than most is brought in and sorted: %s',
  async (_, columns, rows, length) => {
    const names = Array.from({length: columns}, (_, at) => `c${at}`);
    const row = (at: number): string =>
      names.map((name) => `${name} ${at} `.padEnd(length, 'x')).join(',');
    const text = [names.join(','), ...Array.from({length: rows}, (_, at) => row(at))].join('\n');
    const {values} = await showText('a.csv', text, {
      sort: {column: 1, descending: true},
      where: null,
    });
    expect(values).toHaveLength(rows);
    expect(values[0]).toEqual(row(rows === 300 ? 99 : 999).split(','));
  },
);
