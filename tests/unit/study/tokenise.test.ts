import fc from 'fast-check';
import {expect, it} from 'vitest';
import {shellJoin, tokenise} from '../../../electron/study/tokenise';

const SPLITS: readonly (readonly [string, readonly string[]])[] = [
  ['r:v2 a.R b', ['r:v2', 'a.R', 'b']],
  ['  r:v2\n  a.R\t b\r\n', ['r:v2', 'a.R', 'b']],
  ['r:v2 \'a b\' "c d"', ['r:v2', 'a b', 'c d']],
  ["r:v2 ''", ['r:v2', '']],
  [`a"b"'c'd`, ['abcd']],
  ['a # b', ['a', '#', 'b']],
  ['a && b | c > d; e', ['a', '&&', 'b', '|', 'c', '>', 'd;', 'e']],
  ['a\\ b', ['a b']],
  ['a\\\nb', ['a\nb']],
  ['"\\$x \\n \\" \\\\"', ['\\$x \\n " \\']],
  ["'\\n'", ['\\n']],
  ['$HOME ~ *.csv', ['$HOME', '~', '*.csv']],
  ['a\u00a0b', ['a\u00a0b']],
  ['', []],
];

it.each(SPLITS)('tokenise splits %j', (command, tokens) => {
  expect(tokenise(command)).toEqual({ok: true, value: tokens});
});

it.each([
  ["a 'b", 'unclosed-quote'],
  ['a "b', 'unclosed-quote'],
  ['a \\', 'trailing-backslash'],
  ['"a\\', 'trailing-backslash'],
])('tokenise refuses %j', (command, error) => {
  expect(tokenise(command)).toEqual({ok: false, error});
});

it('tokenise undoes shellJoin', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (tokens) => {
      expect(tokenise(shellJoin(tokens))).toEqual({ok: true, value: tokens});
    }),
  );
});
