import {DEFAULT_RUN_OPTIONS} from '../../../shared/run';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import type {RunEvent} from '../../../shared/run';
import type {Study} from '../../../electron/core/study';
import type {createFakeEngine, FakeJob} from '../../fakeEngine';
import {requestFor, runToEnd, USUAL} from '../../integration/runs/runToEnd';
import {action, held, hold, runsBench, well, yamlOf} from './runsBench';

const bench = runsBench();
let study: Study;
let engine: ReturnType<typeof createFakeEngine>;

async function open(yaml: string, script: (action: string) => FakeJob): Promise<void> {
  ({study, engine} = await bench.open(yaml, script));
}

describe('a run', () => {
  it('starts what is needed first, and never more at a time than it may', async () => {
    await open(yamlOf(action('c', ['a', 'b']), action('a'), action('b'), action('d')), well);
    let running = 0;
    let most = 0;
    const {outcome} = await runToEnd(study, {actions: ['run_all']}, {}, (event) => {
      if (event.event !== 'job') return;
      if (event.job.statusCode === 'executing') most = Math.max(most, (running += 1));
      if (event.job.statusCode === 'executed') running -= 1;
    });
    expect(outcome).toBe('succeeded');
    expect(most).toBeLessThanOrEqual(2);
    expect(engine.started.indexOf('c')).toBeGreaterThan(engine.started.indexOf('a'));
    expect(engine.started.indexOf('c')).toBeGreaterThan(engine.started.indexOf('b'));
    expect([...engine.removed].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('goes on with more jobs at a time at once, and gives new limits to those that start from then on', async () => {
    const first = held();
    const names = ['a', 'b', 'c', 'd'];
    await open(yamlOf(...names.map((name) => action(name)), action('last', names)), (name) =>
      name === 'last' ? well(name) : first.job(name),
    );
    await study.plan.saveOverride({
      action: 'd',
      override: {memoryBytes: 5e9, cpus: null, timeoutSeconds: null},
    });
    const share = {concurrency: 4, limits: {memoryBytes: 1e9, cpus: 1}};
    const told: RunEvent[] = [];
    let adjusted = false;
    const {outcome} = await runToEnd(study, {actions: ['last']}, {concurrency: 2}, (event) => {
      if (event.event === 'options') told.push(event);
      if (event.event !== 'job' || event.job.statusCode !== 'executing') return;
      if (engine.started.length === 2 && !adjusted) {
        adjusted = true;
        void study.runs.adjust({runId: event.runId, share}).then((answer) => {
          expect(answer).toEqual(
            ok('4 jobs at a time may take 20.0 GB of memory, but the engine has 8.6 GB.'),
          );
        });
      }
      if (engine.started.length === 4) first.release();
    });
    expect(outcome).toBe('succeeded');
    expect(told).toMatchObject([{options: {concurrency: 4, limits: share.limits}}]);
    const memory = new Map(engine.specs.map((spec) => [spec.action, spec.limits.memoryBytes]));
    expect([...memory]).toEqual([
      ['a', USUAL.limits.memoryBytes],
      ['b', USUAL.limits.memoryBytes],
      ['c', 1e9],
      ['d', 5e9],
      ['last', 1e9],
    ]);
    expect(await study.runs.adjust({runId: 'gone', share})).toMatchObject({
      error: {kind: 'not-found'},
    });
  });

  it('refuses what the engine could not give, and goes on as before', async () => {
    const first = held();
    await open(yamlOf(action('a')), (name) => first.job(name));
    await runToEnd(study, {actions: ['a']}, {}, (event) => {
      if (event.event !== 'job' || event.job.statusCode !== 'executing') return;
      const limits = {memoryBytes: 1e9, cpus: 64};
      void study.runs
        .adjust({runId: event.runId, share: {concurrency: 1, limits}})
        .then((answer) => {
          expect(answer).toMatchObject({error: {kind: 'invalid-request'}});
          first.release();
        });
    });
  });

  it('starts the next command while files are fetched, of twice as many jobs as may run', async () => {
    const {released, release} = hold();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const needing = action('last', names);
    await open(yamlOf(...names.map((name) => action(name)), needing), (name) => ({
      ...well(name),
      fetches: released,
    }));
    const finalizing: string[] = [];
    let startedMeanwhile: readonly string[] = [];
    const {outcome} = await runToEnd(study, {actions: ['last']}, {concurrency: 1}, (event) => {
      if (event.event !== 'job' || event.job.statusCode !== 'finalizing') return;
      finalizing.push(event.job.action);
      // the third fetches too but keeps its place
      if (finalizing.length === 3)
        setTimeout(() => {
          startedMeanwhile = [...engine.started];
          release();
        }, 50);
    });
    expect(outcome).toBe('succeeded');
    expect(startedMeanwhile).toEqual(['a', 'b', 'c']);
    expect(engine.started.slice(3)).toEqual(['d', 'e', 'last']);
  });

  it('does not stop a job that only fetches its files because another failed', async () => {
    const {released, release} = hold();
    await open(yamlOf(action('a'), action('b'), action('c')), (name) => {
      if (name === 'a') return {...well(name), fetches: released};
      return {...well(name), exitCode: name === 'b' ? 1 : 0};
    });
    const failed = await runToEnd(study, {actions: ['a', 'b']}, {concurrency: 1}, (event) => {
      if (event.event === 'job' && event.job.statusCode === 'nonzero_exit') release();
    });
    expect(failed.jobs.map(({statusCode}) => statusCode)).toEqual(['succeeded', 'nonzero_exit']);
  });

  it('stops a job that only fetches its files when told to, and speaks of nothing else', async () => {
    await open(yamlOf(action('a')), (name) => ({
      ...well(name),
      fetches: new Promise(() => undefined),
    }));
    const notices: string[] = [];
    const stopped = await runToEnd(study, {actions: ['a']}, {}, (event) => {
      if (event.event === 'notice') notices.push(event.message);
      if (event.event === 'job' && event.job.statusCode === 'finalizing')
        setTimeout(() => void study.runs.cancel({runId: event.runId, action: null}), 20);
    });
    expect(stopped.jobs.map(({message}) => message)).toEqual(['Stopped by you']);
    expect(notices).toEqual([]);
  });

  it('keeps to the weights of job-resource-weights.ini', async () => {
    await open(yamlOf(action('heavy'), action('light')), well);
    await writeFile(
      join(bench.dir(), 'job-resource-weights.ini'),
      `[${study.project.snapshot().name}]\nheavy = 2\n`,
    );
    const order: string[] = [];
    await runToEnd(study, {actions: ['run_all']}, {}, (event) => {
      if (event.event === 'job' && /^(preparing|executed)$/u.test(event.job.statusCode))
        order.push(`${event.job.action} ${event.job.statusCode}`);
    });
    expect(order).toEqual([
      'heavy preparing',
      'heavy executed',
      'light preparing',
      'light executed',
    ]);
  });

  it('starts database jobs first', async () => {
    const yaml = `version: '4.0'\nactions:\n${action('a')}  data:
    run: ehrql:v1 generate-dataset x.py --output output/data.csv
    outputs:
      highly_sensitive:
        o: output/data.csv
`;
    await open(yaml, well);
    await runToEnd(study, {actions: ['run_all']}, {concurrency: 1});
    expect(engine.started).toEqual(['data', 'a']);
  });

  it('lets running jobs finish after a failure when told to', async () => {
    const slow = held();
    await open(yamlOf(action('bad'), action('slow'), action('later')), (name) =>
      name === 'bad' ? {files: {}, exitCode: 1} : name === 'slow' ? slow.job(name) : well(name),
    );
    const {jobs} = await runToEnd(
      study,
      {actions: ['run_all']},
      {letRunningFinish: true},
      (event) => {
        if (
          event.event === 'job' &&
          event.job.action === 'later' &&
          event.job.state === 'not-started'
        )
          slow.release();
      },
    );
    const codes = Object.fromEntries(jobs.map((job) => [job.action, job.statusCode]));
    expect(codes).toEqual({bad: 'nonzero_exit', slow: 'succeeded', later: 'not_started'});
  });

  it('stops one job and goes on with those that do not need it', async () => {
    const slow = held();
    await open(yamlOf(action('slow'), action('other'), action('after', ['slow'])), (name) =>
      name === 'slow' ? slow.job(name) : well(name),
    );
    const end = await runToEnd(study, {actions: ['run_all']}, {}, (event) => {
      if (
        event.event === 'job' &&
        event.job.action === 'slow' &&
        event.job.statusCode === 'executing'
      )
        void study.runs.cancel({runId: event.runId, action: 'slow'});
    });
    const codes = Object.fromEntries(end.jobs.map((job) => [job.action, job.statusCode]));
    // as it is on record, so that the window says the same before and after it is opened again
    const runs = await study.runs.list({limit: 1});
    expect(runs).toMatchObject({ok: true, value: [{outcome: 'cancelled'}]});
    expect(end).toMatchObject({outcome: 'cancelled', cancelled: false});
    expect(codes).toEqual({
      slow: 'cancelled_by_user',
      other: 'succeeded',
      after: 'dependency_failed',
    });
  });

  it('is not brought down by an error in one job, neither what runs nor what is to come', async () => {
    const slow = held();
    await open(yamlOf(action('running'), action('broken'), action('fine')), (name) => {
      if (name === 'broken') throw new Error('A fault of the executor');
      return name === 'running' ? slow.job(name) : well(name);
    });
    const {jobs, error, outcome} = await runToEnd(study, {actions: ['run_all']}, {}, (event) => {
      if (event.event === 'job' && event.job.action === 'fine' && event.job.state === 'succeeded')
        slow.release();
    });
    expect(error).toBeNull();
    expect(outcome).toBe('failed');
    const told = new Map(jobs.map((job) => [job.action, job]));
    expect(told.get('broken')).toMatchObject({
      statusCode: 'internal_error',
      hint: 'A fault of the executor',
    });
    expect(told.get('fine')?.state).toBe('succeeded');
    expect(told.get('running')?.state).toBe('succeeded');
  });

  it('offers for clearing what an action made before and no longer makes, and deletes nothing else', async () => {
    const yaml = (pattern: string) =>
      `version: '4.0'\nactions:\n  a:\n    run: python:v2 a\n    outputs:\n      highly_sensitive:\n        o: ${pattern}\n`;
    await open(yaml("'output/*.csv'"), () => ({
      files: {'output/one.csv': '1', 'output/Two.csv': '2'},
    }));
    await runToEnd(study, {actions: ['a']});
    expect(await study.outputs.previewClear()).toMatchObject({ok: true, value: {files: []}});
    await open(yaml("'output/*.csv'"), () => ({files: {'output/two.csv': '2'}}));
    await runToEnd(study, {actions: ['a']});
    const preview = await study.outputs.previewClear();
    // a name that differs in case only may be the same file
    expect(preview).toMatchObject({ok: true, value: {files: [{path: 'output/one.csv'}]}});
    expect(await study.outputs.clear({paths: ['output/two.csv']})).toMatchObject({ok: false});
    expect(await study.outputs.clear({paths: ['project.yaml']})).toMatchObject({ok: false});
    expect(await study.outputs.clear({paths: ['output/one.csv']})).toMatchObject({
      value: {files: []},
    });
  });

  it('is told beforehand which files it will replace, also those that no run has made', async () => {
    await open(yamlOf(action('a'), action('b')), well);
    await mkdir(join(bench.dir(), 'output'));
    await writeFile(join(bench.dir(), 'output/b.csv'), 'by hand');
    const preview = await study.plan.prepare(
      requestFor({actions: ['run_all']}),
      DEFAULT_RUN_OPTIONS,
    );
    expect(preview.ok ? preview.value.jobs.map(({overwrites}) => overwrites) : preview).toEqual([
      [],
      ['output/b.csv'],
    ]);
  });

  it('is held to the limits of its own jobs beforehand', async () => {
    await open(yamlOf(action('a'), action('b')), well);
    const options = {...USUAL, limits: {...USUAL.limits, cpus: 8}};
    const limitsOf = async (name: string) => {
      const findings = await study.plan.prepare(requestFor({actions: [name]}), options);
      return findings.ok
        ? findings.value.findings.find(({check}) => check === 'limits')?.level
        : findings;
    };
    await study.plan.saveOverride({
      action: 'a',
      override: {memoryBytes: null, cpus: 1, timeoutSeconds: null},
    });
    expect(await limitsOf('b')).toBe('block');
    expect(await limitsOf('a')).toBe('ok');
  });

  it('writes the log of a job that was lost on the way as far as it had come', async () => {
    await open(yamlOf(action('a')), (name) => ({
      ...well(name),
      log: [['stdout', Buffer.from('so far\n')]],
    }));
    const prepare = engine.executor.prepare.bind(engine.executor);
    engine.executor.prepare = async (spec, signal) => {
      const prepared = await prepare(spec, signal);
      if (!prepared.ok) return prepared;
      const start = async () => {
        const started = await prepared.value.start();
        const wait = async () => err(appError('not-found', 'The container is gone.'));
        return started.ok ? ok({...started.value, wait}) : started;
      };
      return ok({...prepared.value, start});
    };
    const {jobs} = await runToEnd(study, {actions: ['a']});
    expect(jobs).toMatchObject([{statusCode: 'internal_error', message: 'The container is gone.'}]);
    const log = await readFile(join(bench.dir(), 'metadata/a.log'), 'utf8');
    expect(log).toMatch(/^\S{30} so far\n\n\njob_definition_id: /u);
    expect(log).toContain('exit_code: None\n');
    expect(log).toContain('status_message: The container is gone.\n');
  });

  it('remembers what it did', async () => {
    await open(yamlOf(action('a')), well);
    const {jobs} = await runToEnd(study, {actions: ['a']});
    const plan = await study.plan.prepare(requestFor({actions: ['run_all']}), DEFAULT_RUN_OPTIONS);
    expect(plan).toMatchObject({ok: true, value: {plan: {jobs: []}}});
    const runs = await study.runs.list({limit: 5});
    expect(runs).toMatchObject({value: [{outcome: 'succeeded', jobs: [{id: jobs[0]?.id}]}]});
  });
});

it('tells events in an order that can be followed', async () => {
  await open(yamlOf(action('a')), (name) => ({
    ...well(name),
    log: [['stdout', Buffer.from('hello\n')]],
  }));
  const told: string[] = [];
  await runToEnd(study, {actions: ['a']}, {}, (event: RunEvent) => {
    told.push(event.event === 'job' ? event.job.statusCode : event.event);
  });
  expect(told).toEqual([
    'started',
    'preparing',
    'prepared',
    'executing',
    'log',
    'executed',
    'finalizing',
    'finalized',
    'succeeded',
    'finished',
  ]);
});
