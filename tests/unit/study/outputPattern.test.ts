import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {commonPath} from '../../../electron/study/extraRules/checkOverlaps';
import {matchesPattern} from '../../../electron/study/outputPattern';

/** The same as a regular expression, to hold it against. */
function patternToRegExp(pattern: string): RegExp {
  const source = pattern
    .split(/\*+/)
    .map((part) => part.replace(/[\\^$.|?+()[\]{}/-]/g, '\\$&'))
    .join('[^/]*');
  return new RegExp(`^${source}$`, 's');
}

describe('matchesPattern', () => {
  it.each([
    ['out/*.csv', 'out/.hidden.csv', true],
    ['out/*.csv', 'Out/a.csv', false],
    ['a{1}.csv', 'a{1}.csv', true],
    ['a+.csv', 'aa.csv', false],
    ['*', 'a\nb', true],
  ])('%j against %j: %s', (pattern, path, matches) => {
    expect(matchesPattern(pattern, path)).toBe(matches);
    expect(patternToRegExp(pattern).test(path)).toBe(matches);
  });

  it('agrees with the regular expression', () => {
    const part = fc
      .array(fc.constantFrom('a', 'b', '*', '.', '/'), {maxLength: 8})
      .map((units) => units.join(''));
    fc.assert(
      fc.property(
        part,
        part.map((path) => path.replaceAll('*', 'a')),
        (pattern, path) => {
          expect(matchesPattern(pattern, path)).toBe(patternToRegExp(pattern).test(path));
        },
      ),
      {numRuns: 2000},
    );
  });
});

it('commonPath gives a path that both patterns match, whenever any does', () => {
  const pattern = fc
    .array(fc.constantFrom('a', 'b', '*', '/'), {minLength: 1, maxLength: 6})
    .map((units) => units.join(''));
  const path = fc
    .array(fc.constantFrom('a', 'b', '/'), {maxLength: 6})
    .map((units) => units.join(''));
  fc.assert(
    fc.property(pattern, pattern, path, (a, b, some) => {
      const common = commonPath(a.split('/'), b.split('/'));
      if (common !== null)
        expect([matchesPattern(a, common), matchesPattern(b, common)]).toEqual([true, true]);
      if (matchesPattern(a, some) && matchesPattern(b, some)) expect(common).not.toBeNull();
    }),
    {numRuns: 5000},
  );
});
