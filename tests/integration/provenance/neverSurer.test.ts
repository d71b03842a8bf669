import {mkdirSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import initSqlJs from 'sql.js';
import {afterEach, beforeEach, expect, it} from 'vitest';
import type {Core} from '../../../electron/core/core';
import {createCore} from '../../../electron/core/createCore';
import type {Study} from '../../../electron/core/study';
import {actionStateOf} from '../../../shared/status';
import {pythonStudy} from '../../cli/runCli';
import {requestFor, runToEnd, USUAL} from '../runs/runToEnd';

const PROVENANCE = 'metadata/study-desk/provenance';

let dir: string;
let cacheDir: string;
let core: Core;
let study: Study;

beforeEach(async () => {
  dir = pythonStudy({
    gen: [[], 'open("output/gen.csv", "w").write("1")'],
    use: [['gen'], 'open("output/use.csv", "w").write("2")'],
  });
  cacheDir = await mkdtemp(join(tmpdir(), 'study-desk-cache-'));
  core = createCore({cacheDir, settings: () => ({user: {executor: 'process'}})});
  await open();
});

afterEach(async () => {
  await study.close();
  await core.close();
  await rm(dir, {recursive: true});
  await rm(cacheDir, {recursive: true});
});

async function open(): Promise<void> {
  const opened = await core.openStudy(dir, {watch: false});
  if (!opened.ok) throw new Error(opened.error.message);
  study = opened.value;
}

async function runAll(): Promise<void> {
  const end = await runToEnd(study, {actions: ['run_all']}, {executor: 'process'});
  if (end.outcome !== 'succeeded') throw new Error(JSON.stringify(end.jobs));
}

/** The state of each action, with the first reason where it is not verified. */
async function states(): Promise<Record<string, string>> {
  const statuses = await study.provenance.statuses();
  if (!statuses.ok) throw new Error(statuses.error.message);
  return Object.fromEntries(
    statuses.value.map((status) => {
      const {action, provenance} = status;
      const reason =
        provenance.kind === 'not-verified' ? provenance.reasons[0]?.message : undefined;
      return [
        action,
        [actionStateOf(status), reason].filter((part) => part !== undefined).join(': '),
      ];
    }),
  );
}

async function planOf(includeStale: boolean) {
  const preview = await study.plan.prepare(requestFor({actions: ['run_all'], includeStale}), {
    ...USUAL,
    executor: 'process',
  });
  if (!preview.ok) throw new Error(preview.error.message);
  const {plan, reusedOutOfDate, reusedByTimes} = preview.value;
  const jobs = plan.jobs.map(({action, reason}) => `${action}: ${reason}`);
  return {jobs, reusedOutOfDate, reusedByTimes};
}

it('takes no success without its record for one that need not run', async () => {
  await runAll();
  expect(await states()).toEqual({gen: 'up-to-date', use: 'up-to-date'});
  rmSync(join(dir, PROVENANCE), {recursive: true});
  const found = await states();
  expect(found['gen']).toContain('has no record of what its outputs were made from');
  expect(await planOf(true)).toEqual({
    jobs: ['gen: not-verified', 'use: not-verified'],
    ...{reusedOutOfDate: [], reusedByTimes: []},
  });
  expect(await planOf(false)).toEqual({
    jobs: [],
    reusedOutOfDate: ['gen', 'use'],
    reusedByTimes: [],
  });
});

it('says why a success has no record where it could not be written', async () => {
  mkdirSync(join(dir, 'metadata/study-desk'), {recursive: true});
  writeFileSync(join(dir, PROVENANCE), 'in the way');
  await runAll();
  const found = await states();
  expect(found['gen']).toContain(
    'not-verified: What the outputs were made from could not be recorded.',
  );
  expect((await planOf(true)).jobs).toEqual(['gen: not-verified', 'use: not-verified']);
});

it('tells of a check that cannot be made', async () => {
  await runAll();
  writeFileSync(join(dir, 'project.yaml'), 'version: 5\nactions: [');
  await study.project.reload();
  expect(await states()).toEqual({
    gen: 'not-verified: project.yaml has errors.',
    use: 'not-verified: project.yaml has errors.',
  });
});

it('has what ran under opensafely run made again once its script is younger', async () => {
  await study.close();
  const sql = await initSqlJs();
  const database = new sql.Database();
  database.run(`create table job (id text, job_request_id text, state text, workspace text,
    action text, status_code text, status_message text, cancelled bool, created_at int,
    updated_at int, started_at int, completed_at int, outputs text, run_command text,
    requires_outputs_from text, output_spec text)`);
  for (const folder of ['output', 'metadata']) mkdirSync(join(dir, folder));
  writeFileSync(join(dir, 'output/gen.csv'), '1');
  const start = Math.floor(statSync(join(dir, 'output/gen.csv')).ctimeMs / 1000) + 1;
  database.run(
    `insert into job values ('theirs', 'request', 'succeeded', ?, 'gen', 'succeeded', '', 0, ?, ?, ?,
      ?, '{"output/gen.csv": "moderately_sensitive"}', 'python:v2 python analysis/gen.py', '[]',
      '{"moderately_sensitive": {"out": "output/gen.csv"}}')`,
    [basename(dir), start, start, start, start + 1],
  );
  writeFileSync(join(dir, 'metadata/db.sqlite'), database.export());
  await open();
  expect(await states()).toMatchObject({gen: 'up-to-date-by-times', use: 'never-run'});
  expect(await planOf(true)).toEqual({
    jobs: ['use: never-run'],
    ...{reusedOutOfDate: [], reusedByTimes: ['gen']},
  });
  utimesSync(join(dir, 'analysis/gen.py'), start + 5, start + 5);
  expect(await states()).toMatchObject({gen: 'out-of-date'});
  expect(await planOf(true)).toEqual({
    jobs: ['gen: out-of-date', 'use: never-run'],
    ...{reusedOutOfDate: [], reusedByTimes: []},
  });
  expect(await planOf(false)).toEqual({
    jobs: ['use: never-run'],
    reusedOutOfDate: ['gen'],
    reusedByTimes: [],
  });
});
