import {mkdir, readdir, rename, rm} from 'node:fs/promises';
import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {readUnfinished} from '../../../electron/runs/runStore';
import {studyFolder} from '../../../electron/runs/studyFolder';
import {takeStudyLock, type StudyLock} from '../../../electron/runs/studyLock';
import {runToEnd} from '../../integration/runs/runToEnd';
import {action, held, runsBench, yamlOf} from './runsBench';

// the heart of a lock beats every 5 s, and here in a moment
const realInterval = globalThis.setInterval;
beforeEach(() => {
  const soon = (work: () => void, ms?: number) => realInterval(work, Math.min(ms ?? 0, 100));
  vi.spyOn(globalThis, 'setInterval').mockImplementation(soon);
});
afterEach(() => void vi.restoreAllMocks());

const runs = runsBench();
let other: StudyLock | null = null;
const YAML = yamlOf(action('a'), action('b', ['a']));

it('a study that is moved while a job runs ends its run with that reason, and nothing comes into a new folder there', async () => {
  const first = held();
  const {study} = await runs.open(YAML, first.job);
  const moved = `${runs.dir()}-moved`;
  try {
    const {outcome, error, jobs} = await runToEnd(study, {actions: ['b']}, {}, (event) => {
      if (event.event !== 'job' || event.job.statusCode !== 'executing') return;
      void rename(runs.dir(), moved)
        .then(() => mkdir(runs.dir()))
        .then(() => first.release());
    });
    expect(outcome).toBe('failed');
    expect(error?.message).toBe('The study was moved or deleted while its jobs ran.');
    expect(jobs.map(({statusCode}) => statusCode)).toEqual(['internal_error', 'not_started']);
    expect(jobs[0]?.message).toContain('moved or deleted');
    expect(await readdir(runs.dir())).toEqual([]);
  } finally {
    first.release();
    await rm(moved, {recursive: true, force: true});
  }
});

it('a study that is deleted while a job runs ends its run with that reason', async () => {
  const first = held();
  const {study} = await runs.open(YAML, first.job);
  const {error} = await runToEnd(study, {actions: ['a']}, {}, (event) => {
    if (event.event !== 'job' || event.job.statusCode !== 'executing') return;
    // what is written meanwhile must not keep the folder
    void rm(runs.dir(), {recursive: true, force: true, maxRetries: 20, retryDelay: 5});
  });
  // a folder is not removed at once: the lock may be seen to go before the folder does
  expect(error?.message).toMatch(
    /was moved or deleted while its jobs ran|its records were removed/,
  );
  await expect(readdir(runs.dir())).rejects.toThrow('ENOENT');
});

it('a study that another process takes over is let go of: its jobs go on, and nothing more is written', async () => {
  const first = held();
  const {study, engine} = await runs.open(YAML, first.job);
  const folder = studyFolder(runs.dir());
  let before: readonly string[] = [];
  const {error} = await runToEnd(study, {actions: ['a']}, {}, (event) => {
    if (event.event !== 'job' || event.job.statusCode !== 'executing') return;
    void takeStudyLock(folder.lock, {
      study: runs.dir(),
      takenAt: new Date().toISOString(),
      takeOver: true,
    }).then(async (taken) => {
      if (!taken.ok) throw new Error(taken.error.message);
      other = taken.value;
      before = await readdir(folder.runs, {recursive: true});
    });
  });
  expect(error).toMatchObject({kind: 'study-busy'});
  expect(engine.removed).toEqual([]);
  expect(await readdir(folder.runs, {recursive: true})).toEqual(before);
  expect(await readUnfinished(folder)).toMatchObject([
    {record: {jobs: [{action: 'a', statusCode: 'executing'}]}},
  ]);
  first.release();
  await other?.release();
});
