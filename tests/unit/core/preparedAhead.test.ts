import {readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import type {Study} from '../../../electron/core/study';
import type {RunningJob} from '../../../electron/executor/executor';
import {ok} from '../../../shared/result';
import type {createFakeEngine, FakeJob} from '../../fakeEngine';
import {runToEnd} from '../../integration/runs/runToEnd';
import {action, held, runsBench, well, yamlOf} from './runsBench';

const bench = runsBench();
let study: Study;
let engine: ReturnType<typeof createFakeEngine>;
/** What becomes of jobs that are prepared ahead, in order. */
let told: string[];

async function open(actions: readonly string[], script: (name: string) => FakeJob): Promise<void> {
  told = [];
  const yaml = yamlOf(...actions);
  ({study, engine} = await bench.open(yaml, script));
  const {executor} = engine;
  executor.prepareAhead = async (spec) => {
    told.push(`filled ${spec.action}`);
    expect(spec.staging.inputs).toEqual([]);
    return {
      async prepare(staging, signal) {
        const inputs = staging.inputs.map(({path}) => path).join();
        told.push(`used ${spec.action} with ${inputs}`);
        return executor.prepare({...spec, staging}, signal);
      },
      async remove() {
        told.push(`removed ${spec.action}`);
      },
    };
  };
}

it('prepares what waits only for running jobs, while they run, and uses it', async () => {
  await open([action('a'), action('b', ['a']), action('c', ['b'])], well);
  const {outcome} = await runToEnd(study, {actions: ['c']});
  expect(outcome).toBe('succeeded');
  expect(told).toEqual([
    'filled b',
    'used b with output/a.csv',
    'filled c',
    'used c with output/b.csv',
  ]);
});

it('prepares no more jobs at a time than may run', async () => {
  const slow = held();
  const after = ['b', 'c', 'd', 'e'];
  await open([action('a'), ...after.map((name) => action(name, ['a']))], (name) =>
    name === 'a' ? slow.job(name) : well(name),
  );
  const run = runToEnd(study, {actions: after}, {concurrency: 2});
  await expect.poll(() => told).toEqual(['filled b', 'filled c']);
  slow.release();
  expect((await run).outcome).toBe('succeeded');
  expect(told.filter((line) => line.startsWith('removed'))).toEqual([]);
});

it('prepares what waits only for a place before what waits for a need', async () => {
  const slow = held();
  await open([action('a'), action('b', ['a']), action('c'), action('d')], (name) =>
    name === 'a' ? slow.job(name) : well(name),
  );
  const run = runToEnd(study, {actions: ['b', 'c', 'd']}, {concurrency: 1});
  await expect.poll(() => told).toEqual(['filled c']);
  slow.release();
  expect((await run).outcome).toBe('succeeded');
  expect(told.filter((line) => line.startsWith('filled'))).toEqual([
    'filled c',
    'filled d',
    'filled b',
  ]);
});

it('gives up what was prepared of a job that is blocked', async () => {
  const slow = held();
  await open([action('a'), action('b', ['a'])], (name) => ({...slow.job(name), exitCode: 1}));
  const run = runToEnd(study, {actions: ['b']});
  await expect.poll(() => told).toEqual(['filled b']);
  slow.release();
  await run;
  expect(told).toEqual(['filled b', 'removed b']);
});

it.each(['b', null])('gives it up when %s is cancelled, or else the run', async (cancelled) => {
  const slow = held();
  await open([action('a'), action('b', ['a'])], slow.job);
  const run = runToEnd(study, {actions: ['b']});
  await expect.poll(() => told).toEqual(['filled b']);
  await study.runs.cancel({runId: study.runs.active()[0] ?? '', action: cancelled});
  slow.release();
  await run;
  expect(told).toEqual(['filled b', 'removed b']);
});

it('prepares a job at its turn where nothing could be done ahead', async () => {
  await open([action('a'), action('b', ['a'])], well);
  engine.executor.prepareAhead = async () => null;
  expect((await runToEnd(study, {actions: ['b']})).outcome).toBe('succeeded');
  engine.executor.prepareAhead = () => Promise.reject(new Error('A fault of the executor'));
  expect((await runToEnd(study, {actions: ['b'], forceDependencies: true})).outcome).toBe(
    'succeeded',
  );
});

it('prepares nothing for a run that is taken up: what is followed there has a container already', async () => {
  const names = ['a', 'b', 'c'];
  const yaml = yamlOf(...names.map((name) => action(name)));
  const before = await bench.open(yaml, held().job);
  void runToEnd(before.study, {actions: names}, {concurrency: 2}).catch(() => undefined);
  await expect.poll(() => before.engine.started).toEqual(['a', 'b']);

  const slow = held();
  const filled: string[] = [];
  const after = await bench.open(null, slow.job, ({executor}) => {
    // killed before it could write down what had begun
    const records = join(bench.dir(), 'metadata/study-desk');
    rmSync(join(records, 'lock.json'));
    const [run = ''] = readdirSync(join(records, 'runs'));
    writeFileSync(join(records, 'runs', run, 'jobs.ndjson'), '');
    executor.prepareAhead = async (spec) => {
      filled.push(spec.action);
      return null;
    };
    executor.recover = async () => {
      const jobs: RunningJob[] = [];
      for (const spec of before.engine.specs) {
        const prepared = await executor.prepare(spec, new AbortController().signal);
        const started = prepared.ok ? await prepared.value.start() : prepared;
        if (started.ok) jobs.push(started.value);
      }
      return ok(jobs);
    };
  });
  void runToEnd(after.study, {actions: ['c']}).catch(() => undefined);
  await expect.poll(() => after.engine.started).toEqual(['a', 'b']);
  slow.release();
  const cutOff = async () => {
    const runs = await after.study.runs.list({limit: 2});
    const jobs = runs.ok ? (runs.value.at(-1)?.jobs ?? []) : [];
    return jobs.map(({action: name, state}) => `${name} ${state}`);
  };
  await expect.poll(cutOff).toEqual(['a succeeded', 'b succeeded', 'c not-started']);
  expect(filled).toEqual([]);
});
