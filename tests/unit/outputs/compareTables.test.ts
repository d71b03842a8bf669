import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {compareTables} from '../../../electron/outputs/compare/compareTables';
import type {OutputSource} from '../../../electron/outputs/sources/outputSource';
import {createComparisons} from '../../../electron/outputs/tables/answerComparisons';
import type {ComparedRow, RowMatching} from '../../../shared/comparison';
import type {ColumnType, TableColumn} from '../../../shared/table';
import {longTest} from '../../gateShare';
import {withTable} from './tableOf';
import {folderOfFile} from '../../temporary';

type Row = readonly (string | null)[];

const folder = folderOfFile();

/** A table in memory; types are those a whole file would be said to have. */
function sourceOf(
  columns: Readonly<Record<string, ColumnType>>,
  rows: readonly Row[],
): OutputSource {
  const named = Object.entries(columns).map(([name, type]): TableColumn => ({name, type}));
  const schema = {format: 'csv', columns: named, totalRows: rows.length, notes: [], complete: true};
  const all = rows.map((values, at) => ({row: at + 1, values}));
  return {
    schema: () => schema,
    whole: () => Promise.resolve(schema),
    rows: (from, count) =>
      Promise.resolve({rows: all.slice(from, from + count), matching: all.length}),
    rowsAt: (places) => Promise.resolve(all.filter(({row}) => places.includes(row - 1))),
    ...{summary: unasked, find: unasked, sql: unasked, stopSql: () => undefined},
    close: () => Promise.resolve(),
  };
}

/** A comparison has no use for this. */
const unasked = (): Promise<never> => Promise.reject(new Error('asked in vain'));

/** Columns of texts by their names. */
const texts = (...names: readonly string[]): Readonly<Record<string, ColumnType>> =>
  Object.fromEntries(names.map((name) => [name, 'text']));

async function compared(
  old: OutputSource,
  now: OutputSource,
  matching: RowMatching = {by: 'auto'},
) {
  const tables = await compareTables(old, now, matching);
  return {...tables.difference, differing: await tables.rows(0, 100_000, true), tables};
}

const cells = (rows: readonly ComparedRow[]) =>
  rows.flatMap(({row, values, changed}) =>
    changed.map(({column, before}) => [row, column, before, values[column]]),
  );

describe('two versions of a table', () => {
  const regions = {region: 'text', sex: 'text', n: 'integer', rate: 'number'} as const;

  it('are compared by the columns that name their rows, in any order', async () => {
    const old = sourceOf(regions, [
      ['North', 'F', '10', '0.1'],
      ['North', 'M', '20', '0.2'],
      ['South', 'F', '30', '0.3'],
      ['South', 'M', '40', '0.4'],
    ]);
    const now = sourceOf(regions, [
      ['East', 'F', '7', '0.7'],
      ['South', 'M', '40', '0.4'],
      ['North', 'F', '10', '0.1'],
      ['South', 'F', '31', '0.3'],
    ]);
    const found = await compared(old, now);
    expect(found).toMatchObject({
      matching: {by: 'key', columns: ['region', 'sex']},
      changedCells: 1,
      changedRows: 1,
      newRows: 1,
      goneRows: 1,
      rows: 5,
    });
    // a row that is gone stands behind what stood before it
    expect(found.differing.map(({change, oldRow, row}) => [change, oldRow, row])).toEqual([
      ['new', null, 1],
      ['gone', 2, null],
      ['changed', 3, 4],
    ]);
    expect(cells(found.differing)).toEqual([[4, 2, '30', '31']]);
  });

  it('are compared by position where no column tells rows apart', async () => {
    const old = sourceOf({n: 'number'}, [['1'], ['1'], ['2']]);
    const now = sourceOf({n: 'number'}, [['1'], ['3'], ['2'], ['4']]);
    expect(await compared(old, now)).toMatchObject({
      matching: {by: 'position'},
      changedCells: 1,
      newRows: 1,
      goneRows: 0,
    });
  });

  it('are compared by position where a key would find more: one that was itself edited', async () => {
    const rows = (edited: string): Row[] => [
      ['a', '1', '5'],
      [edited, '2', '5'],
    ];
    const columns = {name: 'text', n: 'integer', m: 'integer'} as const;
    const found = await compared(sourceOf(columns, rows('b')), sourceOf(columns, rows('c')));
    expect(found).toMatchObject({matching: {by: 'position'}, changedCells: 1, newRows: 0});
  });

  it('keep missing, empty and NA apart', async () => {
    const old = sourceOf(texts('id', 'x'), [
      ['1', null],
      ['2', ''],
      ['3', 'NA'],
      ['4', null],
    ]);
    const now = sourceOf(texts('id', 'x'), [
      ['1', ''],
      ['2', null],
      ['3', null],
      ['4', null],
    ]);
    expect(cells((await compared(old, now)).differing)).toEqual([
      [1, 1, null, ''],
      [2, 1, '', null],
      [3, 1, 'NA', null],
    ]);
  });

  it('put columns together by name: those that came and went are said, and are no changed cells', async () => {
    const old = sourceOf(texts('id', 'gone', 'x', 'last'), [['1', 'g', 'x', 'l']]);
    const now = sourceOf(texts('new', 'id', 'x'), [['n', '1', 'y']]);
    const found = await compared(old, now);
    expect(found.columns.map(({name, side}) => `${name} ${side}`)).toEqual([
      ...['new new', 'id both', 'gone gone', 'x both', 'last gone'],
    ]);
    expect(found).toMatchObject({
      changedCells: 1,
      newColumns: ['new'],
      goneColumns: ['gone', 'last'],
    });
    expect(found.differing[0]?.values).toEqual(['n', '1', 'g', 'y', 'l']);
  });

  it('take a key that is asked for, or say why it does not serve', async () => {
    const old = sourceOf(texts('a', 'b'), [
      ['1', 'x'],
      ['1', 'y'],
    ]);
    const now = sourceOf(texts('a', 'b'), [
      ['1', 'y'],
      ['1', 'z'],
    ]);
    const by = (...columns: readonly string[]) => compared(old, now, {by: 'key', columns});
    expect(await by('b')).toMatchObject({changedCells: 0, newRows: 1, goneRows: 1});
    await expect(by('a')).rejects.toThrow('Several rows have the same a.');
    await expect(by('c')).rejects.toThrow('must have a column "c"');
    expect(await compared(old, now, {by: 'position'})).toMatchObject({changedCells: 2});
  });

  it('may be empty', async () => {
    const none = sourceOf(texts(), []);
    expect(await compared(none, none)).toMatchObject({changedCells: 0, rows: 0});
    expect(await compared(none, sourceOf(texts('a'), [['1']]))).toMatchObject({
      newRows: 1,
      newColumns: ['a'],
    });
  });

  it('property: the edits of a table are found, each and no other, also after its rows were shuffled', async () => {
    const value = fc.oneof(fc.constantFrom('', 'NA', '-', '1:a'), fc.string({maxLength: 4}));
    const cell = fc.option(value, {nil: null});
    const table = fc.array(fc.tuple(cell, cell, cell), {minLength: 1, maxLength: 40});
    const edit = fc.tuple(fc.nat(), fc.nat({max: 2}), cell);
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.array(edit, {maxLength: 5}),
        fc.infiniteStream(fc.double({min: 0, max: 1, noNaN: true})),
        async (rows, edits, order) => {
          const before = rows.map((row, at): Row => [`p${at}`, ...row]);
          const after = before.map((row) => [...row]);
          for (const [at, column, to] of edits) {
            const row = after[at % after.length];
            if (row !== undefined) row[column + 1] = to;
          }
          const expected = after.flatMap((row, at) =>
            row.flatMap((to, column) =>
              to === before[at]?.[column]
                ? []
                : [[`p${at}`, column, before[at]?.[column] ?? null, to]],
            ),
          );
          const shuffled = after
            .map((row) => ({row, place: order.next().value as number}))
            .sort((one, other) => one.place - other.place)
            .map(({row}) => row);
          const names = texts('patient_id', 'a', 'b', 'c');
          const {differing, changedCells} = await compared(
            sourceOf(names, before),
            sourceOf(names, shuffled),
            {by: 'key', columns: ['patient_id']},
          );
          const found = differing.flatMap(({values, changed}) =>
            changed.map(({column, before: was}) => [values[0], column, was, values[column]]),
          );
          const sorted = (list: readonly unknown[]) =>
            list.map((each) => JSON.stringify(each)).sort();
          expect(sorted(found)).toEqual(sorted(expected));
          expect(changedCells).toBe(expected.length);
        },
      ),
    );
  });

  it('of 5,000 rows with 3 edits, as files, differ in exactly 3 cells, and are paged', async () => {
    const line = (at: number, edits: Readonly<Record<number, string>> = {}) =>
      `${String(at).padStart(7, '0')},${at % 90},${['North', 'South'][at % 2] ?? ''},${edits[at] ?? ((at * 7919) % 1000) / 8}`;
    const write = (name: string, edits: Readonly<Record<number, string>>) => {
      const lines = Array.from({length: 5000}, (_, at) => line(at, edits));
      writeFileSync(join(folder, name), `patient_id,age,region,bmi\n${lines.join('\n')}\n`);
      return join(folder, name);
    };
    const [old, now] = [write('old.csv', {}), write('now.csv', {0: '1.5', 2500: '', 4999: 'x'})];
    await withTable(old, (before) =>
      withTable(now, async (after) => {
        const found = await compared(before, after);
        expect(found).toMatchObject({
          matching: {by: 'key', columns: ['patient_id']},
          changedCells: 3,
          changedRows: 3,
          newRows: 0,
          goneRows: 0,
        });
        expect(cells(found.differing)).toEqual([
          [1, 3, '0', '1.5'],
          [2501, 3, String(((2500 * 7919) % 1000) / 8), null],
          [5000, 3, String(((4999 * 7919) % 1000) / 8), 'x'],
        ]);
        const page = await found.tables.rows(2499, 3, false);
        expect(page.map(({row, change}) => [row, change])).toEqual([
          [2500, 'same'],
          [2501, 'changed'],
          [2502, 'same'],
        ]);
        expect(await found.tables.rows(3, 10, true)).toEqual([]);
      }),
    );
  });

  longTest(
    'of more rows than are held at once are compared in whatever order they stand',
    async () => {
      const order = Array.from({length: 30_000}, (_, at) => (at * 7919) % 30_000);
      const write = (name: string, rows: readonly number[], edited: number) => {
        const lines = rows.map((at) => `p${at},${at === edited ? 'edited' : at % 17}`);
        writeFileSync(join(folder, name), `patient_id,x\n${lines.join('\n')}\n`);
        return join(folder, name);
      };
      const old = write(
        'ordered.csv',
        [...order].sort((one, other) => one - other),
        -1,
      );
      const now = write('scattered.csv', order, 77);
      await withTable(old, (before) =>
        withTable(now, async (after) => {
          const {changedCells, newRows, goneRows, differing} = await compared(before, after);
          expect({changedCells, newRows, goneRows}).toEqual({
            changedCells: 1,
            newRows: 0,
            goneRows: 0,
          });
          expect(differing[0]).toMatchObject({oldRow: 78, values: ['p77', 'edited']});
        }),
      );
    },
  );
});

describe('a comparison under way', () => {
  const pair = {
    old: {path: '/old.csv', name: 'a.csv'},
    now: {path: '/now.csv', name: 'a.csv'},
    matching: {by: 'position'},
  } as const;

  it.each(['position', 'auto'] as const)(
    'by %s ends where it is stopped, though it is asked again how far it is',
    async (by) => {
      const rows = Array.from({length: 20}, (_, at): Row => [`p${at}`, String(at)]);
      const old = sourceOf(texts('patient_id', 'n'), rows);
      let letGo: () => void = () => undefined;
      const gate = new Promise<void>((open) => {
        letGo = open;
      });
      const held: OutputSource = {...old, whole: () => gate.then(() => old.schema())};
      const comparisons = createComparisons((_, work) => work([held, old]));
      const answer = comparisons.answer({kind: 'compare', pair: {...pair, matching: {by}}});
      expect(await comparisons.answer({kind: 'comparing', stop: true})).toBe(0);
      expect(await comparisons.answer({kind: 'comparing', stop: false})).toBe(0);
      letGo();
      await expect(answer).rejects.toThrow('The comparison was stopped.');
      // the next one is not stopped with it
      expect(await comparisons.answer({kind: 'compare', pair})).toMatchObject({changedCells: 0});
      expect(await comparisons.answer({kind: 'comparing', stop: false})).toBeNull();
    },
  );
});
