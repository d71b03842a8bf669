import {createWriteStream} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {once} from 'node:events';
import {createLogSearch} from '../../electron/logs/logSearch';
import {openLogWriter} from '../../electron/logs/logWriter';
import {MergedPlaces, readMerged} from '../../electron/logs/mergedLog';
import {compressLog, openStoredLog, readAttemptLog} from '../../electron/logs/storedLog';
import {NO_FILTER, type LogFilter, type LogPattern} from '../../shared/logSearch';
import {median, sized, type Measurement} from './measurement';

const MANY = sized(10_000_000, 20_000);
const SEARCHED = sized(1_000_000, 20_000);
const STRETCH = 500;
const READS = sized(200, 10);
/** Lines of a page, and pages, of a log that is gone through. */
const THROUGH = 5000;
const THROUGH_PAGES = sized(200, 4);

/** What it takes to read anywhere in a log of ten million lines, and to search one of a million. */
export async function bench(): Promise<readonly Measurement[]> {
  const dir = await mkdtemp(join(tmpdir(), 'study-desk-logs-'));
  try {
    const searched = join(dir, 'searched.log');
    await writeLog(searched, SEARCHED);
    // makes the index, which a job's own log has from the start
    await readAttemptLog(searched, 'job', 0, 1, true);
    const plain = await searching('plain', searched);
    await compressLog(searched);
    const packed = await searching('compressed', searched);
    await rm(`${searched}.gz`);
    const merged = await merging(dir);
    const large = join(dir, 'large.log');
    await writeLog(large, MANY);
    const reads = await reading('plain', large);
    await compressLog(large);
    return [
      ...plain,
      ...packed,
      ...merged,
      ...reads,
      ...(await reading('compressed', large)),
      await writing(dir),
    ];
  } finally {
    await rm(dir, {recursive: true, force: true});
  }
}

function textOf(seq: number): string {
  const level = seq % 1000 === 999 ? 'WARNING' : 'INFO';
  return `${level} step ${seq}: read patients_${(seq * 7919) % 100_000}.csv with ${seq % 977} rows`;
}

/** A time stamp so many milliseconds after the run began. */
function timeOf(ms: number): string {
  return new Date(Date.UTC(2026, 3, 1, 10) + ms).toISOString().replace('Z', '000000Z');
}

/** A log as a job of this many lines leaves it, without its index, which the first reading makes. */
async function writeLog(
  path: string,
  lines: number,
  msOf: (seq: number) => number = () => 123,
): Promise<void> {
  const file = createWriteStream(path);
  for (let seq = 0; seq < lines;) {
    let part = '';
    for (let end = Math.min(lines, seq + 5000); seq < end; seq += 1)
      part += `${timeOf(msOf(seq))}${seq % 17 === 0 ? 'e' : 'o'}${textOf(seq)}\n`;
    if (!file.write(part)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'finish');
}

async function reading(kind: string, path: string): Promise<readonly Measurement[]> {
  // makes the index where there is none
  await readAttemptLog(path, 'job', 0, 1, true);
  collectGarbage();
  const before = process.memoryUsage().rss;
  let most = before;
  const times: number[] = [];
  for (let read = 0; read < READS; read += 1) {
    const from = Math.floor(((read * 0.618_033_988_7) % 1) * (MANY - STRETCH));
    const startedAt = performance.now();
    const page = await readAttemptLog(path, 'job', from, STRETCH, true);
    times.push(performance.now() - startedAt);
    if (page?.totalLines !== MANY || page.lines[499]?.text !== textOf(from + 499))
      throw new Error(`Read something else at line ${from}.`);
    most = Math.max(most, process.memoryUsage().rss);
  }
  times.sort((left, right) => left - right);
  // as `study-desk logs` does, page after page
  collectGarbage();
  const beforeAll = process.memoryUsage().rss;
  let mostOfAll = beforeAll;
  for (let page = 0; page < THROUGH_PAGES; page += 1) {
    const read = await readAttemptLog(path, 'job', page * THROUGH, THROUGH, true);
    if (read?.lines.length !== THROUGH) throw new Error(`Read too little of page ${page}.`);
    mostOfAll = Math.max(mostOfAll, process.memoryUsage().rss);
  }
  const name = `500 lines of 10,000,000, ${kind}`;
  return [
    {
      name: `${name}, 95 of 100`,
      measured: times[Math.floor(READS * 0.95)] ?? 0,
      limit: 20,
      unit: 'ms',
    },
    {name: `${name}, memory`, measured: (most - before) / 2 ** 20, limit: 64, unit: 'MB'},
    {
      name: `1,000,000 lines one after the other, ${kind}, memory`,
      measured: (mostOfAll - beforeAll) / 2 ** 20,
      limit: 64,
      unit: 'MB',
    },
  ];
}

const PATTERNS: Readonly<Record<string, Partial<LogPattern>>> = {
  'a text': {text: 'warning'},
  'a text in each line': {text: 'step'},
  'a whole word': {text: 'rows', wholeWord: true, caseSensitive: true},
  'a regular expression': {text: 'patients_\\d+\\.csv with 9\\d+ rows$', regex: true},
  'a regular expression of alternatives': {text: '(error|warn(ing)?|traceback)\\b', regex: true},
  'what is not there': {text: 'no such text'},
};

async function searching(kind: string, path: string): Promise<readonly Measurement[]> {
  const search = createLogSearch();
  // as the window does once find is opened
  search.prepare();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const measured: Measurement[] = [];
  const searches = Object.entries(PATTERNS).map(([name, options]) => ({
    name,
    options,
    filter: NO_FILTER,
  }));
  const ofErrors: LogFilter = {...NO_FILTER, level: 'warning', stream: 'stdout'};
  searches.push({name: 'what passes a filter', options: {}, filter: ofErrors});
  for (const {name, options, filter} of searches) {
    const pattern = {text: '', caseSensitive: false, wholeWord: false, regex: false, ...options};
    const ask = {pattern, filter, logs: [{path, form: 'kept'} as const]};
    const all: number[] = [];
    const first: number[] = [];
    // the first one starts the thread, as the first search of a window does
    for (let round = 0; round < 3; round += 1) {
      const startedAt = performance.now();
      let firstAt: number | null = null;
      const {count} = await search.search(ask, (news) => {
        if (news.count > 0) firstAt ??= performance.now();
      });
      all.push((performance.now() - startedAt) / 1000);
      if (count > 0) first.push((firstAt ?? Infinity) - startedAt);
    }
    const what = `Find ${name} in 1,000,000 lines, ${kind}`;
    measured.push({name: what, measured: median(all), limit: 1, unit: 's'});
    if (first.length > 0)
      measured.push({name: `${what}, first`, measured: Math.max(...first), limit: 100, unit: 'ms'});
  }
  await search.close();
  return measured;
}

const MERGED = 10;

/** The logs of several jobs, a million lines in all, merged by time: opened at the end, and read anywhere after that. */
async function merging(dir: string): Promise<readonly Measurement[]> {
  const paths = Array.from({length: MERGED}, (_, index) => join(dir, `merged-${index}.log`));
  for (const [index, path] of paths.entries()) {
    await writeLog(path, SEARCHED / MERGED, (seq) => seq * MERGED + index);
    if (index % 2 === 0) await compressLog(path);
  }
  const places = new MergedPlaces();
  const read = async (from: number): Promise<number> => {
    const startedAt = performance.now();
    const logs = (await Promise.all(paths.map(openStoredLog))).filter((log) => log !== null);
    const lines = await readMerged(logs, places, from, STRETCH);
    await Promise.all(logs.map((log) => log.close()));
    const ms = performance.now() - startedAt;
    if (lines[STRETCH - 1]?.of !== (from + STRETCH - 1) % MERGED)
      throw new Error(`Merged something else at line ${from}.`);
    return ms;
  };
  const opened = await read(SEARCHED - STRETCH);
  const times: number[] = [];
  for (let round = 0; round < READS; round += 1)
    times.push(await read(Math.floor(((round * 0.618_033_988_7) % 1) * (SEARCHED - STRETCH))));
  times.sort((left, right) => left - right);
  await Promise.all(
    paths.flatMap((path) => [rm(path, {force: true}), rm(`${path}.gz`, {force: true})]),
  );
  const name = `500 lines of 1,000,000 of ${MERGED} logs merged`;
  return [
    {name: `${name}, the first ones, at the end`, measured: opened, limit: 1000, unit: 'ms'},
    {
      name: `${name}, 95 of 100 after that`,
      measured: times[Math.floor(READS * 0.95)] ?? 0,
      limit: 50,
      unit: 'ms',
    },
  ];
}

/** Lines a second that are kept with their index. */
async function writing(dir: string): Promise<Measurement> {
  const writer = await openLogWriter(
    join(dir, 'written.log'),
    () => '2026-04-01T10:00:00.123000000Z',
    () => undefined,
  );
  const startedAt = performance.now();
  for (let seq = 0; seq < 200_000; seq += 1000) {
    const lines = Array.from({length: 1000}, (_, index) => `${textOf(seq + index)}\n`);
    await writer.write('stdout', Buffer.from(lines.join('')));
  }
  await writer.end();
  const seconds = (performance.now() - startedAt) / 1000;
  return {name: 'Keep 50,000 lines of a job', measured: seconds / 4, limit: 1, unit: 's'};
}

function collectGarbage(): void {
  if (typeof globalThis.gc === 'function') void globalThis.gc();
}
