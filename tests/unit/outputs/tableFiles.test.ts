import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {showFile, showText} from './tableOf';

const folder = fileURLToPath(new URL('../../fixtures/tables/', import.meta.url));

describe('a Stata data set that pandas wrote', () => {
  const rows = [
    [
      ...['1', '32740', '2147483620', '0.1', '0.1', '007', 'low', '2020-02-29'],
      ...['2020-02-29 01:02:03.004', '2020-02-01'],
    ],
    [
      ...['-127', '-32767', '-2147483647', '1.5', '0.00001', '', 'high', '1959-12-31'],
      ...['1959-12-31 23:59:59.5', '1959-12-01'],
    ],
    ['100', '1', '1', null, null, 'é', 'low', null, null, null],
    [
      ...['0', '0', '0', '-3.25', '123456789.25', 'a,"b"', null, '1900-01-01'],
      ...['1900-01-01 00:00:00', '1900-01-01'],
    ],
    [
      ...['5', '7', '9', '0.001', '1e+300', 'NA', 'mid', '1960-01-01', '1960-01-01 12:00:00'],
      ...['1960-01-01'],
    ],
  ];
  const longTexts = ['x'.repeat(3000), 'short', '', 'é'.repeat(10), 'x'.repeat(3000)];
  const types = [
    ...['integer', 'integer', 'integer', 'number', 'number', 'text', 'category', 'date'],
    ...['timestamp', 'date'],
  ];

  it.each([114, 117, 118, 119])('in format %i shows what was written', async (release) => {
    const shown = await showFile(`${folder}pandas-${release}.dta`);
    const withLong = rows.map((row, at) => [...row, longTexts[at]]);
    expect(shown.values).toEqual(release === 114 ? rows : withLong);
    expect(shown.types).toEqual(release === 114 ? types : [...types, 'text']);
    expect(shown.schema).toMatchObject({format: `Stata ${release}`, totalRows: 5});
  });

  it('comes out of gzip', async () => {
    const {values} = await showText('a.dta.gz', gzipSync(readFileSync(`${folder}pandas-118.dta`)));
    expect(values.map((row) => row.slice(0, -1))).toEqual(rows);
  });

  it('sorts by value, with what is missing last', async () => {
    const path = `${folder}pandas-118.dta`;
    const {values} = await showFile(path, {sort: {column: 4, descending: true}, where: null});
    expect(values.map((row) => row[4])).toEqual(['1e+300', '123456789.25', '0.1', '0.00001', null]);
  });

  it('that is cut off is refused with a reason, wherever that is', async () => {
    const bytes = readFileSync(`${folder}pandas-114.dta`);
    for (const length of [0, 1, 60, 500, bytes.length - 300])
      await expect(showText('a.dta', bytes.subarray(0, length))).rejects.toThrow();
    const tagged = readFileSync(`${folder}pandas-118.dta`);
    for (const length of [20, 300, 4000, tagged.length - 400])
      await expect(showText('a.dta', tagged.subarray(0, length))).rejects.toThrow();
  });
});

describe('a table that Polars wrote', () => {
  const rows = [
    [
      ...['1', '18446744073709551615', '1', '0.1', '0.1', 'true', '007', 'x', '2020-02-29'],
      ...['2020-02-29 01:02:03.004'],
    ],
    [
      ...['-9007199254740993', '0', '-128', '0.00001', '1.5', 'false', '', 'y', '1969-12-31'],
      ...['1969-12-31 23:59:59.999'],
    ],
    ['9223372036854775807', '1', '127', '123456789.25', '16777216', null, null, null, null, null],
    [null, null, null, null, null, 'true', 'a,"b"\n', 'x', '1900-01-01', '1900-01-01 00:00:00'],
    [
      ...[
        '0',
        '9007199254740993',
        '0',
        '-0.5',
        '-3.4e+38',
        'false',
        'é漢字 longer than twelve',
        'z',
      ],
      ...['2262-01-01', '2000-01-01 12:30:00.5'],
    ],
    [
      ...['-9223372036854775808', '7', '5', '1e+300', '0.001', 'true', 'NA', 'y', '1970-01-01'],
      ...['1970-01-01 00:00:00'],
    ],
  ];

  it.each(['polars-snappy.parquet', 'polars-gzip.parquet', 'polars-zstd.parquet'])(
    'is shown as it was written: %s',
    async (name) => {
      const {values, types} = await showFile(`${folder}${name}`);
      expect(values).toEqual(rows);
      expect(types.slice(0, 7)).toEqual([
        ...['integer', 'integer', 'integer', 'number', 'number', 'boolean', 'text'],
      ]);
      expect(types.slice(8)).toEqual(['date', 'timestamp']);
    },
  );

  it.each(['polars-plain.arrow', 'polars-stream.arrow', 'polars-lz4.feather', 'polars-zstd.arrow'])(
    'is shown as it was written: %s',
    async (name) => {
      const {values, types} = await showFile(`${folder}${name}`);
      expect(values).toEqual(rows);
      expect(types).toEqual([
        ...['integer', 'integer', 'integer', 'number', 'number', 'boolean', 'text', 'category'],
        ...['date', 'timestamp'],
      ]);
    },
  );

  it('sorts 64-bit numbers of an Arrow file exactly', async () => {
    const {values} = await showFile(`${folder}polars-lz4.feather`, {
      sort: {column: 0, descending: false},
      where: null,
    });
    expect(values.map((row) => row[0])).toEqual([
      ...['-9223372036854775808', '-9007199254740993', '0', '1', '9223372036854775807', null],
    ]);
  });

  it('that is cut off in Arrow is refused, wherever that is', async () => {
    for (const name of ['polars-plain.arrow', 'polars-lz4.feather', 'polars-zstd.arrow']) {
      const bytes = readFileSync(`${folder}${name}`);
      for (const length of [0, 5, 200, Math.floor(bytes.length / 2)])
        await expect(showText('a.arrow', bytes.subarray(0, length))).rejects.toThrow(
          /Arrow|cut off/,
        );
    }
    const stream = readFileSync(`${folder}polars-stream.arrow`);
    const {schema} = await showText('a.arrow', stream.subarray(0, stream.length - 8));
    expect(schema.notes).toEqual(['The file has no end mark: it may be cut off.']);
  });

  it('sorts and finds by value', async () => {
    const path = `${folder}polars-snappy.parquet`;
    const {values} = await showFile(path, {sort: {column: 1, descending: true}, where: 'u64 > 1'});
    expect(values.map((row) => row[1])).toEqual(['18446744073709551615', '9007199254740993', '7']);
  });

  it('with a wrong footer is refused with a reason', async () => {
    const bytes = readFileSync(`${folder}polars-zstd.parquet`);
    bytes.fill(0xff, bytes.length - 40);
    await expect(showText('a.parquet', bytes)).rejects.toThrow(/Parquet/);
    await expect(showText('a.parquet', 'no parquet')).rejects.toThrow(/Parquet/);
  });
});
