import {mkdtemp, readFile, rm, stat, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeAll, expect, it} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import type {Study} from '../../../electron/core/study';
import {actionStateOf} from '../../../shared/status';
import {everyNth, longTest} from '../../gateShare';
import {runToEnd} from '../runs/runToEnd';
import {bundleCoreProcess, startCoreProcess} from '../runs/startCoreProcess';
import {openTestStudy, removeContainersOf, writeStudy, type TestStudy} from '../runs/studyFolders';

const open: TestStudy[] = [];
let child: string;

const ROUNDS = everyNth(
  Array.from({length: 20}, (_, round) => round),
  10,
);

beforeAll(async () => {
  child = await bundleCoreProcess();
});

afterEach(async () => {
  for (const opened of open.splice(0)) await opened.close();
});

async function stateOf(study: Study, action: string): Promise<string> {
  const statuses = await study.provenance.statuses();
  const status = statuses.ok ? statuses.value.find((each) => each.action === action) : undefined;
  return status === undefined ? 'unknown' : actionStateOf(status);
}

/** Runs `a` of a new study, which does nothing until what is to happen meanwhile has happened. */
async function stateAfter(meanwhile: (dir: string) => Promise<void>): Promise<string> {
  const opened = await openTestStudy({
    a: {script: 'sleep 2; read n < analysis/number.txt; echo $n > output/a.csv'},
  });
  open.push(opened);
  await writeFile(join(opened.dir, 'analysis/number.txt'), '1\n');
  const edits: Promise<void>[] = [];
  const {jobs} = await runToEnd(opened.study, {actions: ['a']}, {}, (event) => {
    if (event.event !== 'job' || event.job.statusCode !== 'executing') return;
    edits.push(meanwhile(opened.dir));
  });
  await Promise.all(edits);
  expect(jobs).toMatchObject([{state: 'succeeded'}]);
  await opened.study.project.reload();
  return stateOf(opened.study, 'a');
}

it('calls a success out of date whose code was edited while it ran, its size and times kept', async () => {
  const state = await stateAfter(async (dir) => {
    const file = join(dir, 'analysis/number.txt');
    const {atime, mtime} = await stat(file);
    await writeFile(file, '2\n');
    await utimes(file, atime, mtime);
  });
  expect(state).toBe('out-of-date');
});

longTest('calls a success out of date whose run line was changed while it ran', async () => {
  const state = await stateAfter(async (dir) => {
    const file = join(dir, 'project.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('sh analysis/a.sh', 'sh analysis/a.sh --again'));
  });
  expect(state).toBe('out-of-date');
});

longTest('calls it up to date where nothing was', async () => {
  expect(await stateAfter(async () => undefined)).toBe('up-to-date');
});

it('has recorded what a success was made from before it tells of it: killed at that moment, again and again', async () => {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-told-'));
  const cacheDir = join(root, 'cache');
  const states: string[] = [];
  for (const round of ROUNDS) {
    const dir = join(root, String(round));
    await writeStudy(dir, {a: {script: 'echo 1 > output/a.csv'}});
    let killed = false;
    await startCoreProcess(child, [dir, cacheDir, 'a'], (said, running) => {
      if (killed || !said.includes('job a succeeded\n')) return;
      killed = true;
      running.kill('SIGKILL');
    });
    expect(killed).toBe(true);
    const core = createCore({cacheDir});
    const opened = await core.openStudy(dir, {watch: false});
    if (!opened.ok) throw new Error(opened.error.message);
    states.push(await stateOf(opened.value, 'a'));
    await opened.value.close();
    await core.close();
    await removeContainersOf(dir);
  }
  expect(states).toEqual(ROUNDS.map(() => 'up-to-date'));
  await rm(root, {recursive: true, force: true, maxRetries: 3});
});

longTest('can tell that a job is up to date which it was killed over and found again', async () => {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-found-'));
  const dir = join(root, 'study');
  const cacheDir = join(root, 'cache');
  await writeStudy(dir, {
    a: {script: 'sleep 2; read n < analysis/number.txt; echo $n > output/a.csv'},
  });
  await writeFile(join(dir, 'analysis/number.txt'), '1\n');
  await startCoreProcess(child, [dir, cacheDir, 'a'], (said, running) => {
    // what was given is noted while the command begins
    if (said.includes('job a executing\n')) setTimeout(() => running.kill('SIGKILL'), 500);
  });
  // younger than the job, and no part of it
  await writeFile(join(dir, 'README.md'), 'edited meanwhile');
  const core = createCore({cacheDir});
  const opened = await core.openStudy(dir, {watch: true});
  if (!opened.ok) throw new Error(opened.error.message);
  await expect
    .poll(() => stateOf(opened.value, 'a'), {timeout: 30_000, interval: 300})
    .toBe('up-to-date');
  await opened.value.close();
  await core.close();
  await rm(root, {recursive: true, force: true, maxRetries: 3});
});
