import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {parseJobWeights} from '../../../electron/planner/jobWeights';
import {type ScheduledJob, schedule} from '../../../electron/planner/schedule';

function job(action: string, parts: Partial<ScheduledJob> = {}): ScheduledJob {
  return {action, state: 'pending', waitsFor: [], usesDatabase: false, weight: 1, ...parts};
}

describe('what may start now', () => {
  it('starts database jobs first, then by creation, as many as there is room for', () => {
    const jobs = [job('a'), job('b'), job('data', {usesDatabase: true}), job('c')];
    expect(schedule(jobs, 2)).toEqual({
      start: ['data', 'a'],
      dependencyFailed: [],
      waitingForWorkers: ['b', 'c'],
    });
  });

  it('counts what runs, and starts nothing before its needs have succeeded', () => {
    const jobs = [job('a', {state: 'running'}), job('b', {waitsFor: ['a']}), job('c')];
    expect(schedule(jobs, 2).start).toEqual(['c']);
    expect(schedule(jobs, 1).start).toEqual([]);
  });

  it('fails all that waits for a failed job, however far down', () => {
    const jobs = [
      job('a', {state: 'failed'}),
      job('b', {waitsFor: ['a']}),
      job('c', {waitsFor: ['b']}),
      job('d'),
    ];
    expect(schedule(jobs, 2)).toMatchObject({start: ['d'], dependencyFailed: ['b', 'c']});
  });

  it('lets a lighter job past a heavy one, and a heavy one run alone', () => {
    const heavy = job('heavy', {weight: 3});
    expect(schedule([job('a', {state: 'running'}), heavy, job('b')], 2).start).toEqual(['b']);
    expect(schedule([heavy, job('b')], 2)).toMatchObject({
      start: ['heavy'],
      waitingForWorkers: ['b'],
    });
  });

  it('always gets to the end, never above the concurrency', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({needs: fc.array(fc.nat(20), {maxLength: 3}), weight: fc.constantFrom(1, 2)}),
          {maxLength: 20},
        ),
        fc.integer({min: 2, max: 4}),
        (drawn, concurrency) => {
          let jobs = drawn.map((each, index) =>
            job(`a${index}`, {
              weight: each.weight,
              waitsFor: each.needs.filter((need) => need < index).map((need) => `a${need}`),
            }),
          );
          for (let round = 0; round <= drawn.length * 2; round += 1) {
            const {start} = schedule(jobs, concurrency);
            jobs = jobs.map((each) =>
              start.includes(each.action) ? {...each, state: 'running'} : each,
            );
            const running = jobs.filter((each) => each.state === 'running');
            expect(running.reduce((sum, each) => sum + each.weight, 0)).toBeLessThanOrEqual(
              concurrency,
            );
            const [first] = running;
            jobs = jobs.map((each) => (each === first ? {...each, state: 'succeeded'} : each));
          }
          expect(jobs.every((each) => each.state === 'succeeded')).toBe(true);
        },
      ),
    );
  });
});

describe('weights', () => {
  const text = '[other]\n.* = 9\n[study]\nmodel_.*=2\n; comment\nmodel_big = 3\nbroken( = 4\n';
  it('take the first line of the workspace that matches the whole name', () => {
    const weightOf = parseJobWeights(text, 'study');
    expect(['model_a', 'model_big', 'a_model_b', 'x'].map(weightOf)).toEqual([2, 2, 1, 1]);
    expect(parseJobWeights(text, 'none')('model_a')).toBe(1);
  });
});
