import {DEFAULT_RUN_OPTIONS} from '../../../shared/run';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {Core} from '../../../electron/core/core';
import type {Study} from '../../../electron/core/study';
import {createCore} from '../../../electron/core/createCore';
import {requestFor, runToEnd} from './runToEnd';

let root: string;
let core: Core;
let study: Study;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'study-desk-sample-'));
  core = createCore({cacheDir: join(root, 'cache')});
  const copied = await core.copySample(join(root, 'sample'));
  if (!copied.ok) throw new Error(copied.error.message);
  const opened = await core.openStudy(copied.value, {watch: false});
  if (!opened.ok) throw new Error(opened.error.message);
  study = opened.value;
});

afterAll(async () => {
  await study.close();
  await core.close();
  await rm(root, {recursive: true, force: true});
});

it('runs the sample study to its end on the container engine', async () => {
  const finished = await runToEnd(study, {actions: ['run_all']});
  expect(finished.error).toBeNull();
  expect(finished.jobs.map((job) => `${job.action}: ${job.message}`)).toEqual(
    finished.jobs.map((job) => `${job.action}: Completed successfully`),
  );
  const listing = await study.outputs.list();
  expect(listing.ok && listing.value.outputs.every(({present}) => present)).toBe(true);
  const tiers = new Set(listing.ok ? listing.value.outputs.map(({tier}) => tier) : []);
  expect(tiers.size).toBe(3);
  const [first] = finished.jobs;
  const log = await readFile(join(study.dir, first?.logFile ?? ''), 'utf8');
  expect(log).toMatch(/^status_message: Completed successfully$/mu);
});

it('leaves everything alone the second time', async () => {
  const plan = await study.plan.prepare(
    requestFor({actions: ['run_all'], includeStale: true}),
    DEFAULT_RUN_OPTIONS,
  );
  expect(plan.ok ? plan.value.plan.jobs : plan.error).toEqual([]);
});
