import {execFile} from 'node:child_process';
import {mkdtemp, readFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import {remoteEngine} from '../../contract/remoteEngine';
import {longTest} from '../../gateShare';
import {runToEnd} from './runToEnd';
import {createSecondEngine, type SecondEngine} from './secondEngine';
import {openTestStudy} from './studyFolders';

const run = promisify(execFile);

let root: string;
let engine: SecondEngine;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'study-desk-engine-'));
  engine = createSecondEngine(root);
  await engine.start();
  await engine.copyImage('study-desk-test/busybox:v1', 'study-desk-test/python:v2');
});

afterAll(() => engine.remove());

it('waits for an engine that is restarted in the middle of a run, and tells what became of the job', async () => {
  const docker = createDockerEngine({host: engine.host});
  const opened = await openTestStudy(
    {
      a: {script: 'echo before; sleep 30; echo x > output/a.csv'},
      b: {script: 'echo x > output/b.csv'},
    },
    {registry: 'study-desk-test', executors: {docker}},
  );
  const notices: string[] = [];
  const shown: string[] = [];
  const restarts: Promise<void>[] = [];
  try {
    const {jobs} = await runToEnd(
      opened.study,
      {actions: ['run_all']},
      {concurrency: 1, continueOnError: true},
      (event) => {
        if (event.event === 'notice') notices.push(event.message);
        if (event.event === 'job' && event.job.statusCode === 'executing')
          shown.push(`${event.job.action}: ${event.job.state}, ${event.job.message}`);
        if (event.event === 'log' && restarts.length === 0)
          restarts.push(engine.stop().then(() => engine.start()));
      },
    );
    await Promise.all(restarts);
    const told = new Map(jobs.map((job) => [job.action, job]));
    // the engine ends its containers when it is stopped
    expect(told.get('a')).toMatchObject({
      state: 'failed',
      message: 'Stopped because the container engine stopped',
    });
    expect(notices.join()).toContain('stopped answering');
    expect(shown.slice(0, 3)).toEqual([
      'a: running, Running',
      'a: waiting-for-engine, Waiting for the container engine',
      'a: running, Running',
    ]);
    expect(told.get('b')).toMatchObject({state: 'succeeded'});
    expect(await readFile(join(opened.dir, 'output/b.csv'), 'utf8')).toBe('x\n');
    const log = await opened.study.logs.read({
      jobId: told.get('a')?.id ?? '',
      fromSeq: 0,
      limit: 10,
    });
    expect(log.ok ? log.value.lines.map(({text}) => text) : log.error).toEqual(['before']);
    const {stdout} = await run('docker', ['-H', engine.host, 'ps', '-aq']);
    expect(stdout).toBe('');
  } finally {
    await opened.close();
  }
});

longTest('fetches an output again, whole, where the engine breaks off amid it', async () => {
  const bytes = 200 * 1024 ** 2;
  const remote = await remoteEngine('/var/run/docker.sock');
  const opened = await openTestStudy(
    {a: {script: `yes 0123456789 | head -c ${bytes} > output/a.csv`}},
    {executors: {docker: createDockerEngine({host: remote.host})}},
  );
  const notices: string[] = [];
  let cut = false;
  try {
    const {jobs} = await runToEnd(opened.study, {actions: ['a']}, {}, (event) => {
      if (event.event === 'notice') notices.push(event.message);
      if (event.event !== 'job' || event.job.statusCode !== 'finalizing' || cut) return;
      cut = true;
      // an engine elsewhere has to send everything once before, for what was written to be listed
      remote.cutAfter(bytes * 1.5);
    });
    expect(notices.join()).toContain('stopped answering');
    expect(jobs.map(({message}) => message)).toEqual(['Completed successfully']);
    const text = await readFile(join(opened.dir, 'output/a.csv'), 'utf8');
    expect(text.length).toBe(bytes);
    expect(/^(?:0123456789\n)+\d*$/u.test(text.slice(0, 1_000_000))).toBe(true);
  } finally {
    await opened.close();
    await remote.close();
  }
});
