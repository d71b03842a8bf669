import {execFile, spawn, type ChildProcess} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {createDockerExecutor} from '../../../electron/docker/dockerExecutor';
import {runToEnd} from './runToEnd';
import {openTestStudy} from './studyFolders';

const run = promisify(execFile);

/** An engine of our own beside the one of the computer, so that it may be stopped. */
let root: string;
let engine: ChildProcess | null = null;

const socket = () => `unix://${join(root, 'docker.sock')}`;

async function startEngine(): Promise<void> {
  const args = [
    '--data-root',
    join(root, 'data'),
    '--exec-root',
    join(root, 'exec'),
    '--pidfile',
    join(root, 'docker.pid'),
    '-H',
    socket(),
    '--bridge=none',
    '--iptables=false',
  ];
  // in a network of its own: without a bridge an engine deletes docker0, also that of the computer's engine
  engine = spawn('unshare', ['--net', 'dockerd', ...args], {stdio: 'ignore'});
  for (;;) {
    const up = await run('docker', ['-H', socket(), 'info']).catch(() => null);
    if (up !== null) return;
    await delay(200);
  }
}

async function stopEngine(): Promise<void> {
  const stopping = engine;
  engine = null;
  if (stopping === null) return;
  const ended = new Promise((resolve) => stopping.once('exit', resolve));
  stopping.kill('SIGTERM');
  await ended;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'study-desk-engine-'));
  await startEngine();
  const image = join(root, 'busybox.tar');
  await run('docker', ['save', '-o', image, 'study-desk-test/busybox:v1']);
  await run('docker', ['-H', socket(), 'load', '-i', image]);
  await run('docker', [
    '-H',
    socket(),
    'tag',
    'study-desk-test/busybox:v1',
    'study-desk-test/python:v2',
  ]);
});

afterAll(async () => {
  await stopEngine();
  await rm(root, {recursive: true, force: true, maxRetries: 5});
});

it('waits for an engine that is restarted in the middle of a run, and tells what became of the job', async () => {
  const executor = createDockerExecutor({host: socket()});
  const opened = await openTestStudy(
    {
      a: {script: 'echo before; sleep 30; echo x > output/a.csv'},
      b: {script: 'echo x > output/b.csv'},
    },
    {registry: 'study-desk-test', executors: {docker: executor}},
  );
  const notices: string[] = [];
  const restarts: Promise<void>[] = [];
  try {
    const {jobs} = await runToEnd(
      opened.study,
      {actions: ['run_all']},
      {concurrency: 1, continueOnError: true},
      (event) => {
        if (event.event === 'notice') notices.push(event.message);
        if (event.event === 'log' && restarts.length === 0)
          restarts.push(stopEngine().then(startEngine));
      },
    );
    await Promise.all(restarts);
    const told = new Map(jobs.map((job) => [job.action, job]));
    // the engine ends its containers when it is stopped
    expect(told.get('a')).toMatchObject({
      state: 'failed',
      message: 'Ended when the container engine was stopped',
    });
    expect(notices.join()).toContain('stopped answering');
    expect(told.get('b')).toMatchObject({state: 'succeeded'});
    expect(await readFile(join(opened.dir, 'output/b.csv'), 'utf8')).toBe('x\n');
    const log = await opened.study.readLog(told.get('a')?.id ?? '', 0, 10);
    expect(log.ok ? log.value.lines.map(({text}) => text) : log.error).toEqual(['before']);
    const {stdout} = await run('docker', ['-H', socket(), 'ps', '-aq']);
    expect(stdout).toBe('');
  } finally {
    await opened.close();
  }
});
