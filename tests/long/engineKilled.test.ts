import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {testSeed} from '../gateShare';
import {createDockerEngine} from '../../electron/docker/dockerExecutor';
import {hasPodman} from '../contract/podmanEngine';
import {atState, runOverKill} from '../integration/runs/engineKills';
import {runToEnd} from '../integration/runs/runToEnd';
import {openTestStudy} from '../integration/runs/studyFolders';
import {seeded} from '../integration/runs/killPoints';
import {
  createSecondEngine,
  createSecondPodman,
  type SecondEngine,
} from '../integration/runs/secondEngine';

const POINTS = 30;
const SEED = testSeed();
/** An undisturbed run of both actions takes about so long. */
const RUN_MS = 3500;

const ENGINES: readonly (readonly [string, (root: string) => SecondEngine])[] = [
  ['Docker', (root) => createSecondEngine(root)],
  ['Docker with live restore', (root) => createSecondEngine(root, ['--live-restore'])],
  ['Podman', createSecondPodman],
];

describe.each(ENGINES)('%s', (name, create) => {
  it(`is killed at ${POINTS} random points, and each run comes to its end`, async (context) => {
    if (name === 'Podman' && !(await hasPodman())) context.skip('Podman is not here');
    const engine = create(await mkdtemp(join(tmpdir(), 'study-desk-killed-')));
    const random = seeded(SEED);
    const states = new Map<string, number>();
    try {
      await engine.start();
      await engine.copyImage('study-desk-test/busybox:v1', 'study-desk-test/python:v2');
      for (let point = 0; point < POINTS; point += 1) {
        const jobs = await runOverKill(engine, {
          at: atState('a', 'preparing'),
          afterMs: random() * RUN_MS,
          debug: point % 2 === 0,
        });
        expect(jobs).toHaveLength(2);
        for (const {state} of jobs) states.set(state, (states.get(state) ?? 0) + 1);
      }
    } finally {
      await engine.remove();
      console.log(`Jobs of ${name} after ${POINTS} kills:`, Object.fromEntries(states));
    }
  });
});

it('shows a job as waiting for an engine that hangs, and goes on once it answers', async () => {
  const engine = createSecondEngine(await mkdtemp(join(tmpdir(), 'study-desk-killed-')));
  try {
    await engine.start();
    await engine.copyImage('study-desk-test/busybox:v1', 'study-desk-test/python:v2');
    const opened = await openTestStudy(
      {a: {script: 'echo one; sleep 40; echo two; echo x > output/a.csv'}},
      {registry: 'study-desk-test', executors: {docker: createDockerEngine({host: engine.host})}},
    );
    const shown: string[] = [];
    const {jobs} = await runToEnd(opened.study, {actions: ['a']}, {}, (event) => {
      if (event.event === 'log' && shown.length === 0) engine.hang(true);
      if (event.event === 'log') shown.push(...event.batch.lines.map(({text}) => text));
      if (event.event !== 'job' || event.job.statusCode !== 'executing') return;
      if (shown.length > 0) shown.push(event.job.state);
      if (event.job.state === 'waiting-for-engine') engine.hang(false);
    });
    expect(jobs).toMatchObject([{state: 'succeeded'}]);
    expect(shown).toEqual(['one', 'waiting-for-engine', 'running', 'two']);
    await opened.close();
  } finally {
    engine.hang(false);
    await engine.remove();
  }
});
