import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import type {Study} from '../../../electron/core/study';
import type {createFakeEngine} from '../../fakeEngine';
import {requestFor, runToEnd, USUAL} from '../../integration/runs/runToEnd';
import {action, runsBench, well, yamlOf} from './runsBench';

const bench = runsBench();
let study: Study;
let engine: ReturnType<typeof createFakeEngine>;

/** A study of these actions on a computer without any image. */
async function open(actions: readonly string[]): Promise<void> {
  ({study, engine} = await bench.open(yamlOf(...actions), well));
  engine.imageStore.images = async (names) =>
    ok(names.map((image) => ({image, present: false, id: null, sizeBytes: null})));
}

const AWAY = appError('network', 'The image registry is away.', {
  hint: 'Try again later.',
  detail: 'dial tcp: no such host',
});

function withoutImage(name: string): readonly string[] {
  const pulled: string[] = [];
  engine.imageStore.pull = async (image) => {
    pulled.push(image);
    return image.includes(name) ? err(AWAY) : ok(null);
  };
  return pulled;
}

it('starts nothing before its images are here, also when a job is stopped meanwhile', async () => {
  await open([action('a', [], 'python:v2'), action('b', [], 'python:v2')]);
  const order: string[] = [];
  let here: () => void = () => undefined;
  const pulled = new Promise<void>((resolve) => {
    here = resolve;
  });
  engine.imageStore.pull = async () => {
    setTimeout(() => void study.runs.cancel({runId: study.runs.active()[0] ?? '', action: 'a'}), 1);
    await pulled;
    order.push('pulled');
    return ok(null);
  };
  const {jobs} = await runToEnd(study, {actions: ['run_all']}, {pull: true}, (event) => {
    if (event.event !== 'job') return;
    order.push(`${event.job.action} ${event.job.statusCode}`);
    if (event.job.statusCode === 'not_started') setTimeout(here, 20);
  });
  expect(order.slice(0, 3)).toEqual(['a not_started', 'pulled', 'b preparing']);
  expect(jobs.map(({state}) => state)).toEqual(['not-started', 'succeeded']);
});

it('fails the jobs whose image cannot be had, with the reason in their logs, and no others', async () => {
  await open([
    action('a', [], 'r:v2'),
    action('after', ['a'], 'python:v2'),
    action('other', [], 'python:v2'),
  ]);
  withoutImage('/r:');
  const {jobs, error, outcome, cancelled} = await runToEnd(
    study,
    {actions: ['run_all']},
    {pull: true, continueOnError: true},
  );
  expect({outcome, cancelled, error}).toEqual({outcome: 'failed', cancelled: false, error: null});
  const told = new Map(jobs.map((job) => [job.action, job]));
  expect(told.get('a')).toMatchObject({
    state: 'failed',
    statusCode: 'internal_error',
    message: 'The image registry is away.',
    hint: 'Try again later.',
    logFile: 'metadata/a.log',
  });
  expect(told.get('after')).toMatchObject({state: 'blocked'});
  expect(told.get('other')).toMatchObject({state: 'succeeded'});
  const lines = ['The image registry is away.', 'Try again later.', 'dial tcp: no such host'];
  const log = await study.logs.read({jobId: told.get('a')?.id ?? '', fromSeq: 0, limit: 10});
  expect(log.ok ? log.value.lines.map(({text}) => text) : log.error).toEqual(lines);
  const written = await readFile(join(bench.dir(), 'metadata/a.log'), 'utf8');
  for (const line of lines) expect(written).toMatch(new RegExp(`^\\S{30} ${line}$`, 'mu'));
  expect(written).toContain('status_message: The image registry is away.\n');
  const [latest] = await study.runs.list({limit: 1}).then((runs) => (runs.ok ? runs.value : []));
  expect(latest).toMatchObject({
    outcome: 'failed',
    jobs: [{message: 'The image registry is away.'}, {}, {}],
  });
});

it('starts nothing else after a failed pull unless asked to go on, and pulls no more', async () => {
  await open([
    action('a', [], 'r:v2'),
    action('after', ['a'], 'r:v2'),
    action('other', [], 'python:v2'),
  ]);
  const pulled = withoutImage('/r:');
  const {jobs} = await runToEnd(study, {actions: ['run_all']}, {pull: true});
  expect(jobs.map(({action: name, statusCode}) => [name, statusCode])).toEqual([
    ['a', 'internal_error'],
    ['after', 'internal_error'],
    ['other', 'not_started'],
  ]);
  expect(jobs[2]?.message).toBe('Not started: a failed first');
  expect(pulled).toHaveLength(1);
  expect(engine.started).toEqual([]);
});

it('runs such a job again once its image can be had', async () => {
  await open([action('a', [], 'r:v2')]);
  withoutImage('/r:');
  await runToEnd(study, {actions: ['a']}, {pull: true});
  withoutImage('none');
  const {jobs} = await runToEnd(study, {actions: ['a']}, {pull: true});
  expect(jobs).toMatchObject([{state: 'succeeded', logFile: 'metadata/a.log'}]);
});

it('asks no registry for sizes where nothing may be downloaded', async () => {
  await open([action('a', [], 'python:v2')]);
  engine.imageStore.images = () => Promise.reject(new Error('It was asked'));
  engine.imageStore.details = async (names) =>
    ok(
      names.map((image) => ({
        ...{image, present: false, id: null, sizeBytes: null},
        ...{digest: null, createdAt: null, architecture: null},
      })),
    );
  const request = requestFor({actions: ['run_all']});
  const prepared = await study.plan.prepare(request, {...USUAL, pull: false});
  const missing = prepared.ok
    ? prepared.value.findings.find(({check}) => check === 'images')
    : null;
  expect(missing).toMatchObject({
    level: 'block',
    message: expect.stringContaining('python:v2') as string,
  });
  const found = await study.doctor.check(
    'run',
    {asksRegistry: false, repairs: false},
    new AbortController().signal,
  );
  expect(found).toMatchObject([{result: 'ok'}]);
});
