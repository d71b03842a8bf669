import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createLogSearch} from '../../../electron/logs/logSearch';
import {lineTest} from '../../../electron/logs/logPattern';
import {openLogWriter} from '../../../electron/logs/logWriter';
import {searchLogs, type SearchNews} from '../../../electron/logs/searchLogs';
import {compressLog} from '../../../electron/logs/storedLog';
import {NO_FILTER, passes, type LogPattern} from '../../../shared/logSearch';
import {folderOfFile} from '../../temporary';

const TIME = '2026-04-01T10:00:00.123000000Z';

const root = folderOfFile();
let count = 0;

type Chunk = readonly ['stdout' | 'stderr', string];

async function logOf(...chunks: readonly Chunk[]): Promise<string> {
  count += 1;
  const path = join(root, `${count}.log`);
  const writer = await openLogWriter(
    path,
    () => TIME,
    () => undefined,
  );
  for (const [stream, text] of chunks) await writer.write(stream, Buffer.from(text));
  await writer.end();
  return path;
}

function pattern(text: string, options: Partial<LogPattern> = {}): LogPattern {
  return {text, caseSensitive: false, wholeWord: false, regex: false, ...options};
}

const kept = (paths: readonly string[]) => paths.map((path) => ({path, form: 'kept'}) as const);

async function found(wanted: LogPattern, ...paths: readonly string[]): Promise<readonly number[]> {
  const lines: number[] = [];
  const news: SearchNews[] = [];
  const end = await searchLogs(
    {pattern: wanted, filter: NO_FILTER, logs: kept(paths), stop: new SharedArrayBuffer(4)},
    (told) => {
      news.push(told);
      lines.push(...told.lines);
    },
  );
  expect(end).toEqual({logs: paths.length, count: lines.length, stopped: false});
  return lines.sort((left, right) => left - right);
}

describe('a search', () => {
  it.each([
    ['a text in any case', pattern('ERROR'), [0, 1, 3]],
    ['a text as it is written', pattern('ERROR', {caseSensitive: true}), [1]],
    ['a whole word', pattern('error', {wholeWord: true}), [0, 1]],
    ['a text with signs of regular expressions', pattern('(a+)'), [2]],
    ['a regular expression', pattern('^an? .*r$', {regex: true}), [0]],
    [
      'a regular expression in its case',
      pattern('E[R]+O', {regex: true, caseSensitive: true}),
      [1],
    ],
    ['whole words of a regular expression', pattern('err\\w', {regex: true, wholeWord: true}), []],
    ['no part of a word as a whole one', pattern('rror', {wholeWord: true}), []],
    ['nothing of times and marks', pattern('2026-04'), []],
  ])('finds %s', async (_, wanted, lines) => {
    const path = await logOf(
      ['stdout', 'an error\n'],
      ['stderr', 'ERROR: é\n'],
      ['stdout', '(a+)\n'],
      ['stdout', 'terrors\n'],
    );
    expect(await found(wanted, path)).toEqual(lines);
  });

  it('finds what colours are in the middle of, and not what was written over', async () => {
    const path = await logOf(
      ['stdout', '\u001b[31mKey\u001b[0mError\n'],
      ['stdout', 'KeyError 1%\rdone\n'],
      ['stdout', '1%\rKeyError\r\n'],
    );
    expect(await found(pattern('KeyError'), path)).toEqual([0, 2]);
    expect(await found(pattern('31m'), path)).toEqual([]);
  });

  it('finds what lies across two pieces of a long line, and counts the line once', async () => {
    const long = `${'x'.repeat(65_530)}needle in pieces${'needle '.repeat(30_000)}`;
    const path = await logOf(
      ['stdout', long],
      ['stderr', 'between, a needle\n'],
      ['stdout', '\nafter the needle\n'],
    );
    expect(await found(pattern('needle in pieces'), path)).toEqual([0]);
    await compressLog(path);
    expect(await found(pattern('needle'), path)).toEqual([0, 1, 2]);
  });

  it('counts all lines, over blocks and logs, and tells the first of each', async () => {
    const lines = Array.from(
      {length: 30_000},
      (_, seq) => `line ${seq}${seq % 3 ? '' : ' third'}\n`,
    );
    const paths = [await logOf(['stdout', lines.join('')]), await logOf(['stderr', 'third\n'])];
    await compressLog(paths[0] ?? '');
    const first = new Map<string, unknown>();
    const searched = new Map<string, number>();
    const end = await searchLogs(
      {
        pattern: pattern('third'),
        filter: NO_FILTER,
        logs: kept(paths),
        stop: new SharedArrayBuffer(4),
      },
      (news) => {
        first.set(news.path, news.first?.line.text);
        searched.set(news.path, news.searched);
      },
    );
    expect(end).toEqual({logs: 2, count: 10_001, stopped: false});
    expect([...first.values()]).toEqual(['line 0 third', 'third']);
    expect([...searched.values()]).toEqual([30_000, 1]);
  });

  it('passes over a log that has made room for others', async () => {
    const path = await logOf(['stdout', 'needle\n']);
    const gone = join(root, 'gone.log');
    const stop = new SharedArrayBuffer(4);
    const end = await searchLogs(
      {pattern: pattern('needle'), filter: NO_FILTER, logs: kept([gone, path]), stop},
      () => {},
    );
    expect(end).toEqual({logs: 1, count: 1, stopped: false});
  });

  it('gives way to the next one', async () => {
    const lines = Array.from({length: 100_000}, (_, seq) => `line ${seq}\n`);
    const path = await logOf(['stdout', lines.join('')]);
    const search = createLogSearch();
    const before = search.search(
      {pattern: pattern('line'), filter: NO_FILTER, logs: kept([path])},
      () => undefined,
    );
    const next = search.search(
      {pattern: pattern('line 99999'), filter: NO_FILTER, logs: kept([path])},
      () => undefined,
    );
    expect((await before).stopped).toBe(true);
    expect(await next).toEqual({logs: 1, count: 1, stopped: false});
    await search.close();
  });

  it('passes over no line of a level by the texts that such a line holds', () => {
    const words =
      'Error error ERROR Exception exception Traceback traceback Fatal fatal FATAL CRITICAL KeyError r(111); ' +
      'ParseException Warning warnings warning WARN WARNING FutureWarning';
    for (const level of ['error', 'warning'] as const) {
      const test = lineTest(pattern(''), {...NO_FILTER, level});
      const found = words
        .split(' ')
        .filter((word) => passes({...NO_FILTER, level}, TIME, 'stdout', word));
      expect(found).toHaveLength(level === 'error' ? 14 : 20);
      for (const word of found)
        expect(test.ok && test.value.candidates(`x\n${word}`)(0)).not.toBe(-1);
    }
  });

  it.each(['(', '(?<=a)b', '(a)\\1'])('says that %s can’t be understood', (text) => {
    expect(lineTest(pattern(text, {regex: true}))).toMatchObject({
      error: {kind: 'invalid-request'},
    });
  });

  it('takes no longer for a pattern that other engines never finish', () => {
    const test = lineTest(pattern('^(a+)+$', {regex: true}));
    expect(test.ok && test.value.matches(`${'a'.repeat(50_000)}b`)).toBe(false);
  });
});
