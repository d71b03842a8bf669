import {posix} from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
  baseName,
  directoryOf,
  extensionOf,
  isAbsolutePath,
  normalPath,
} from '../../../shared/outputPath';

describe('normalPath', () => {
  it('keeps two slashes in front and no more', () => {
    expect(['', '//a', '///a'].map(normalPath)).toEqual(['.', '//a', '/a']);
  });

  it('agrees with POSIX wherever that keeps no trailing slash and no second one in front', () => {
    const paths = fc
      .array(fc.constantFrom('a', '.', '..', '/', 'b.c', '...'), {maxLength: 8})
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(paths, (path) => {
        fc.pre(!path.startsWith('//'));
        const normal = posix.normalize(path);
        expect(normalPath(path)).toBe(normal.length > 1 ? normal.replace(/\/$/, '') : normal);
      }),
      {numRuns: 2000},
    );
  });
});

describe('parts of a path', () => {
  it.each([
    ['a.csv', 'a.csv', '.csv', ''],
    ['out/a.csv.gz', 'a.csv.gz', '.gz', 'out'],
    ['out/', 'out', '', 'out'],
    ['.csv', '.csv', '', ''],
    ['.a.csv', '.a.csv', '.csv', ''],
    ['a.', 'a.', '', ''],
    ['dir.x/a', 'a', '', 'dir.x'],
    ['/a.csv', 'a.csv', '.csv', '/'],
  ])('of %j', (path, name, extension, directory) => {
    expect([baseName(path), extensionOf(path), directoryOf(path)]).toEqual([
      name,
      extension,
      directory,
    ]);
  });

  it.each([
    ['/a', true],
    ['//a', true],
    ['C:/a', true],
    ['c:a', false],
    ['~/a', false],
    ['a/b', false],
  ])('%j absolute: %s', (path, absolute) => expect(isAbsolutePath(path)).toBe(absolute));
});
