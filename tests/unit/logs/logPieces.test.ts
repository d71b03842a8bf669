import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {LogLine} from '../../../shared/log';
import {actionLogContent} from '../../../electron/logs/actionLog';
import {compressLog, readAttemptLog} from '../../../electron/logs/storedLog';
import {openLogWriter} from '../../../electron/logs/logWriter';
import {folderOfFile} from '../../temporary';

const TIME = '2026-04-01T10:00:00.123000000Z';

const root = folderOfFile();
let count = 0;

type Chunk = readonly ['stdout' | 'stderr', Buffer];

async function write(path: string, chunks: readonly Chunk[]): Promise<readonly LogLine[]> {
  const told: LogLine[] = [];
  let next = -1;
  const writer = await openLogWriter(
    path,
    () => TIME,
    (firstSeq, lines) => {
      if (next >= 0) expect(firstSeq).toBe(next);
      next = firstSeq + lines.length;
      told.push(...lines);
    },
  );
  for (const [stream, chunk] of chunks) await writer.write(stream, chunk);
  await writer.end();
  return told;
}

function newPath(): string {
  count += 1;
  return join(root, `${count}.log`);
}

async function linesOf(path: string): Promise<readonly string[]> {
  const page = await readAttemptLog(path, 'job', 0, 1_000_000, true);
  return page?.lines.map(({text}) => text) ?? [];
}

async function actionLog(path: string, totalLines: number): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of actionLogContent({path, totalLines}, '\n\nend\n')) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

describe('the log of an attempt', () => {
  it('has the same lines however they come in chunks', async () => {
    const text = fc.string({unit: 'grapheme', maxLength: 30}).map((s) => s.replace(/[\n\r]/gu, ''));
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, {minLength: 1, maxLength: 20}),
        fc.array(fc.integer({min: 1, max: 40}), {minLength: 1}),
        async (lines, sizes) => {
          const bytes = Buffer.from(`${lines.join('\n')}\n`);
          const chunks: Chunk[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            chunks.push(['stdout', bytes.subarray(at, at + size)]);
            at += size;
          }
          const path = newPath();
          const told = await write(path, chunks);
          expect(told.map((line) => line.text)).toEqual(lines);
          expect(await linesOf(path)).toEqual(lines);
        },
      ),
      {numRuns: 40},
    );
  });

  it('keeps streams apart whose lines come in pieces', async () => {
    const path = newPath();
    await write(path, [
      ['stdout', Buffer.from('out one, ')],
      ['stderr', Buffer.from('err one\nerr')],
      ['stdout', Buffer.from('end\n')],
      ['stderr', Buffer.from(' two')],
    ]);
    expect(await linesOf(path)).toEqual(['err one', 'out one, end', 'err two']);
  });

  it('keeps a long line whole, shows its beginning, and stamps it once', async () => {
    const path = newPath();
    const long = 'é'.repeat(150_000);
    const told = await write(path, [
      ['stdout', Buffer.from(`${long}\nshort\n`)],
      ['stderr', Buffer.from('other\n')],
    ]);
    expect(told).toHaveLength(3);
    expect(told[0]?.text).toMatch(/^é{8192} … \(line cut here\)$/u);
    const log = await actionLog(path, 3);
    expect(log).toBe(`${TIME} ${long}\n${TIME} short\n${TIME} other\n\n\nend\n`);
  });

  it.each([0, 1, 31, 35, 47, 60, 90, 109, 160])(
    'goes on after a crash without a gap or a repeat, cut at byte %i',
    async (at) => {
      const chunks: readonly Chunk[] = [
        ['stdout', Buffer.from('one\n')],
        ['stderr', Buffer.from('two\n')],
        ['stdout', Buffer.from('three\nfour')],
      ];
      const path = newPath();
      await write(path, chunks);
      const whole = await readFile(path);
      await writeFile(path, whole.subarray(0, at));
      await write(path, chunks);
      const sorted = [...(await linesOf(path))].sort();
      expect(sorted).toEqual(['four', 'one', 'three', 'two']);
    },
  );

  it('goes on after a crash in the middle of a long line', async () => {
    const line = Array.from({length: 40_000}, (_, index) => `word${index} `).join('');
    const chunks: readonly Chunk[] = [['stdout', Buffer.from(`${line}\nlast\n`)]];
    const path = newPath();
    await write(path, chunks);
    const whole = await readFile(path);
    for (const at of [70_000, 140_000, 200_000]) {
      await writeFile(path, whole.subarray(0, at));
      await write(path, chunks);
      expect(await actionLog(path, 2)).toBe(`${TIME} ${line}\n${TIME} last\n\n\nend\n`);
    }
  });

  it('reads the same pages once it is compressed', async () => {
    const path = newPath();
    const lines = Array.from({length: 5000}, (_, index) => `line ${index}`);
    await write(path, [['stdout', Buffer.from(`${lines.join('\n')}\n`)]]);
    const before = await readAttemptLog(path, 'job', 4321, 3, true);
    await compressLog(path);
    await expect(readFile(path)).rejects.toThrow('ENOENT');
    expect(await readAttemptLog(path, 'job', 4321, 3, true)).toEqual(before);
    expect(before).toMatchObject({firstSeq: 4321, totalLines: 5000});
    expect(before?.lines.map(({text}) => text)).toEqual(['line 4321', 'line 4322', 'line 4323']);
  });

  it('has only the last 100,000 lines in the action’s log, and says so', async () => {
    const path = newPath();
    const lines = Array.from({length: 100_002}, (_, index) => `line ${index}`);
    await write(path, [['stdout', Buffer.from(`${lines.join('\n')}\n`)]]);
    const log = (await actionLog(path, 100_002)).split('\n');
    expect(log[0]).toContain('left out the first 2 lines');
    expect(log[1]).toBe(`${TIME} line 2`);
    expect(log.indexOf('')).toBe(100_001);
  });
});
