import {describe, expect, it} from 'vitest';
import {remainingTime, remainingWords, type TimedJob} from '../../../shared/remainingTime';

const job = (
  action: string,
  waitsFor: readonly string[] = [],
  ran: number | null = null,
): TimedJob => ({...{action, waitsFor, ranForSeconds: ran, done: false}});
const SECONDS: Readonly<Record<string, number>> = {gen: 10, fast: 1, slow: 20, end: 5};
const expected = (action: string): number | null => SECONDS[action] ?? null;
const JOBS = [job('gen'), job('fast', ['gen']), job('slow', ['gen']), job('end', ['fast', 'slow'])];

describe('how long a run takes', () => {
  it('counts how many run at a time, and which wait for which', () => {
    expect(remainingTime(JOBS, expected, 1)).toEqual({seconds: 36, unknown: 0});
    expect(remainingTime(JOBS, expected, 2)).toEqual({seconds: 35, unknown: 0});
    expect(remainingTime([], expected, 2)).toEqual({seconds: 0, unknown: 0});
  });

  it('takes jobs in their order, whichever became ready first', () => {
    const seconds: Readonly<Record<string, number>> = {a: 2, b: 1, late: 10, early: 1};
    const jobs = [job('a'), job('b'), job('early', ['a']), job('late', ['b'])];
    // `late` is ready first, and begins beside `a`
    expect(remainingTime(jobs, (name) => seconds[name] ?? null, 2)?.seconds).toBe(11);
  });

  it('counts what has been done, and no more of a job that takes longer than it did', () => {
    const [gen, fast, slow, end] = JOBS as [TimedJob, TimedJob, TimedJob, TimedJob]; // four
    const underWay = [{...gen, done: true}, fast, {...slow, ranForSeconds: 15}, end];
    expect(remainingTime(underWay, expected, 2)?.seconds).toBe(10);
    expect(remainingTime([{...slow, ranForSeconds: 99}], expected, 2)?.seconds).toBe(0);
  });

  it('says of how many it does not know, and nothing where of none', () => {
    expect(remainingTime([...JOBS, job('new', ['end'])], expected, 2)).toEqual({
      seconds: 35,
      unknown: 1,
    });
    expect(remainingTime([job('new')], expected, 2)).toBeNull();
  });
});

it.each([
  [{seconds: 36.4, unknown: 0}, 'about 35 s left'],
  [{seconds: 2, unknown: 0}, 'about 5 s left'],
  [{seconds: 247, unknown: 0}, 'about 4 m 10 s left'],
  [{seconds: 3700, unknown: 0}, 'about 1 h 2 m left'],
  [{seconds: 60, unknown: 2}, 'about 1 m left or more'],
  [{seconds: 0.4, unknown: 0}, null],
  [null, null],
])('the time left in words of %j is %s', (remaining, words) => {
  expect(remainingWords(remaining)).toBe(words);
});
