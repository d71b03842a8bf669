import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {beforeAll, describe, expect, it} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import {longTest} from '../../gateShare';
import {newestEnded} from './newestEnded';
import {runToEnd} from './runToEnd';
import {bundleCoreProcess, startCoreProcess} from './startCoreProcess';
import {openTestStudy, writeStudy} from './studyFolders';

const run = promisify(execFile);

let child: string;

beforeAll(async () => {
  child = await bundleCoreProcess();
});

const LONG = 50_000;
/** Three lines a second apart, one of them long, and an end without a line end. */
const SCRIPT = [
  'echo one; sleep 1',
  `head -c ${LONG} /dev/zero | tr '\\0' x; echo; sleep 1`,
  'printf three',
  'echo x > output/a.csv',
].join('\n');
/** How long Study Desk stays away beyond the job's end, in seconds. */
const AWAY = 6;

describe('a job that ended while Study Desk was closed', () => {
  longTest('has the times of the engine, in its record and its log', async () => {
    const root = await mkdtemp(join(tmpdir(), 'study-desk-times-'));
    const dir = join(root, 'study');
    const cacheDir = join(root, 'cache');
    await writeStudy(dir, {a: {script: SCRIPT}});
    await startCoreProcess(child, [dir, cacheDir, 'a'], (said, running) => {
      if (said.includes('job a executing\n')) running.kill('SIGKILL');
    });
    await delay((2 + AWAY) * 1000);
    const openedAt = new Date().toISOString();
    const core = createCore({cacheDir});
    const opened = await core.openStudy(dir, {watch: true});
    if (!opened.ok) throw new Error(opened.error.message);
    const job = (await newestEnded(opened.value, 30_000))?.jobs[0];
    expect(job?.state).toBe('succeeded');
    const seconds = (Date.parse(job?.completedAt ?? '') - Date.parse(job?.startedAt ?? '')) / 1000;
    expect(seconds).toBeGreaterThan(1.8);
    expect(seconds).toBeLessThan(2 + AWAY / 2);
    const log = await opened.value.logs.read({jobId: job?.id ?? '', fromSeq: 0, limit: 10});
    const lines = log.ok ? log.value.lines : [];
    expect(lines.map(({text}) => text.slice(0, 5))).toEqual(['one', 'xxxxx', 'three']);
    const ends = lines.map(({time}) => Date.parse(time));
    expect(lines.every(({time}) => time.length === 30 && time < openedAt)).toBe(true);
    expect((ends[2] ?? 0) - (ends[0] ?? 0)).toBeGreaterThan(1800);
    const text = await readFile(join(dir, 'metadata/a.log'), 'utf8');
    expect(text).toContain('x'.repeat(LONG));
    await opened.value.close();
    await core.close();
    await rm(root, {recursive: true, force: true, maxRetries: 3});
  });

  it('keeps its container while its run has no end, though the record cannot be read', async () => {
    const opened = await openTestStudy({a: {script: 'echo x > output/a.csv'}});
    await runToEnd(opened.study, {actions: ['a']});
    const own = join(opened.dir, 'metadata/study-desk');
    const {studyId} = JSON.parse(await readFile(join(own, 'study.json'), 'utf8')) as {
      studyId: string;
    };
    const damaged = join(own, 'runs/000000-abcdef0123');
    await mkdir(damaged);
    await writeFile(join(damaged, 'jobs.ndjson'), '');
    await writeFile(join(damaged, 'run.json'), '{"format":');
    const {stdout} = await run('docker', [
      ...['run', '-d', '--network', 'none'],
      ...['--label', `study-desk.study=${studyId}`, '--label', 'study-desk.run=abcdef0123'],
      ...['study-desk-test/busybox:v1', 'true'],
    ]);
    try {
      await runToEnd(opened.study, {actions: ['a']});
      await run('docker', ['inspect', stdout.trim()]);
    } finally {
      await run('docker', ['rm', '-f', stdout.trim()]);
      await opened.close();
    }
  });
});
