import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../../build/testImages.mjs';
import {createCore} from '../../../electron/core/createCore';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import type {Job} from '../../../shared/job';
import {newestEnded} from '../runs/newestEnded';
import {runToEnd} from '../runs/runToEnd';
import {bundleCoreProcess, startCoreProcess} from '../runs/startCoreProcess';
import {openTestStudy, writeStudy} from '../runs/studyFolders';
import {everyNth} from '../../gateShare';
import {disguisedEngine} from './disguisedEngine';

const LEAVE = {asksRegistry: false, repairs: false};
const never = new AbortController().signal;
const SCRIPT = 'echo one; sleep 1; echo two; echo x > output/a.csv';

const took = (job: Job | undefined): number =>
  (Date.parse(job?.completedAt ?? '') - Date.parse(job?.startedAt ?? '')) / 1000;

beforeAll(() => ensureTestImages(), 900_000);

describe('an engine whose clock is ten minutes off', () => {
  it('is told by the doctor, and changes no time of a run', async () => {
    const engine = await disguisedEngine({secondsAhead: 600});
    const begunAt = Date.now();
    const opened = await openTestStudy(
      {a: {script: SCRIPT}},
      {executors: {docker: createDockerEngine({host: engine.host})}},
    );
    try {
      const {study} = opened;
      const [said] = await study.doctor.check('clock', LEAVE, never);
      expect(said?.result).toBe('warning');
      expect(said?.message).toContain('10 m ahead of');
      const {outcome, jobs} = await runToEnd(study, {actions: ['a']});
      expect(outcome).toBe('succeeded');
      expect(took(jobs[0])).toBeGreaterThanOrEqual(1);
      expect(took(jobs[0])).toBeLessThan(30);
      expect(Date.parse(jobs[0]?.startedAt ?? '')).toBeGreaterThanOrEqual(begunAt);
      expect(Date.parse(jobs[0]?.completedAt ?? '')).toBeLessThanOrEqual(Date.now());
      const statuses = await study.provenance.statuses();
      expect(statuses).toMatchObject({value: [{action: 'a', provenance: {kind: 'up-to-date'}}]});
    } finally {
      await opened.close();
      await engine.close();
    }
  });

  it.each(everyNth([-600, 600], 2))(
    'gives no wrong times to a job that ended while nobody looked (%i s)',
    async (secondsAhead) => {
      const root = await mkdtemp(join(tmpdir(), 'study-desk-clock-'));
      const dir = join(root, 'study');
      const cacheDir = join(root, 'cache');
      await writeStudy(dir, {a: {script: SCRIPT}});
      const engine = await disguisedEngine({secondsAhead});
      const begunAt = Date.now();
      await startCoreProcess(await bundleCoreProcess(), [dir, cacheDir, 'a'], (said, running) => {
        if (said.includes('job a executing\n')) running.kill('SIGKILL');
      });
      await delay(1500);
      const core = createCore({
        cacheDir,
        executors: {docker: createDockerEngine({host: engine.host})},
      });
      try {
        const opened = await core.openStudy(dir, {watch: true});
        if (!opened.ok) throw new Error(opened.error.message);
        const job = (await newestEnded(opened.value, 30_000))?.jobs[0];
        expect(job?.state).toBe('succeeded');
        expect(took(job)).toBeGreaterThanOrEqual(0.9);
        expect(took(job)).toBeLessThan(30);
        const log = await opened.value.logs.read({jobId: job?.id ?? '', fromSeq: 0, limit: 10});
        const times = (log.ok ? log.value.lines : []).map(({time}) => Date.parse(time));
        expect(times).toHaveLength(2);
        expect([...times].sort((one, other) => one - other)).toEqual(times);
        for (const time of [...times, Date.parse(job?.startedAt ?? '')]) {
          // known to a second, as the engine tells its time
          expect(time).toBeGreaterThan(begunAt - 2000);
          expect(time).toBeLessThan(Date.now() + 2000);
        }
        await opened.value.close();
      } finally {
        await core.close();
        await engine.close();
        await rm(root, {recursive: true, force: true, maxRetries: 3});
      }
    },
  );
});

it('an engine that is too old is refused, with what to do', async () => {
  const engine = await disguisedEngine({apiVersion: '1.39'});
  const {executor} = createDockerEngine({host: engine.host});
  expect(await executor.status(never)).toMatchObject({
    state: 'down',
    trouble: 'too-old',
    remedy: {kind: 'page'},
  });
  await executor.close();
  await engine.close();
});
