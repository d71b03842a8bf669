import {execFile} from 'node:child_process';
import {mkdtemp, readFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import type {Study} from '../../../electron/core/study';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import {actionStateOf} from '../../../shared/status';
import {longTest} from '../../gateShare';
import {requestFor, runToEnd, startRun, USUAL} from './runToEnd';
import {createSecondEngine, type SecondEngine} from './secondEngine';
import {bundleCoreProcess, startCoreProcess} from './startCoreProcess';
import {writeStudy} from './studyFolders';

const run = promisify(execFile);

let root: string;
let engine: SecondEngine;
let child: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'study-desk-down-'));
  engine = createSecondEngine(root);
  child = await bundleCoreProcess();
  await engine.start();
  await engine.copyImage('study-desk-test/busybox:v1', 'ghcr.io/opensafely-core/python:v2');
});

afterAll(() => engine.remove());

/** Leaves a study whose run was killed, its command ended meanwhile, and its engine stopped. */
async function leaveBehind(name: string): Promise<string> {
  const dir = join(root, name);
  await writeStudy(dir, {
    a: {script: 'echo one; sleep 1; echo two; echo x > output/a.csv'},
    b: {script: 'echo x > output/b.csv'},
  });
  let killed = false;
  const environment = {...process.env, DOCKER_HOST: engine.host};
  await startCoreProcess(
    child,
    [dir, join(root, 'cache'), 'a'],
    (said, running) => {
      if (killed || !said.includes('job a executing\n')) return;
      killed = true;
      running.kill('SIGKILL');
    },
    environment,
  );
  expect(killed).toBe(true);
  await expect
    .poll(async () => (await run('docker', ['-H', engine.host, 'ps', '-q'])).stdout, {
      timeout: 20_000,
    })
    .toBe('');
  await engine.stop();
  return dir;
}

async function open(
  dir: string,
): Promise<{readonly study: Study; readonly close: () => Promise<void>}> {
  const executor = createDockerEngine({host: engine.host});
  const core = createCore({cacheDir: join(root, 'cache'), executors: {docker: executor}});
  const opened = await core.openStudy(dir, {watch: true});
  if (!opened.ok) throw new Error(opened.error.message);
  const study = opened.value;
  return {
    study,
    async close() {
      await study.close();
      await core.close();
    },
  };
}

async function stateOf(study: Study, action: string): Promise<string | undefined> {
  const statuses = await study.provenance.statuses();
  const status = statuses.ok ? statuses.value.find((each) => each.action === action) : undefined;
  return status === undefined ? undefined : actionStateOf(status);
}

it('takes a run up by itself once its engine answers, and refuses new ones until then', async () => {
  const dir = await leaveBehind('again');
  const {study, close} = await open(dir);
  try {
    await expect.poll(() => study.runs.unfinished()?.actions).toEqual(['a']);
    expect(await stateOf(study, 'a')).toBe('waiting-for-engine');
    const refused = await startRun(study, requestFor({actions: ['b']}), USUAL);
    expect(refused).toMatchObject({ok: false, error: {kind: 'no-engine'}});
    expect(refused.ok ? '' : refused.error.message).toContain('a waits for the container engine');
    await engine.start();
    await expect.poll(() => study.runs.unfinished(), {timeout: 20_000, interval: 200}).toBeNull();
    await expect
      .poll(
        async () =>
          (await study.runs.list({limit: 1}).then((runs) => runs.ok && runs.value[0]?.outcome)) ??
          null,
        {
          timeout: 20_000,
          interval: 100,
        },
      )
      .toBe('succeeded');
    expect(await readFile(join(dir, 'output/a.csv'), 'utf8')).toBe('x\n');
    const runs = await study.runs.list({limit: 1});
    const job = runs.ok ? runs.value[0]?.jobs[0] : undefined;
    const log = await study.logs.read({jobId: job?.id ?? '', fromSeq: 0, limit: 10});
    expect(log.ok ? log.value.lines.map(({text}) => text) : log.error).toEqual(['one', 'two']);
    const {outcome} = await runToEnd(study, {actions: ['b']});
    expect(outcome).toBe('succeeded');
  } finally {
    await close();
  }
});

longTest('gives a run up when told so, and runs anew after that', async () => {
  const dir = await leaveBehind('given-up');
  const {study, close} = await open(dir);
  try {
    await expect.poll(() => study.runs.unfinished()?.actions).toEqual(['a']);
    const {runId} = study.runs.unfinished() ?? {runId: ''};
    expect(await study.runs.giveUp({runId: 'another'})).toMatchObject({ok: false});
    expect(await study.runs.giveUp({runId})).toMatchObject({ok: true});
    expect(study.runs.unfinished()).toBeNull();
    expect(await stateOf(study, 'a')).toBe('cut-off');
    await engine.start();
    const {outcome} = await runToEnd(study, {actions: ['a']});
    expect(outcome).toBe('succeeded');
    const {stdout} = await run('docker', ['-H', engine.host, 'ps', '-aq']);
    expect(stdout).toBe('');
  } finally {
    await close();
  }
});
