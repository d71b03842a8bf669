import {appendFile, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {MergedPlaces, readMerged} from '../../../electron/logs/mergedLog';
import {compressLog, openStoredLog, type StoredLog} from '../../../electron/logs/storedLog';

let dir: string;
let logs: readonly StoredLog[];

const stamp = (ms: number): string =>
  new Date(Date.UTC(2026, 3, 1) + ms).toISOString().replace('Z', '000000Z');

/** The logs of three jobs that print every 2, 3 and 7 ms. */
const EVERY = [2, 3, 7] as const;
const LINES = 12_000;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'study-desk-merged-'));
  logs = await Promise.all(
    EVERY.map(async (every, index) => {
      const path = join(dir, `${index}.log`);
      const lines = Array.from(
        {length: LINES},
        (_, seq) => `${stamp(seq * every)}${seq % 2 === 0 ? 'o' : 'e'}${index}:${seq}\n`,
      );
      await writeFile(path, lines.join(''));
      if (index === 1) await compressLog(path);
      const log = await openStoredLog(path);
      if (log === null) throw new Error('There is a log.');
      return log;
    }),
  );
});
afterAll(async () => {
  await Promise.all(logs.map((log) => log.close()));
  await rm(dir, {recursive: true, force: true});
});

const expected = EVERY.flatMap((every, index) =>
  Array.from({length: LINES}, (_, seq) => ({at: seq * every, index, seq})),
)
  .sort((a, b) => a.at - b.at || a.index - b.index || a.seq - b.seq)
  .map(({index, seq}) => `${index}:${seq}`);

it('has all lines in the order of their times, read in any order of stretches', async () => {
  const places = new MergedPlaces();
  for (const from of [0, 30_000, 100, 17_123, 35_990, 17_000, 40_000]) {
    const lines = await readMerged(logs, places, from, 50);
    expect(lines.map(({text}) => text)).toEqual(expected.slice(from, from + 50));
    for (const {text, of} of lines) expect(text.startsWith(`${of}:`)).toBe(true);
  }
});

it('has lines that came late where they belong, also before places that were come by', async () => {
  const folder = await mkdtemp(join(dir, 'growing-'));
  const print = (index: number, from: number, to: number, every: number): Promise<void> =>
    appendFile(
      join(folder, `${index}.log`),
      Array.from(
        {length: to - from},
        (_, at) => `${stamp((from + at) * every)}o${index}:${from + at}\n`,
      ).join(''),
    );
  const places = new MergedPlaces();
  const readAt = async (from: number): Promise<readonly string[]> => {
    const opened = await Promise.all(
      [0, 1].map(async (index) => {
        const log = await openStoredLog(join(folder, `${index}.log`));
        if (log === null) throw new Error('There is a log.');
        return log;
      }),
    );
    try {
      return (await readMerged(opened, places, from, 3)).map(({text}) => text);
    } finally {
      await Promise.all(opened.map((log) => log.close()));
    }
  };
  await print(0, 0, 30_000, 1);
  await print(1, 0, 10, 1000);
  expect(await readAt(29_000)).toEqual(['0:28990', '0:28991', '0:28992']);
  // ten lines were held back by their job while the other one went on
  await print(1, 10, 20, 1000);
  expect(await readAt(29_000)).toEqual(['0:28980', '0:28981', '0:28982']);
  expect(await readAt(12_012)).toEqual(['0:12000', '1:12', '0:12001']);
  await print(0, 30_000, 40_000, 1);
  expect(await readAt(39_000)).toEqual(['0:38980', '0:38981', '0:38982']);
});
