import {DEFAULT_RUN_OPTIONS} from '../../../shared/run';
import {execFile} from 'node:child_process';
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {promisify} from 'node:util';
import initSqlJs from 'sql.js';
import {afterEach, expect, it} from 'vitest';
import {longTest} from '../../gateShare';
import {requestFor, runToEnd} from './runToEnd';
import {openTestStudy, type TestStudy} from './studyFolders';

const run = promisify(execFile);
let opened: TestStudy;

afterEach(() => opened.close());

/** Writes the database that `opensafely run` keeps, with one job of `gen`. */
async function writeDatabase(dir: string, state: string, updatedAt: number): Promise<Buffer> {
  const engine = await initSqlJs();
  const database = new engine.Database();
  database.run(`create table job (id text primary key, job_request_id text, state text,
    workspace text, action text, status_code text, status_message text, cancelled bool,
    created_at int, updated_at int, started_at int, completed_at int, outputs text)`);
  database.run(
    `insert into job values ('theirs', 'request', ?, ?, 'gen', ?, 'm', 0, ?, ?, ?, ?, ?)`,
    [
      state,
      basename(dir),
      state,
      updatedAt - 10,
      updatedAt,
      updatedAt - 10,
      updatedAt,
      '{"output/gen.csv": "highly_sensitive"}',
    ],
  );
  await mkdir(join(dir, 'metadata'), {recursive: true});
  const bytes = Buffer.from(database.export());
  await writeFile(join(dir, 'metadata/db.sqlite'), bytes);
  return bytes;
}

const ACTIONS = {
  gen: {script: 'echo ours > output/gen.csv'},
  use: {script: 'cp output/gen.csv output/use.csv', needs: ['gen']},
};

it('counts what opensafely run did, gives its outputs to what needs them, and leaves its database alone', async () => {
  opened = await openTestStudy(ACTIONS);
  const before = await writeDatabase(opened.dir, 'succeeded', 1_775_037_600);
  await mkdir(join(opened.dir, 'output'));
  await writeFile(join(opened.dir, 'output/gen.csv'), 'theirs\n');
  const {jobs, outcome} = await runToEnd(opened.study, {actions: ['use']});
  expect(outcome).toBe('succeeded');
  expect(jobs.map(({action}) => action)).toEqual(['use']);
  expect(await readFile(join(opened.dir, 'output/use.csv'), 'utf8')).toBe('theirs\n');
  expect(await readFile(join(opened.dir, 'metadata/db.sqlite'))).toEqual(before);
});

it('runs what opensafely run did again when its output is gone', async () => {
  opened = await openTestStudy(ACTIONS);
  await writeDatabase(opened.dir, 'succeeded', 1_775_037_600);
  const plan = await opened.study.plan.prepare(requestFor({actions: ['use']}), DEFAULT_RUN_OPTIONS);
  expect(plan.ok ? plan.value.plan.jobs.map(({action}) => action) : plan.error).toEqual([
    'gen',
    'use',
  ]);
});

it('refuses to start while its database says that a job runs, and only warns once that is old', async () => {
  opened = await openTestStudy(ACTIONS);
  await writeDatabase(opened.dir, 'running', Math.floor(Date.now() / 1000) - 30);
  await expect(runToEnd(opened.study, {actions: ['gen']})).rejects.toThrow('opensafely run');
  await writeDatabase(opened.dir, 'running', Math.floor(Date.now() / 1000) - 300);
  const notices: string[] = [];
  const {outcome} = await runToEnd(opened.study, {actions: ['gen']}, {}, (event) => {
    if (event.event === 'notice') notices.push(event.message);
  });
  expect(outcome).toBe('succeeded');
  expect(notices.join()).toContain('opensafely run');
});

longTest(
  'refuses to start while a container of its runs, and only one that its database in this folder knows',
  async () => {
    opened = await openTestStudy(ACTIONS);
    await writeDatabase(opened.dir, 'failed', 1_775_037_600);
    const theirs = await startContainer('theirs', opened.dir);
    try {
      await expect(runToEnd(opened.study, {actions: ['gen']})).rejects.toThrow('opensafely run');
    } finally {
      await run('docker', ['rm', '-f', theirs]);
    }
    // of another study, whose folder has the same name, be it running or left by a crash
    const others = await startContainer('others', opened.dir);
    try {
      expect((await runToEnd(opened.study, {actions: ['gen']})).outcome).toBe('succeeded');
      // whose it is can't be looked up
      await rm(join(opened.dir, 'metadata/db.sqlite'));
      await mkdir(join(opened.dir, 'metadata/db.sqlite'));
      const {study} = opened;
      const plan = await study.plan.prepare(requestFor({actions: ['gen']}), DEFAULT_RUN_OPTIONS);
      const findings = plan.ok ? plan.value.findings : [];
      expect(findings.filter(({check}) => check === 'other-runner')).toMatchObject([
        {level: 'warning', message: expect.stringContaining('can’t tell') as unknown},
      ]);
      expect((await study.cleanUp.preview()).ok).toBe(true);
      expect((await runToEnd(study, {actions: ['gen']})).outcome).toBe('succeeded');
    } finally {
      await run('docker', ['rm', '-f', others]);
    }
  },
);

/** Starts a container as `opensafely run` does for a job of this id. */
async function startContainer(job: string, dir: string): Promise<string> {
  const {stdout} = await run('docker', [
    'run',
    '--detach',
    '--rm',
    `--name=os-job-${job}`,
    '--network=none',
    '--label=jobrunner-local',
    `--label=workspace=${basename(dir)}`,
    'study-desk-test/busybox:v1',
    'sleep',
    '60',
  ]);
  return stdout.trim();
}
