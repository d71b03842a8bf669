import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {outputFormatOf} from '../../../electron/outputs/outputFormat';
import {countRows} from '../../../electron/outputs/sources/openSource';
import {everyNth} from '../../gateShare';
import {showFile, showText} from './tableOf';

const folder = fileURLToPath(new URL('../../fixtures/tables/', import.meta.url));

/** What every writer was given: columns of every kind of value, as the texts that must be shown. */
const generated = JSON.parse(readFileSync(`${folder}generated.json`, 'utf8')) as Readonly<
  Record<string, readonly (string | null)[]>
>;

async function shown(name: string): Promise<Readonly<Record<string, readonly (string | null)[]>>> {
  const {names, values} = await showFile(`${folder}${name}`);
  return Object.fromEntries(
    names.map((column, at) => [column, values.map((row) => row[at] ?? null)]),
  );
}

/** The generated columns that a format can hold, with what it makes of a missing text. */
function written(columns: readonly string[], missingText: '' | null = null) {
  const texts = (name: string): readonly (string | null)[] => generated[name] ?? [];
  return Object.fromEntries(
    columns.map((name) => [
      name,
      name === 'text' ? texts(name).map((text) => text ?? missingText) : texts(name),
    ]),
  );
}

const ALL = Object.keys(generated);
const IN_STATA = ['whole', 'real', 'single', 'latin', 'category', 'day', 'time'];
const IN_R = [
  ...['whole', 'real', 'flag', 'latin', 'text', 'category', 'day', 'time', 'longText', 'int64'],
];

describe('what the grid shows of a generated table is what the writer wrote, cell by cell', () => {
  it('of 150 rows with something of everything', () => {
    expect(ALL).toHaveLength(11);
    for (const values of Object.values(generated)) expect(new Set(values).size).toBeGreaterThan(2);
  });

  it.each(['generated.csv', 'generated.tsv', 'generated.csv.gz'])('by Python: %s', async (name) => {
    expect(await shown(name)).toEqual(written(ALL));
  });

  it('by Python in Latin-1 with semicolons', async () => {
    const columns = ['whole', 'latin', 'category', 'day'];
    expect(await shown('generated-latin-1.csv')).toEqual(written(columns));
  });

  it.each([
    ...['generated-snappy.parquet', 'generated-gzip.parquet', 'generated-zstd.parquet'],
    ...['generated-plain.arrow', 'generated-stream.arrow', 'generated-lz4.feather'],
    ...['generated-zstd.arrow'],
  ])('by Polars: %s', async (name) => expect(await shown(name)).toEqual(written(ALL)));

  it.each([114, 117])('by pandas in Stata %i', async (release) => {
    expect(await shown(`generated-${release}.dta`)).toEqual(written(IN_STATA));
  });

  it.each([118, 119])('by pandas in Stata %i, with long texts', async (release) => {
    const columns = [...IN_STATA, 'text', 'longText'];
    expect(await shown(`generated-${release}.dta`)).toEqual(written(columns, ''));
  });

  it.each([114, 115, 117, 118, 119])('by haven in Stata %i', async (release) => {
    const name = `haven-${release}.dta`;
    const {coded, ...rest} = await shown(name);
    const columns = ['whole', 'real', 'latin', 'day', 'time', 'category'];
    expect(rest).toEqual(written(columns));
    expect(coded?.slice(0, 5)).toEqual(['one', '2', 'refused', '.z', null]);
    expect((await showFile(`${folder}${name}`)).schema.format).toBe(`Stata ${release}`);
    const packed = await showText('a.dta.gz', gzipSync(readFileSync(`${folder}${name}`)));
    expect(packed.values.map((row) => row[1])).toEqual(generated.real);
  });

  it.each(['generated.rds', 'generated-plain.rds', 'generated-tibble.rds'])(
    'by R: %s',
    async (name) => expect(await shown(name)).toEqual(written(IN_R)),
  );
});

describe('an R object', () => {
  it('that is a data frame shows what R has beyond plain columns', async () => {
    const {names, values, schema} = await showFile(`${folder}labelled.rds`);
    expect(names).toEqual([
      ...['row.names', 'sex', 'score', 'code', 'name', 'list', 'wide.1', 'wide.2', 'wait', 'z'],
      'native',
    ]);
    expect(values).toEqual([
      [
        ...['first', 'female', '0.1', 'yes', 'a', '<a integer vector of length 3>', '1', '6', '1'],
        ...['1-2i', 'é'],
      ],
      ['second', 'male', '.a', 'no', null, 'x', '2', '7', '2.5', '0+1i', 'a'],
      ['third', 'not known', 'NaN', null, '', null, '3', '8', null, null, null],
      ['fourth', null, null, 'yes', 'NA', null, '4', '9', '0', '-1.5+0.25i', '£'],
      ['fifth', '3', 'Infinity', '7', 'é', '<a list of length 2>', '5', null, '-1', '0+0i', ''],
    ]);
    expect(schema).toMatchObject({
      format: 'R data frame',
      totalRows: 5,
      notes: [
        'The first column holds the row names.',
        'Some columns hold R objects; those of more than one value are named only.',
        'Some columns count time, in days.',
      ],
    });
  });

  it('kept as a recipe reads as R reads it', async () => {
    const {values} = await showFile(`${folder}recipes.rds`);
    const numbers = JSON.parse(readFileSync(`${folder}recipes.json`, 'utf8')) as readonly string[];
    expect(values).toEqual(numbers.map((text, at) => [String(at + 1), String(at + 1), text]));
  });

  it.each([
    ['model.rds', /an R object of class lm, not a data frame/],
    ['matrix.rds', /a matrix or array, not a data frame/],
    ['labelled-xz.rds', /xz-compressed/],
    ['labelled-ascii.rds', /saved as text/],
  ])('of another kind is said: %s', async (name, reason) => {
    await expect(showFile(`${folder}${name}`)).rejects.toThrow(reason);
  });

  it('of nothing is a table of nothing', async () => {
    expect((await showFile(`${folder}empty.rds`)).schema).toMatchObject({
      totalRows: 0,
      columns: [],
    });
  });

  it('that is cut off or is none is refused, wherever that is', async () => {
    const bytes = readFileSync(`${folder}generated-plain.rds`);
    for (const length of [0, 1, 2, 20, 200, 5000, bytes.length - 1])
      await expect(showText('a.rds', bytes.subarray(0, length))).rejects.toThrow(/cut off|saveRDS/);
    await expect(showText('a.rds', gzipSync(bytes).subarray(0, 900))).rejects.toThrow(/gzip/);
  });
});

const TABLES = readdirSync(folder).filter((name) => outputFormatOf(name).kind === 'table');
it.each(everyNth(TABLES, 3))('the rows of %s are counted as they are shown', async (name) => {
  const room = mkdtempSync(join(tmpdir(), 'study-desk-room-'));
  const counted = await countRows(`${folder}${name}`, room).catch(() => 'not shown');
  const shownRows = await showFile(`${folder}${name}`).then(
    ({values}) => values.length,
    () => 'not shown',
  );
  rmSync(room, {recursive: true});
  expect(counted).toBe(shownRows);
});
