import {mkdtemp, readdir, readFile, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import {isLong} from '../../gateShare';
import {bundleCoreProcess, resultIn, startCoreProcess, type CoreResult} from './startCoreProcess';
import {writeStudy, type ShellAction} from './studyFolders';

/** Megabytes that Study Desk may take, whatever a job does. */
const MEMORY_LIMIT = 300;

/** Small ones of one action. */
const OUTPUTS = isLong ? 10_000 : 500;

/** Of one log. */
const LINES = isLong ? 1_000_000 : 150_000;

/** Bytes of one line. */
const LINE_BYTES = isLong ? 100_000_000 : 10_000_000;

let root: string;
let program: string;
let count = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'study-desk-heavy-'));
  program = await bundleCoreProcess();
});

afterAll(() => rm(root, {recursive: true, force: true, maxRetries: 3}));

async function runAlone(action: ShellAction): Promise<CoreResult & {readonly dir: string}> {
  count += 1;
  const dir = join(root, `study-${count}`);
  await writeStudy(dir, {a: action});
  const said = await startCoreProcess(program, [dir, join(root, 'cache'), 'a'], () => undefined);
  return {...resultIn(said), dir};
}

// each in a process of its own, so that they can go together
it.concurrent(`collects ${OUTPUTS} small outputs`, async () => {
  const {jobs, maxMegabytes, dir} = await runAlone({
    script: `cd output; seq 1 ${OUTPUTS} | split -l 1 -a 5 --additional-suffix=.csv - part-`,
    outputs: {highly_sensitive: ["'output/part-*.csv'"]},
  });
  expect(jobs).toMatchObject([{statusCode: 'succeeded', outputs: OUTPUTS}]);
  expect(await readdir(join(dir, 'output'))).toHaveLength(OUTPUTS);
  expect(maxMegabytes).toBeLessThan(MEMORY_LIMIT);
});

it.concurrent(
  `keeps all of ${LINES} log lines, and the last 100,000 where the reference does`,
  async () => {
    const {jobs, maxMegabytes, dir} = await runAlone({
      script: `seq 1 ${LINES}; echo x > output/a.csv`,
    });
    expect(jobs).toMatchObject([{statusCode: 'succeeded'}]);
    expect(maxMegabytes).toBeLessThan(MEMORY_LIMIT);
    const lines = (await readFile(join(dir, 'metadata/a.log'), 'utf8')).split('\n');
    const texts = lines.slice(0, lines.indexOf('')).map((line) => line.slice(31));
    expect(texts).toHaveLength(100_001);
    expect(texts[0]).toContain(`left out the first ${LINES - 100_000} lines`);
    expect(texts[1]).toBe(String(LINES - 99_999));
    expect(texts.at(-1)).toBe(String(LINES));
    const core = createCore({cacheDir: join(root, 'cache')});
    const opened = await core.openStudy(dir, {watch: false});
    const page = opened.ok
      ? await opened.value.logs.read({
          jobId: jobs[0]?.jobId ?? '',
          fromSeq: LINES / 2 - 1,
          limit: 2,
        })
      : opened;
    expect(page).toMatchObject({
      ok: true,
      value: {totalLines: LINES, lines: [{text: `${LINES / 2}`}, {text: `${LINES / 2 + 1}`}]},
    });
    if (opened.ok) await opened.value.close();
    await core.close();
  },
);

it.concurrent(`keeps a line of ${LINE_BYTES / 1e6} MB whole`, async () => {
  const {jobs, maxMegabytes, dir} = await runAlone({
    script: `head -c ${LINE_BYTES} /dev/zero | tr '\\0' x; echo y > output/a.csv`,
  });
  expect(jobs).toMatchObject([{statusCode: 'succeeded'}]);
  expect(maxMegabytes).toBeLessThan(MEMORY_LIMIT);
  const log = await stat(join(dir, 'metadata/a.log'));
  expect(log.size).toBeGreaterThan(LINE_BYTES);
  const core = createCore({cacheDir: join(root, 'cache')});
  const opened = await core.openStudy(dir, {watch: false});
  const page = opened.ok
    ? await opened.value.logs.read({jobId: jobs[0]?.jobId ?? '', fromSeq: 0, limit: 10})
    : opened;
  expect(page).toMatchObject({ok: true, value: {totalLines: 1}});
  if (opened.ok) await opened.value.close();
  await core.close();
});
