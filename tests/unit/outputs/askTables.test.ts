import {readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {WHOLE_TABLE, type TableSearch} from '../../../shared/table';
import {withTable} from './tableOf';
import {folderOfFile} from '../../temporary';

const folder = folderOfFile();
const path = join(folder, 'a.csv');
writeFileSync(
  path,
  'id,name,Name,when\n007,Leeds,x,2020-01-31\n008,London,leeds,2021-06-01\n009,,NA,\n',
);
writeFileSync(join(folder, 'other.csv'), 'a\nsecret\n');
const parquet = fileURLToPath(
  new URL('../../fixtures/tables/polars-zstd.parquet', import.meta.url),
);

describe('a question in SQL', () => {
  it('reads the open file by the names of its columns, told apart where they differ in case alone', async () => {
    const found = await withTable(path, (source) =>
      source.sql(
        `SELECT name, "Name_2", "when", "when" + 1 AS next, length(id) FROM data ORDER BY id;`,
      ),
    );
    expect(found).toEqual({
      columns: [
        {name: 'name', type: 'text'},
        {name: 'Name_2', type: 'text'},
        {name: 'when', type: 'date'},
        {name: 'next', type: 'date'},
        {name: 'length(id)', type: 'integer'},
      ],
      rows: [
        ['Leeds', 'x', '2020-01-31', '2020-02-01', '3'],
        ['London', 'leeds', '2021-06-01', '2021-06-02', '3'],
        [null, 'NA', null, null, '3'],
      ],
      more: false,
    });
  });

  it('answers as texts what the grid shows of the same values', async () => {
    await withTable(parquet, async (source) => {
      const shown = await source.rows(0, 10, WHOLE_TABLE);
      const {rows} = await source.sql('SELECT * FROM data');
      expect(rows).toEqual(shown.rows.map(({values}) => values));
    });
  });

  it('of many rows gives the first ones and says that there are more', async () => {
    const {rows, more} = await withTable(path, (source) => source.sql('SELECT * FROM range(5000)'));
    expect({rows: rows.length, more}).toEqual({rows: 2000, more: true});
  });

  it.each([
    ['what is no SQL', 'SELEC 1'],
    ['another file', `SELECT * FROM read_csv('${join(folder, 'other.csv')}')`],
    ['another file by its name', `SELECT * FROM '${join(folder, 'other.csv')}'`],
    ['the open file itself', `SELECT * FROM read_text('${path}')`],
    ['the names of files', `SELECT * FROM glob('${folder}/*')`],
    ['a file of the system', `SELECT * FROM read_text('/etc/passwd')`],
    ['an address', `SELECT * FROM read_csv('https://example.invalid/a.csv')`],
    ['COPY', `COPY data TO '${join(folder, 'out.csv')}'`],
    ['EXPORT', `EXPORT DATABASE '${join(folder, 'out')}'`],
    ['ATTACH', `ATTACH '${join(folder, 'new.db')}' AS new`],
    ['INSTALL', 'INSTALL httpfs'],
    ['LOAD', 'LOAD httpfs'],
    ['SET', 'SET enable_external_access = true'],
    ['RESET', 'RESET lock_configuration'],
    ['PRAGMA', 'PRAGMA enable_profiling'],
    ['two statements', 'SELECT 1; SELECT 2'],
    ['CREATE', 'CREATE TEMP TABLE t AS SELECT 1'],
    ['DROP', 'DROP VIEW data'],
    ['DELETE', 'DELETE FROM raw'],
    ['CALL', 'CALL pragma_version()'],
  ])('reaches nothing but that file: %s', async (_, sql) => {
    await withTable(path, async (source) => {
      await expect(source.sql(sql)).rejects.toThrow();
      // nothing has changed by it
      expect((await source.sql('SELECT count(*) FROM data')).rows).toEqual([['3']]);
    });
    expect(readdirSync(folder).sort()).toEqual(['a.csv', 'other.csv']);
  });

  it('ends when it is stopped, and the next one is answered', async () => {
    await withTable(path, async (source) => {
      await source.whole();
      const endless = source.sql('SELECT count(*) FROM range(100000000000) a, range(1000) b');
      setTimeout(() => source.stopSql(), 200);
      await expect(endless).rejects.toThrow(/[Ii]nterrupt/);
      expect((await source.sql('SELECT 1')).rows).toEqual([['1']]);
    });
  });
});

describe('a text found in a table', () => {
  const search = (part: Partial<TableSearch>): TableSearch => ({
    text: 'leeds',
    columns: [0, 1, 2, 3],
    after: {place: -1, column: -1},
    backwards: false,
    ...part,
  });
  const cells = (steps: readonly Partial<TableSearch>[], descending = false) =>
    withTable(path, async (source) => {
      const query = descending ? {...WHOLE_TABLE, sort: {column: 0, descending}} : WHOLE_TABLE;
      const found = [];
      for (const step of steps) found.push(await source.find(query, search(step)));
      return found.map(({cell, rows}) => (cell === null ? rows : [cell.place, cell.column, rows]));
    });

  it('is the next one, row by row, and goes on at the other end', async () => {
    expect(
      await cells([
        {},
        {after: {place: 0, column: 1}},
        {after: {place: 1, column: 2}},
        {after: {place: 0, column: 1}, backwards: true},
        {after: {place: 1, column: 2}, backwards: true},
        {columns: [2]},
        {text: 'nowhere'},
      ]),
    ).toEqual([[0, 1, 2], [1, 2, 2], [0, 1, 2], [1, 2, 2], [0, 1, 2], [1, 2, 1], 0]);
  });

  it('goes by the order shown', async () => {
    expect(await cells([{}, {after: {place: 1, column: 2}}], true)).toEqual([
      [1, 2, 2],
      [2, 1, 2],
    ]);
  });

  it('is found in numbers as they are shown, and written otherwise', async () => {
    const found = await withTable(parquet, async (source) => [
      (await source.find(WHOLE_TABLE, search({text: '0.00001'}))).cell,
      (await source.find(WHOLE_TABLE, search({text: '9007199254740993', columns: [1]}))).cell,
    ]);
    expect(found).toEqual([
      {place: 1, column: 3},
      {place: 4, column: 1},
    ]);
  });
});

describe('how the values of a column lie', () => {
  const bars = async (values: readonly string[]) => {
    const file = join(folder, 'values.csv');
    writeFileSync(file, ['v,x', ...values.map((value) => `${value},1`)].join('\n'));
    const figures = await withTable(file, (source) => source.summary(0));
    rmSync(file);
    return figures;
  };

  it('is shown in stretches of whole numbers that hold as many each', async () => {
    const {bars: few} = await bars(['1', '3', '3', '', '[REDACTED]']);
    expect(few).toEqual([
      {label: '1', count: 1},
      {label: '2', count: 0},
      {label: '3', count: 2},
    ]);
    const {
      bars: many,
      redacted,
      missing,
    } = await bars([...Array.from({length: 100}, (_, at) => String(at)), '[REDACTED]']);
    expect({redacted, missing}).toEqual({redacted: 1, missing: 0});
    expect(many).toHaveLength(20);
    expect(many[0]).toEqual({label: '0 to 4', count: 5});
    expect(many.at(-1)).toEqual({label: '95 to 99', count: 5});
  });

  it('counts every number, date and word once', async () => {
    for (const values of [
      ['0.1', '0.25', '1e300', '-1e300'],
      ['2020-02-29', '2020-03-01', '1900-01-01'],
      ['x', 'y', 'x'],
      ['5.5', '5.5'],
    ]) {
      const counted = (await bars(values)).bars.reduce((sum, {count}) => sum + count, 0);
      expect(counted, values.join()).toBe(values.length);
    }
    expect((await bars(['2020-02-29', '2020-03-01'])).bars).toEqual([
      {label: '2020-02-29', count: 1},
      {label: '2020-03-01', count: 1},
    ]);
  });
});
