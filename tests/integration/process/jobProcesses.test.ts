import {execFile, spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createProcessEngine} from '../../../electron/process/processExecutor';
import type {Executor, RunningJob} from '../../../electron/executor/executor';
import {exitOf, logOf, specOf, start, studyWith} from '../../contract/jobOf';

const run = promisify(execFile);
const [runId, studyId] = [`left-${process.pid}`, `left-study-${process.pid}`];

let root = '';
let executor: Executor;
const undo: (() => unknown)[] = [];

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'study-desk-jobs-'));
  executor = createProcessEngine({temporaryRoot: root, passedVariables: () => ['PASSED']}).executor;
});
afterEach(async () => {
  await executor.removeRun(studyId, runId);
  for (const step of undo.splice(0).reverse()) await step();
  await rm(root, {recursive: true, force: true});
});

async function startScript(script: string): Promise<RunningJob> {
  const study = await studyWith({'main.py': script});
  undo.push(() => study.remove());
  return start(executor, await specOf(study.dir, {args: ['python', 'main.py'], runId, studyId}));
}

/** Python that starts a process which leaves the group, and prints its id. */
const leaves = (command: readonly string[]): string =>
  'import subprocess, sys, time\n' +
  `child = subprocess.Popen(${JSON.stringify(command)}, start_new_session=True)\n` +
  'print(child.pid, flush=True)\n';

function idIn(job: RunningJob): Promise<number> {
  return new Promise((resolve) => {
    void job.logs((_stream, chunk) => resolve(Number(chunk.toString().trim())));
  });
}

/** A process that has ended but was not waited for yet does nothing any more. */
function lives(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

describe('the environment of a job', () => {
  it('holds what programs need and what is set, and none of this computer’s secrets', async () => {
    const secrets = ['GITHUB_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'DATABASE_URL'];
    for (const name of [...secrets, 'PASSED', 'R_LIBS_USER', 'LC_TIME']) {
      const before = process.env[name];
      process.env[name] = 'C';
      undo.push(() => {
        if (before === undefined) delete process.env[name];
        else process.env[name] = before;
      });
    }
    const job = await startScript('import os\nprint(" ".join(sorted(os.environ)))');
    const names = (await logOf(job)).stdout.toString().trim().split(' ');
    expect(names).toEqual(
      expect.arrayContaining(['PATH', 'OPENSAFELY_BACKEND', 'PASSED', 'R_LIBS_USER', 'LC_TIME']),
    );
    expect(names.filter((name) => secrets.includes(name))).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('a process that left its job’s group', () => {
  it('is ended within two seconds of its job’s end, which does not wait for it', async () => {
    const job = await startScript(leaves(['sleep', '600']));
    const begun = Date.now();
    const pid = await idIn(job);
    expect((await exitOf(job)).exitCode).toBe(0);
    expect(Date.now() - begun).toBeLessThan(4000);
    expect(lives(pid)).toBe(false);
  });

  it('is ended when its job is stopped, also where both ignore the request', async () => {
    const deaf = 'import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n';
    const job = await startScript(
      deaf + leaves(['python3', '-c', `${deaf}time.sleep(600)`]) + 'time.sleep(600)\n',
    );
    const pid = await idIn(job);
    const begun = Date.now();
    await job.stop();
    expect(Date.now() - begun).toBeLessThan(2500);
    expect(lives(pid)).toBe(false);
    expect((await exitOf(job)).exitCode).toBe(137);
  });

  it('holds no job up where it can’t be found, and its job’s log is whole', async () => {
    const job = await startScript(leaves(['env', '-i', '/bin/sleep', '20']));
    const begun = Date.now();
    const pid = await idIn(job);
    undo.push(() => spawnSync('kill', ['-9', String(pid)]));
    await exitOf(job);
    expect(Date.now() - begun).toBeLessThan(4000);
    expect((await logOf(job)).stdout.toString()).toBe(`${pid}\n`);
  });

  it('is ended by its control group, also without a mark', async (context) => {
    const hierarchy = path.join(root, 'groups');
    await run('mkdir', [hierarchy]);
    const mounted = await run('mount', ['-t', 'cgroup2', 'none', hierarchy]).catch(() => null);
    // only root may see the groups where the system has not put them up
    if (mounted === null) return context.skip();
    undo.push(() => run('umount', [hierarchy]));
    const job = await startScript(leaves(['env', '-i', '/bin/sleep', '600']) + 'time.sleep(1)\n');
    const pid = await idIn(job);
    expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).toContain(`study-desk-${job.jobId}`);
    await exitOf(job);
    expect(lives(pid)).toBe(false);
    const {stdout} = await run('find', [hierarchy, '-name', `study-desk-${job.jobId}`]);
    expect(stdout).toBe('');
  });
});

describe('what was left of earlier jobs', () => {
  it('is removed by its name and note, and no other folder is looked into', async () => {
    const note = {studyId, runId, jobId: 'left', pid: null, started: null, group: null};
    for (const name of ['os-job-left', 'another-program']) {
      await mkdir(path.join(root, name));
      await writeFile(path.join(root, name, 'job.json'), JSON.stringify(note));
    }
    await executor.recover(studyId);
    expect(await readdir(root)).toEqual(['another-program']);
  });
});

describe('a disk that is full', () => {
  it('ends the job whose output can’t be kept, with that reason', async (context) => {
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', root]).catch(
      () => null,
    );
    if (mounted === null) return context.skip();
    undo.push(() => run('umount', [root]));
    const job = await startScript(
      'import sys, time\nsys.stdout.write("x" * 4_000_000)\nsys.stdout.flush()\ntime.sleep(600)\n',
    );
    const exit = await job.wait();
    if (exit.ok) throw new Error('It ended as if all had been kept');
    expect(`${exit.error.message} ${exit.error.why ?? ''}`).toMatch(
      /output could not be saved.*(full|space)/s,
    );
    await job.remove();
  });
});
