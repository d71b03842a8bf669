import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {StatusCode} from '../../../shared/job';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import {everyNth, longTest} from '../../gateShare';
import {runToEnd} from './runToEnd';
import {openTestStudy} from './studyFolders';
import {atState, runOverKill} from './engineKills';
import {seeded} from './killPoints';
import {createSecondEngine, createSecondPodman, type SecondEngine} from './secondEngine';
import {hasPodman} from '../../contract/podmanEngine';

const SEED = 20260511;

const engines: SecondEngine[] = [];

async function begin(engine: SecondEngine): Promise<SecondEngine> {
  engines.push(engine);
  await engine.start();
  await engine.copyImage('study-desk-test/busybox:v1', 'study-desk-test/python:v2');
  return engine;
}

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'study-desk-killed-'));

let docker: SecondEngine;
let podman: SecondEngine | null = null;

beforeAll(async () => {
  docker = await begin(createSecondEngine(await folder()));
  if (await hasPodman()) podman = await begin(createSecondPodman(await folder()));
});

afterAll(() => Promise.all(engines.map((engine) => engine.remove())));

const random = seeded(SEED);

/** What the engine does for a job in a state, and how long that takes at most. */
const POINTS: readonly (readonly [string, StatusCode, number])[] = [
  ['fills its container', 'preparing', 150],
  ['runs its command', 'executing', 700],
  ['hands over its files', 'finalizing', 20],
];

longTest(
  'stops a job at once whose engine is away, and removes it before the next run',
  async () => {
    const opened = await openTestStudy(
      {a: {script: 'echo begun; sleep 60'}, b: {script: 'echo x > output/b.csv'}},
      {
        registry: 'study-desk-test',
        executors: {docker: createDockerEngine({host: docker.host})},
      },
    );
    const {study} = opened;
    const kills: Promise<void>[] = [];
    try {
      const {jobs, cancelled} = await runToEnd(study, {actions: ['a']}, {}, (event) => {
        if (event.event === 'log' && kills.length === 0) kills.push(docker.kill());
        if (event.event === 'job' && event.job.state === 'waiting-for-engine')
          void study.runs.cancel({runId: event.job.runId, action: null});
      });
      expect(cancelled).toBe(true);
      expect(jobs).toMatchObject([{state: 'cancelled', message: 'Stopped by you'}]);
      await Promise.all(kills);
      await docker.start();
      expect((await runToEnd(study, {actions: ['b']})).outcome).toBe('succeeded');
      expect(await docker.containers()).toEqual([]);
    } finally {
      await opened.close();
    }
  },
);

it.each(everyNth(POINTS, 3))(
  'brings a job to its end whose engine is killed as it %s',
  async (_what, state, most) => {
    const afterMs = Math.round(random() * most);
    const jobs = await runOverKill(docker, {
      at: atState('b', state),
      afterMs,
      debug: state !== 'succeeded',
    });
    expect(jobs[0]).toMatchObject({state: 'succeeded'});
  },
);

// of engines of their own, so that they need not wait for each other
it.concurrent(
  'follows a job on under Podman, whose service is killed while its command runs',
  async (context) => {
    if (podman === null) return context.skip('Podman is not here');
    const jobs = await runOverKill(podman, {
      at: atState('b', 'executing'),
      afterMs: Math.round(random() * 700),
      debug: true,
      pause: 3,
    });
    expect(jobs.map(({state}) => state)).toEqual(['succeeded', 'succeeded']);
  },
);

it.concurrent('follows a job on where containers outlive their engine', async () => {
  const live = await begin(createSecondEngine(await folder(), ['--live-restore']));
  const jobs = await runOverKill(live, {
    at: atState('b', 'executing'),
    afterMs: Math.round(random() * 700),
    debug: true,
    pause: 3,
  });
  expect(jobs.map(({state}) => state)).toEqual(['succeeded', 'succeeded']);
});
