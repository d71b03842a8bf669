import {thisPlace} from '../../../electron/files/processIdentity';
import {execFile} from 'node:child_process';
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterEach, expect, it} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import {longTest} from '../../gateShare';
import {runToEnd} from './runToEnd';
import {openTestStudy, writeStudy, type ShellAction, type TestStudy} from './studyFolders';

const run = promisify(execFile);

const open: TestStudy[] = [];

async function study(actions: Readonly<Record<string, ShellAction>>): Promise<TestStudy> {
  const opened = await openTestStudy(actions);
  open.push(opened);
  return opened;
}

afterEach(async () => {
  for (const opened of open.splice(0)) await opened.close();
});

it('removes containers that earlier runs could not remove, but none that is kept on purpose', async () => {
  const {study: opened, dir} = await study({a: {script: 'echo x > output/a.csv'}});
  await runToEnd(opened, {actions: ['a']});
  const identity = await readFile(join(dir, 'metadata/study-desk/study.json'), 'utf8');
  const {studyId} = JSON.parse(identity) as {studyId: string};
  const leave = async (...labels: readonly string[]): Promise<string> => {
    const all = [`study-desk.study=${studyId}`, 'study-desk.run=gone', ...labels];
    const args = all.flatMap((label) => ['--label', label]);
    const left = await run('docker', [
      'run',
      '-d',
      '--network',
      'none',
      ...args,
      'study-desk-test/busybox:v1',
      'true',
    ]);
    return left.stdout.trim();
  };
  const [left, kept] = [await leave(), await leave('study-desk.debug=true')];
  await runToEnd(opened, {actions: ['a']});
  await expect(run('docker', ['inspect', left])).rejects.toThrow('No such object');
  await run('docker', ['rm', '-f', kept]);
});

it('keeps the earlier outputs when a later attempt fails, and the failed files apart', async () => {
  const {study: opened, dir} = await study({
    a: {script: 'echo good > output/a.csv; exit $(cat analysis/code.txt)'},
  });
  await writeFile(join(dir, 'analysis/code.txt'), '0');
  await runToEnd(opened, {actions: ['a']});
  await writeFile(join(dir, 'analysis/a.sh'), 'mkdir output; echo bad > output/a.csv; exit 3');
  const {jobs, outcome} = await runToEnd(opened, {actions: ['a']});
  expect(outcome).toBe('failed');
  expect(jobs[0]).toMatchObject({statusCode: 'nonzero_exit', exitCode: 3});
  expect(await readFile(join(dir, 'output/a.csv'), 'utf8')).toBe('good\n');
  const kept = jobs[0]?.keptFiles ?? '';
  expect(await readFile(join(dir, kept, 'output/a.csv'), 'utf8')).toBe('bad\n');
  expect(await readFile(join(dir, 'metadata/a.log'), 'utf8')).toContain(`kept_files: ${kept}`);
});

it('stops a script that ignores the request to stop', async () => {
  const {study: opened} = await study({
    a: {script: "trap '' TERM INT; echo ready; while :; do sleep 1; done"},
  });
  let runId = '';
  const {jobs, cancelled} = await runToEnd(opened, {actions: ['a']}, {}, (event) => {
    if (event.event === 'started') runId = event.run.id;
    if (event.event === 'log') void opened.runs.cancel({runId, action: null});
  });
  expect(cancelled).toBe(true);
  expect(jobs[0]).toMatchObject({statusCode: 'cancelled_by_user', message: 'Stopped by you'});
});

it('stops the running jobs at the first failure, names each, and those that never started', async () => {
  const {study: opened} = await study({
    bad: {script: 'sleep 1; exit 1'},
    long: {script: 'sleep 60; echo x > output/long.csv'},
    later: {script: 'echo x > output/later.csv'},
    dependent: {script: 'echo x > output/dependent.csv', needs: ['bad']},
  });
  const {jobs, outcome} = await runToEnd(opened, {actions: ['run_all']});
  expect(outcome).toBe('failed');
  const told = Object.fromEntries(jobs.map(({action, message}) => [action, message]));
  expect(told['long']).toBe('Stopped because bad failed');
  expect(told['later']).toBe('Not started: bad failed first');
  expect(told['dependent']).toContain('it needs bad');
});

longTest('carries on after a failure when asked to', async () => {
  const {study: opened} = await study({
    bad: {script: 'exit 1'},
    fine: {script: 'sleep 1; echo x > output/fine.csv'},
    dependent: {script: 'echo x > output/dependent.csv', needs: ['bad']},
  });
  const {jobs} = await runToEnd(opened, {actions: ['run_all']}, {continueOnError: true});
  const codes = Object.fromEntries(jobs.map(({action, statusCode}) => [action, statusCode]));
  expect(codes).toEqual({
    bad: 'nonzero_exit',
    fine: 'succeeded',
    dependent: 'dependency_failed',
  });
});

it('stops a job at its time limit', async () => {
  const {study: opened} = await study({a: {script: 'sleep 60; echo x > output/a.csv'}});
  const limit = {memoryBytes: null, cpus: null, timeoutSeconds: 1};
  await opened.plan.saveOverride({action: 'a', override: limit});
  const {jobs} = await runToEnd(opened, {actions: ['a']});
  expect(jobs[0]).toMatchObject({statusCode: 'nonzero_exit'});
  expect(jobs[0]?.message).toBe('Stopped at its time limit of 1 s');
});

it('tells that memory ran out, with the limit', async () => {
  const {study: opened} = await study({a: {script: 'tail /dev/zero; echo x > output/a.csv'}});
  const {jobs} = await runToEnd(
    opened,
    {actions: ['a']},
    {limits: {memoryBytes: 32 * 1024 ** 2, cpus: 1}},
  );
  expect(jobs[0]?.message).toMatch(/ran out of memory|memory ran out/u);
});

/** Lets go of a mounted folder: the look at a study that follows a run may still have a file of it open. */
async function unmount(dir: string): Promise<void> {
  await run('umount', ['--lazy', dir]);
}

it('keeps everything as it was when the disk fills while outputs are collected', async () => {
  const opened = await study({a: {script: 'echo good > output/a.csv'}});
  await opened.study.close();
  const dir = join(opened.root, 'small');
  await mkdir(dir);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', dir]);
  try {
    await writeStudy(dir, {
      a: {script: 'echo good > output/a.csv'},
      b: {script: 'head -c 20000000 /dev/urandom > output/b.csv'},
    });
    await mkdir(join(dir, 'output'));
    await writeFile(join(dir, 'output/b.csv'), 'earlier');
    const small = await opened.core.openStudy(dir, {watch: false});
    if (!small.ok) throw new Error(small.error.message);
    const {jobs} = await runToEnd(
      small.value,
      {actions: ['run_all']},
      {continueOnError: true, concurrency: 1},
    );
    const told = new Map(jobs.map((job) => [job.action, job]));
    expect(told.get('a')?.state).toBe('succeeded');
    expect(told.get('b')).toMatchObject({statusCode: 'internal_error'});
    expect(`${told.get('b')?.message} ${told.get('b')?.hint}`).toMatch(/disk is full/u);
    expect(await readFile(join(dir, 'output/b.csv'), 'utf8')).toBe('earlier');
    await small.value.close();
  } finally {
    await unmount(dir);
  }
});

it('says that a read-only study cannot be run, and touches nothing', async () => {
  const opened = await study({a: {script: 'echo x > output/a.csv'}});
  await opened.study.close();
  const dir = join(opened.root, 'readonly');
  await mkdir(dir);
  await run('mount', ['--bind', opened.dir, dir]);
  try {
    await run('mount', ['-o', 'remount,ro,bind', dir]);
    const readonly = await opened.core.openStudy(dir, {watch: false});
    if (!readonly.ok) throw new Error(readonly.error.message);
    await expect(runToEnd(readonly.value, {actions: ['a']})).rejects.toThrow(/read-only/u);
    await readonly.value.close();
  } finally {
    await unmount(dir);
  }
});

it('ends a job whose image is removed on the way, and goes on with the others', async () => {
  await run('docker', ['tag', 'study-desk-test/busybox:v1', 'study-desk-test/python:v2']);
  const opened = await openTestStudy(
    {
      a: {script: 'sleep 2; echo x > output/a.csv'},
      // the one job that is prepared ahead while the image may still be there
      next: {script: 'echo x > output/next.csv'},
      b: {script: 'echo x > output/b.csv'},
    },
    {registry: 'study-desk-test'},
  );
  open.push(opened);
  const options = {concurrency: 1, continueOnError: true};
  const {jobs} = await runToEnd(opened.study, {actions: ['run_all']}, options, (event) => {
    if (event.event === 'job' && event.job.statusCode === 'executing' && event.job.action === 'a')
      void run('docker', ['rmi', '-f', 'study-desk-test/python:v2']);
  });
  const told = new Map(jobs.map((job) => [job.action, job]));
  expect(told.get('a')?.state).toBe('succeeded');
  expect(told.get('b')).toMatchObject({state: 'failed', statusCode: 'internal_error'});
  expect(told.get('b')?.message).toMatch(/image/iu);
});

it('stays right when the clock jumps back and forth', async () => {
  let jump = 0;
  const opened = await openTestStudy(
    {
      a: {script: 'echo x > output/a.csv'},
      b: {script: 'echo x > output/b.csv', needs: ['a']},
    },
    {clock: () => Date.now() + (jump += jump > 0 ? -7_200_000 : 3_600_000)},
  );
  open.push(opened);
  const {outcome} = await runToEnd(opened.study, {actions: ['run_all']});
  expect(outcome).toBe('succeeded');
  const core = createCore({cacheDir: join(opened.root, 'cache')});
  const again = await core.openStudy(opened.dir, {watch: false});
  if (!again.ok) throw new Error(again.error.message);
  const statuses = await again.value.provenance.statuses();
  expect(statuses.ok ? statuses.value.map(({lastJob}) => lastJob?.state) : []).toEqual([
    'succeeded',
    'succeeded',
  ]);
  await again.value.close();
  await core.close();
});

longTest('keeps two Study Desks apart, and takes over the lock of one that is gone', async () => {
  const opened = await study({a: {script: 'sleep 2; echo x > output/a.csv'}});
  const other = await opened.core.openStudy(opened.dir, {watch: false});
  if (!other.ok) throw new Error(other.error.message);
  const first = runToEnd(opened.study, {actions: ['a']});
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await expect(runToEnd(other.value, {actions: ['a']})).rejects.toThrow(/Another Study Desk/u);
  expect((await first).outcome).toBe('succeeded');
  const lock = join(opened.dir, 'metadata/study-desk/lock.json');
  await writeFile(
    lock,
    JSON.stringify({
      format: 1,
      token: 'x',
      pid: 2 ** 22 + 1,
      ...(await thisPlace()),
      processStart: null,
      takenAt: '2026-01-01T00:00:00.000Z',
      study: opened.dir,
    }),
  );
  const before = Date.now();
  expect((await runToEnd(other.value, {actions: ['a']})).outcome).toBe('succeeded');
  // at once: one that can't be judged is waited for a minute
  expect(Date.now() - before).toBeLessThan(50_000);
  await rm(lock, {force: true});
  await other.value.close();
});
