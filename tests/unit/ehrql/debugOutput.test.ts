import fc from 'fast-check';
import {expect, it} from 'vitest';
import {readDebugOutput} from '../../../electron/ehrql/debugOutput';

const row = (cells: readonly string[]) =>
  `<tr>${cells.map((each) => `<td>${each}</td>`).join('')}</tr>`;
/** As ehrQL writes a table: nothing is encoded. */
const table = (columns: readonly string[], rows: readonly (readonly string[])[]) =>
  `<!-- start debug output --><table><thead><tr>${columns.map((each) => `<th>${each}</th>`).join('')}</tr></thead>` +
  `<tbody>${rows.map(row).join('')}</tbody></table><!-- end debug output -->`;
const LEFT_OUT = '&hellip;';

it('takes calls, labels, tables and what is printed between them apart', () => {
  const printed = [
    'hello',
    'Show line 3: <b>two</b>',
    table(
      ['patient_id', 'sex'],
      [
        ['1', 'female'],
        [LEFT_OUT, LEFT_OUT],
        ['9', ''],
      ],
    ),
    'between',
    'Show line 12:',
    table([], []),
    'Show line 13:',
    'Error loading file',
  ].join('\n');
  expect(readDebugOutput(printed)).toEqual({
    shown: [
      {
        line: 3,
        label: '<b>two</b>',
        columns: ['patient_id', 'sex'],
        rows: [
          ['1', 'female'],
          ['9', ''],
        ],
        cut: true,
      },
      {line: 12, label: null, columns: [], rows: [], cut: false},
    ],
    rest: 'hello\nbetween\nShow line 13:\nError loading file',
    unclear: 0,
  });
});

it('gives back every table that ehrQL may write, whatever is in its cells', () => {
  const cell = fc.oneof(
    fc.string({unit: 'binary'}),
    fc.constantFrom(
      '<b>x</b>',
      '&amp;',
      '…',
      LEFT_OUT,
      'a\nShow line 4:\n',
      '</td>',
      '<td>',
      '<script>alert(1)</script>',
      ' | ',
    ),
  );
  const clear = cell.filter((text) => !/<\/td><td>|<\/t[rd]>|<!--|<td>/.test(text));
  const tables = fc.integer({min: 1, max: 5}).chain((width) =>
    fc
      .array(fc.tuple(fc.nat(), fc.array(clear, {minLength: width, maxLength: width})), {
        maxLength: 6,
      })
      .map((rows) => ({
        columns: ['patient_id', ...Array.from({length: width}, (_, at) => `c${at}`)],
        rows: rows.map(([id, cells]) => [String(id), ...cells]),
      })),
  );
  fc.assert(
    fc.property(
      tables,
      fc.integer({min: 1, max: 9999}),
      fc.nat({max: 6}),
      fc.boolean(),
      ({columns, rows}, line, at, cut) => {
        const written = cut
          ? [...rows.slice(0, at), columns.map(() => LEFT_OUT), ...rows.slice(at)]
          : rows;
        const {shown, rest, unclear} = readDebugOutput(
          `Show line ${line}:\n${table(columns, written)}\n`,
        );
        expect(shown).toEqual([{line, label: null, columns, rows, cut}]);
        expect([rest, unclear]).toEqual(['', 0]);
      },
    ),
  );
});

it('counts a row whose values end cells themselves, and never gives it other columns than the table', () => {
  const printed = `Show line 1:\n${table(
    ['patient_id', 'a', 'b'],
    [
      ['1', 'x</td><td>y', 'z'],
      ['2', 'q', 'r'],
    ],
  )}`;
  const {shown, unclear} = readDebugOutput(printed);
  expect(unclear).toBe(1);
  expect(shown[0]?.rows.map((cells) => cells.length)).toEqual([3, 3]);
});
