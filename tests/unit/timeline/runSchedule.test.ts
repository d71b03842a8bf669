import {describe, expect, it} from 'vitest';
import {scheduleRun, timeTicks} from '../../../renderer/timeline/runSchedule';
import {jobOnAxis as job, runOnAxis as run, secondsAfterStart as now} from './runOnAxis';

describe('scheduleRun', () => {
  it('places finished jobs where they ran and marks the critical path', () => {
    const schedule = scheduleRun(
      run(
        [
          job('extract', [], 'succeeded', 0, 10),
          job('short', ['extract'], 'succeeded', 10, 12),
          job('long', ['extract'], 'succeeded', 10, 40),
          job('report', ['short', 'long'], 'succeeded', 40, 45),
        ],
        45,
      ),
      () => null,
      now(100),
    );
    expect(schedule.jobs.filter(({critical}) => critical).map((each) => each.job.action)).toEqual([
      'extract',
      'long',
      'report',
    ]);
    expect([schedule.end, schedule.expectedEnd]).toEqual([now(45), null]);
  });

  it('expects what is to come from earlier runs, in order and at the run’s concurrency', () => {
    const seconds: Readonly<Record<string, number>> = {extract: 30, a: 10, b: 20, c: 5};
    const schedule = scheduleRun(
      run(
        [
          job('extract', [], 'executing', 0, null),
          job('a', ['extract'], 'waiting_on_dependencies', null, null),
          job('b', ['extract'], 'waiting_on_dependencies', null, null),
          job('c', ['extract'], 'waiting_on_workers', null, null),
        ],
        null,
      ),
      (action) => seconds[action] ?? null,
      now(10),
    );
    const spans = schedule.jobs.map((each) => [
      each.job.action,
      each.start - now(0),
      each.end - now(0),
    ]);
    expect(spans).toEqual([
      ['extract', 0, 30_000],
      ['a', 30_000, 40_000],
      ['b', 30_000, 50_000],
      ['c', 40_000, 45_000],
    ]);
    expect(schedule.expectedEnd).toBe(now(50));
  });

  it('estimates an action without history by the run’s others, and nothing without any', () => {
    const jobs = [job('known', [], 'succeeded', 0, 8), job('unknown', [], 'created', null, null)];
    const one = scheduleRun(
      run(jobs, null, 1),
      (action) => (action === 'known' ? 8 : null),
      now(10),
    );
    expect(one.expectedEnd).toBe(now(18));
    expect(scheduleRun(run(jobs, null), () => null, now(10)).expectedEnd).toBeNull();
  });

  it('lets a job that runs over its time end now', () => {
    const schedule = scheduleRun(run([job('a', [], 'executing', 0, null)], null), () => 5, now(60));
    expect(schedule.jobs[0]?.end).toBe(now(60));
  });

  it('leaves out jobs that never started in a run that is over', () => {
    const schedule = scheduleRun(
      run(
        [job('a', [], 'nonzero_exit', 0, 3), job('b', ['a'], 'dependency_failed', null, null)],
        3,
      ),
      () => 5,
      now(60),
    );
    expect(schedule.jobs.map((each) => each.job.action)).toEqual(['a']);
  });

  it('does not let a job go on that was cut off, whose run has no end', () => {
    const schedule = scheduleRun(run([job('a', [], 'cut_off', 0, null)], null), () => 5, now(600));
    expect(schedule.jobs.map(({certainty}) => certainty)).toEqual(['done']);
    expect(schedule.end).toBeLessThan(now(5));
  });
});

it('timeTicks are round and few', () => {
  expect(timeTicks(45, 5)).toEqual([0, 10, 20, 30, 40]);
  expect(timeTicks(4000, 8)).toEqual([0, 600, 1200, 1800, 2400, 3000, 3600]);
  expect(timeTicks(0.4, 8)).toEqual([0]);
});
