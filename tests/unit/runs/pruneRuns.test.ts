import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it, onTestFinished} from 'vitest';
import {pruneRuns, runsBeyond} from '../../../electron/runs/pruneRuns';
import {createRun, readRuns, type StoredRun} from '../../../electron/runs/runStore';
import {studyFolder} from '../../../electron/runs/studyFolder';
import type {StatusCode} from '../../../shared/job';
import {stateOf} from '../../../shared/job';
import {DEFAULT_RUN_OPTIONS, type RunRecord} from '../../../shared/run';
import {runToEnd} from '../../integration/runs/runToEnd';
import {action, runsBench, well} from '../core/runsBench';
import {someJob, someRun} from './someJob';

const runs = runsBench();

/** A run with jobs of these ends, the place in its list being its age. */
function run(
  place: number,
  jobs: Readonly<Record<string, StatusCode>>,
  parts: Partial<RunRecord> = {},
): RunRecord {
  const at = new Date(Date.UTC(2026, 0, 1 + place)).toISOString();
  const all = Object.entries(jobs).map(([action, statusCode]) =>
    someJob(action, {
      id: `${action}${place}`,
      statusCode,
      state: stateOf(statusCode),
      completedAt: at,
    }),
  );
  return someRun(`000000000${place}`.slice(-10), all, {
    ...{startedAt: at, endedAt: at, outcome: 'failed'},
    ...parts,
  });
}

const stored = (records: readonly RunRecord[]): readonly StoredRun[] =>
  records.map((record) => ({dir: record.id, record}));
const gone = (records: readonly RunRecord[], limit: number) =>
  runsBeyond(stored(records), limit).map(({record}) => Number(record.id));

it('are the oldest, but none that tells how an action stands', () => {
  const all = [
    run(1, {a: 'succeeded', b: 'succeeded'}),
    run(2, {a: 'nonzero_exit'}),
    run(3, {a: 'nonzero_exit', c: 'cancelled_by_user'}),
    run(4, {d: 'succeeded'}),
    run(5, {d: 'succeeded'}),
    run(6, {d: 'succeeded'}),
  ];
  // 1 has the latest success of `a` and `b`, 3 the latest attempt at `a`
  expect(gone(all, 2)).toEqual([2, 4]);
  expect(gone(all, 5)).toEqual([]);
  expect(gone(all, 6)).toEqual([]);
  expect(gone(all, 99)).toEqual([]);
});

it('are none without an end, nor one whose containers are kept', () => {
  const all = [
    run(1, {a: 'nonzero_exit'}, {endedAt: null}),
    run(2, {a: 'nonzero_exit'}, {options: {...DEFAULT_RUN_OPTIONS, debug: true}}),
    run(3, {a: 'nonzero_exit'}),
    run(4, {a: 'succeeded'}),
  ];
  expect(gone(all, 1)).toEqual([3]);
});

it('are removed from the disk, and all are kept where no number is given', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'study-desk-prune-'));
  onTestFinished(() => rm(dir, {recursive: true, force: true}));
  const folder = studyFolder(dir);
  for (const place of [1, 2, 3]) {
    const record = run(place, {a: 'succeeded'});
    await (await createRun(folder, record)).finish(record);
  }
  const left = async () => (await readRuns(folder)).map(({record}) => Number(record.id));
  await pruneRuns(folder, null);
  expect(await left()).toEqual([1, 2, 3]);
  await pruneRuns(folder, 2);
  expect(await left()).toEqual([2, 3]);
});

it('are removed after a run, as the study’s settings say', async () => {
  const {study} = await runs.open(`version: '4.0'\nactions:\n${action('a')}`, well);
  await study.settings.saveOwn({settings: {runLimit: 10}});
  for (let place = 0; place < 12; place += 1) await runToEnd(study, {actions: ['a'], force: ['a']});
  const listed = await study.runs.list({limit: 100});
  expect(listed.ok && listed.value.length).toBe(10);
});
