import fc from 'fast-check';
import {expect, it} from 'vitest';
import type {EhrqlSchema} from '../../../shared/dataset';
import {
  cellFault,
  faultsOfTable,
  insertRow,
  openDummyTable,
  redoEdit,
  removeRow,
  rowOf,
  setCell,
  textOfTable,
  undoEdit,
  type DummyTable,
} from '../../../shared/dummyTable';

function opened(text: string): DummyTable {
  const read = openDummyTable(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

const TEXT =
  '\uFEFFpatient_id,"date, of",sex\r\n1,"2020-01-01",male\r\n2,"a ""b"",\r\nc",\n3,2020-02-30,other';

it('takes rows apart as Python does, and gives the text back as it was', () => {
  const table = opened(TEXT);
  expect(table.columns).toEqual(['patient_id', 'date, of', 'sex']);
  expect([0, 1, 2].map((row) => rowOf(table, row))).toEqual([
    ['1', '2020-01-01', 'male'],
    ['2', 'a "b",\r\nc', ''],
    ['3', '2020-02-30', 'other'],
  ]);
  expect(textOfTable(table)).toBe(TEXT);
  expect(openDummyTable('a,"b\n1,2\n')).toMatchObject({ok: false});
  expect(openDummyTable('')).toMatchObject({ok: false});
});

it('changes the bytes of a cell alone, and keeps line ends', () => {
  const table = opened(TEXT);
  expect(textOfTable(setCell(table, 0, 2, 'a,b'))).toBe(TEXT.replace('male', '"a,b"'));
  expect(textOfTable(setCell(table, 1, 1, 'x'))).toBe(TEXT.replace('"a ""b"",\r\nc"', 'x'));
  expect(textOfTable(insertRow(table, 0, ['9', 'x', 'y']))).toBe(
    TEXT.replace('\r\n1', '\r\n9,x,y\r\n1'),
  );
  expect(textOfTable(insertRow(table, 99, ['9', 'x', 'y']))).toBe(`${TEXT}\r\n9,x,y`);
  expect(textOfTable(removeRow(table, 1))).toBe(TEXT.replace('2,"a ""b"",\r\nc",\n', ''));
  expect(textOfTable(insertRow(opened('a,b'), 0, ['1']))).toBe('a,b\n1,\n');
  expect(textOfTable(setCell(opened('a,b,c\n1\n'), 0, 2, 'x'))).toBe('a,b,c\n1,,x\n');
  expect(setCell(table, 0, 2, 'male')).toBe(table);
});

it('undoes and redoes any edits', () => {
  const word = fc.stringMatching(/^["a,\r\n]{0,3}$/);
  const edit = fc.oneof(
    fc.tuple(fc.constant('set' as const), fc.nat(5), fc.nat(2), word),
    fc.tuple(fc.constant('insert' as const), fc.nat(5), fc.nat(2), word),
    fc.tuple(fc.constant('remove' as const), fc.nat(5), fc.nat(2), word),
  );
  fc.assert(
    fc.property(fc.array(edit, {maxLength: 12}), (edits) => {
      let table = opened(TEXT);
      const texts = [TEXT];
      for (const [kind, row, column, value] of edits) {
        const next =
          kind === 'set'
            ? setCell(table, row, column, value)
            : kind === 'insert'
              ? insertRow(table, row, [value])
              : removeRow(table, row);
        if (next === table) continue;
        if (kind === 'set') expect(rowOf(next, row)[column]).toBe(value);
        table = next;
        texts.push(textOfTable(table));
        expect(opened(textOfTable(table)).rows.length).toBe(table.rows.length);
      }
      for (const text of texts.slice(0, -1).reverse()) {
        table = undoEdit(table);
        expect(textOfTable(table)).toBe(text);
      }
      expect(undoEdit(table)).toBe(table);
      for (const text of texts.slice(1)) {
        table = redoEdit(table);
        expect(textOfTable(table)).toBe(text);
      }
      expect(redoEdit(table)).toBe(table);
    }),
    {numRuns: 100},
  );
});

/** As tests/cli/dataset.test.ts holds against the real ehrQL. */
const SCHEMA: EhrqlSchema = {
  name: 'patients',
  onePerPatient: true,
  columns: [
    {name: 'sex', type: 'str', categories: ['female', 'male']},
    {name: 'died', type: 'date', categories: null},
  ],
};

it('names the values that ehrQL would refuse', () => {
  const table = opened(
    'patient_id,sex,died,note\n1,male,2020-01-31,\n,mal,31/01/2020,x\n4,female\n',
  );
  expect(faultsOfTable(table, SCHEMA).map(({row, column}) => [row, column])).toEqual([
    ...[
      [1, 0],
      [1, 1],
      [1, 2],
    ],
    [2, null],
  ]);
  expect(cellFault('sex', 'x', SCHEMA)).toBe('“x” is none of the values of sex: female, male.');
  expect(cellFault('patient_id', '1.5', null)).toBe(
    '“1.5” is not a whole number, as patient_id is.',
  );
});

it('opens and edits 100,000 rows in no time', () => {
  const rows = Array.from({length: 100_000}, (_, at) => `${String(at)},2020-01-01,"male"\r\n`);
  const text = `patient_id,died,sex\r\n${rows.join('')}`;
  const began = performance.now();
  let table = opened(text);
  const openedAfter = performance.now() - began;
  const times: number[] = [];
  for (let at = 0; at < 50; at += 1) {
    const start = performance.now();
    table = insertRow(setCell(table, at * 1000, 1, '2021-01-01'), at * 2000, ['1']);
    times.push(performance.now() - start);
  }
  const faults = faultsOfTable(setCell(table, 99_999, 2, 'x'), SCHEMA);
  expect(faults).toHaveLength(1);
  // generous, for a machine that does other things too
  expect(openedAfter).toBeLessThan(1000);
  expect([...times].sort((a, b) => a - b)[25]).toBeLessThan(16);
});
