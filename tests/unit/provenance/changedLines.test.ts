import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {changedLines, textChange, unifiedDiff} from '../../../electron/provenance/changedLines';
import {readableText} from '../../../electron/provenance/codeTexts';

const numbered = (count: number, word: string): string =>
  Array.from({length: count}, (_, index) => `${word} ${index}`).join('\n');

describe('how far a text changed', () => {
  it.each([
    ['a\nb\nc\n', 'a\nx\nc\n', 1, 2],
    ['a\nb\nc\n', 'a\nc\n', 1, 2],
    ['a\nc\n', 'a\nb\nc\nd\n', 2, 2],
    ['', 'a\nb\n', 2, 1],
    ['a\r\nb\r\n', 'a\nb\nc\n', 1, 3],
  ])('%j to %j', (before, after, lines, firstLine) => {
    expect(changedLines(before, after)).toEqual({lines, firstLine});
  });

  it('does not look for the shortest way where nearly all of a long text changed', () => {
    const before = `same\n${numbered(12_000, 'old')}\nend\n`;
    const after = `same\n${numbered(11_000, 'new')}\nend\n`;
    expect(textChange('a.csv', before, after)).toMatchObject({lines: 12_000, firstLine: 2});
    const diff = unifiedDiff('a.csv', before, after).diff.split('\n');
    expect(diff.slice(0, 4)).toEqual([
      '--- a.csv\tat the last success',
      '+++ a.csv\tnow',
      '@@ -2,12000 +2,11000 @@',
      '-old 0',
    ]);
    expect(diff).toHaveLength(3 + 12_000 + 11_000 + 1);
  });
});

it('texts that are compared are plain or gzipped, and neither binary nor long', () => {
  const folder = mkdtempSync(join(tmpdir(), 'study-desk-text-'));
  const read = (bytes: Buffer | string): string | null => {
    writeFileSync(join(folder, 'file'), bytes);
    return readableText(join(folder, 'file'));
  };
  expect(read('a,b\n')).toBe('a,b\n');
  expect(read(gzipSync('a,b\n'))).toBe('a,b\n');
  expect(read(Buffer.from([0, 1, 2]))).toBeNull();
  expect(read(gzipSync(Buffer.alloc(50_000_000, 'x')))).toBeNull();
  expect(read(gzipSync('a,b\n').subarray(0, 12))).toBeNull();
  expect(read('x'.repeat(600_000))).toBeNull();
  expect(readableText(join(folder, 'none'))).toBeNull();
  rmSync(folder, {recursive: true});
});
