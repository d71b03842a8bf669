import {readdir, readFile, rm, stat, truncate, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {openLogWriter} from '../../../electron/logs/logWriter';
import {logText} from '../../../electron/logs/actionLog';
import {
  compressLog,
  openStoredLog,
  readAttemptLog,
  readWholeLine,
} from '../../../electron/logs/storedLog';
import {folderOfFile} from '../../temporary';

const TIME = '2026-04-01T10:00:00.123000000Z';
const LINES = 20_000;

const root = folderOfFile();
let count = 0;

const text = (seq: number): string => `${seq} ${'x'.repeat(seq % 97)}`;

const logBytes = (from: number, to: number): string =>
  Array.from({length: to - from}, (_, index) => `${TIME}o${text(from + index)}\n`).join('');

/** A log as a job writes it, with its last line still open while `more` is written. */
async function written(): Promise<string> {
  count += 1;
  const path = join(root, `${count}.log`);
  const writer = await openLogWriter(
    path,
    () => TIME,
    () => undefined,
  );
  for (let seq = 0; seq < LINES; seq += 1)
    await writer.write('stdout', Buffer.from(`${text(seq)}\n`));
  await writer.end();
  return path;
}

async function textsAt(path: string, from: number, limit: number): Promise<readonly string[]> {
  const page = await readAttemptLog(path, 'job', from, limit, true);
  expect(page?.totalLines).toBe(LINES);
  return page?.lines.map((line) => line.text) ?? [];
}

const texts = (from: number, to: number): readonly string[] =>
  Array.from({length: Math.min(to, LINES) - from}, (_, index) => text(from + index));

async function expectAllStretches(path: string): Promise<void> {
  for (const from of [0, 1, 1499, 1500, 9999, 15_003, LINES - 500, LINES - 1])
    expect(await textsAt(path, from, 500)).toEqual(texts(from, from + 500));
  expect(await textsAt(path, LINES, 500)).toEqual([]);
}

/** Bytes that reading one stretch takes from the log. */
async function blocksRead(path: string, from: number): Promise<number> {
  const log = await openStoredLog(path);
  for await (const block of log?.blocksFrom(from) ?? []) {
    await log?.close();
    return block.bytes.length;
  }
  return 0;
}

describe('a stretch of a kept log', () => {
  it('is the same while the log is plain, once it is compressed, and without an index', async () => {
    const path = await written();
    expect((await stat(`${path}.lines`)).size).toBeGreaterThan(16);
    await expectAllStretches(path);
    await rm(`${path}.lines`);
    await expectAllStretches(path);
    expect((await stat(`${path}.lines`)).size).toBeGreaterThan(16);
    await compressLog(path);
    expect((await readdir(root)).filter((name) => name.startsWith(`${count}.`)).sort()).toEqual([
      `${count}.log.gz`,
      `${count}.log.gz.lines`,
    ]);
    await expectAllStretches(path);
    await rm(`${path}.gz.lines`);
    await expectAllStretches(path);
    expect((await stat(`${path}.gz.lines`)).size).toBeGreaterThan(16);
  });

  it('is read from its block alone', async () => {
    const path = await written();
    expect(await blocksRead(path, LINES / 2)).toBeLessThan(200_000);
    await compressLog(path);
    expect(await blocksRead(path, LINES / 2)).toBeLessThan(200_000);
    // whoever has only the file still has all of it
    expect(gunzipSync(await readFile(`${path}.gz`)).toString()).toBe(logBytes(0, LINES));
  });

  it('is read from a log that an earlier version compressed as one', async () => {
    const path = join(root, 'old.log');
    await writeFile(`${path}.gz`, gzipSync(logBytes(0, LINES)));
    await expectAllStretches(path);
    expect(await blocksRead(path, LINES / 2)).toBeLessThan(200_000);
  });

  it('is found again where the index is of another log, or torn', async () => {
    const path = await written();
    const index = await readFile(`${path}.lines`);
    await truncate(`${path}.lines`, index.length - 5);
    await expectAllStretches(path);
    await writeFile(`${path}.lines`, index.subarray(0, 11));
    await expectAllStretches(path);
    index.writeDoubleLE(1e12, 16);
    await writeFile(`${path}.lines`, index);
    await expectAllStretches(path);
  });

  it('grows with the log, whose last line may still be on its way', async () => {
    const path = join(root, 'growing.log');
    await writeFile(path, `${logBytes(0, 9000)}${TIME}oto`);
    expect(await readAttemptLog(path, 'job', 8999, 5, false)).toMatchObject({
      totalLines: 9000,
      lines: [{text: text(8999)}],
    });
    await writeFile(path, `${logBytes(0, 9001)}`);
    expect(await readAttemptLog(path, 'job', 8999, 5, false)).toMatchObject({
      totalLines: 9001,
      lines: [{text: text(8999)}, {text: text(9000)}],
    });
  });

  it('has a very long line whole, among those of the other stream', async () => {
    const path = join(root, 'whole.log');
    const writer = await openLogWriter(
      path,
      () => TIME,
      () => undefined,
    );
    const long = `${'é'.repeat(200_000)}end`;
    await writer.write('stdout', Buffer.from(`first\n${long}`));
    await writer.write('stderr', Buffer.from('between\n'));
    await writer.write('stdout', Buffer.from('\r\nlast\n'));
    await writer.end();
    for (const compressed of [false, true]) {
      if (compressed) await compressLog(path);
      const log = await openStoredLog(path);
      if (log === null) throw new Error('The log is gone.');
      const all = await Promise.all([1, 2, 3, 4].map((seq) => readWholeLine(log, seq, 1_000_000)));
      const cut = {text: 'é'.repeat(50), cut: true};
      expect(all.map((line) => line?.text)).toEqual([long, 'between', 'last', undefined]);
      expect(await readWholeLine(log, 1, 50)).toEqual(cut);
      let saved = '';
      for await (const part of logText(log)) saved += part.toString();
      expect(
        saved
          .split('\n')
          .map((line) => line.slice(TIME.length + 1).trim())
          .sort(),
      ).toEqual(['', 'between', 'first', 'last', long].sort());
      await log.close();
    }
  });

  it('shows of a progress bar what was written last', async () => {
    const path = join(root, 'progress.log');
    const writer = await openLogWriter(
      path,
      () => TIME,
      () => undefined,
    );
    const bar = Array.from({length: 1500}, (_, done) => `${done} of 1500`).join('\r');
    await writer.write('stderr', Buffer.from(`${bar}\n`));
    await writer.end();
    const page = await readAttemptLog(path, 'job', 0, 1, true);
    expect(page?.lines.map((line) => line.text)).toEqual(['1499 of 1500']);
  });

  it('counts a line once that is longer than a block', async () => {
    const path = join(root, 'long.log');
    const writer = await openLogWriter(
      path,
      () => TIME,
      () => undefined,
    );
    await writer.write('stdout', Buffer.from(`first\n${'y'.repeat(1_000_000)}\nlast\n`));
    await writer.end();
    for (const compressed of [false, true]) {
      if (compressed) await compressLog(path);
      const page = await readAttemptLog(path, 'job', 1, 500, true);
      expect(page?.totalLines).toBe(3);
      expect(page?.lines.map((line) => line.text.slice(0, 4))).toEqual(['yyyy', 'last']);
    }
  });
});
