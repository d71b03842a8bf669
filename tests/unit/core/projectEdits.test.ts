import fc from 'fast-check';
import {expect, it} from 'vitest';
import {applyTextEdits} from '../../../electron/study/quickFixes';

it('leaves every character outside the edits as it is', () => {
  fc.assert(
    fc.property(
      fc.string({maxLength: 60}),
      fc.string({maxLength: 5}),
      fc.nat(60),
      fc.nat(20),
      (text, insert, start, length) => {
        const from = Math.min(start, text.length);
        const to = Math.min(from + length, text.length);
        expect(applyTextEdits(text, [{from, to, insert}])).toBe(
          text.slice(0, from) + insert + text.slice(to),
        );
      },
    ),
  );
});

it('applies several edits by their place in the text they were made for', () => {
  const edits = [
    {from: 6, to: 7, insert: 'X'},
    {from: 0, to: 1, insert: ''},
    {from: 3, to: 3, insert: '--'},
  ];
  expect(applyTextEdits('abcdefgh', edits)).toBe('bc--defXh');
});

it.each([
  [
    [
      {from: 0, to: 4, insert: ''},
      {from: 2, to: 3, insert: ''},
    ],
  ],
  [[{from: 3, to: 2, insert: ''}]],
  [[{from: 0, to: 99, insert: ''}]],
])('refuses edits that do not fit: %j', (edits) => {
  expect(applyTextEdits('abcdef', edits)).toBeNull();
});
