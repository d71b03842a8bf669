import {expect, it} from 'vitest';
import {createRunProgress} from '../../electron/ipc/studySessions';
import type {Job} from '../../shared/job';
import type {RunEvent, RunRecord} from '../../shared/run';
import {someJob} from '../unit/runs/someJob';

const job = (action: string, statusCode: Job['statusCode']): Job => someJob(action, {statusCode});

it('is the share of jobs that have ended, until their run has', () => {
  const progress = createRunProgress();
  const jobs = ['a', 'b', 'c', 'd'].map((action) => job(action, 'created'));
  // only its jobs are looked at
  const run = {id: 'r', jobs} as unknown as RunRecord;
  const moved = (each: Job): RunEvent => ({event: 'job', runId: 'r', job: each});
  expect(progress.after({event: 'started', run})).toBe(0);
  expect(progress.after(moved(job('a', 'executing')))).toBe(0);
  expect(progress.after(moved(job('a', 'succeeded')))).toBe(0.25);
  expect(progress.after(moved(job('b', 'nonzero_exit')))).toBe(0.5);
  expect(
    progress.after({event: 'notice', runId: 'r', level: 'info', message: 'so'}),
  ).toBeUndefined();
  const ended = {runId: 'r', outcome: 'failed' as const, cancelled: false, error: null, jobs};
  expect(progress.after({event: 'finished', ...ended})).toBeNull();
  expect(progress.after({event: 'started', run})).toBe(0);
});
