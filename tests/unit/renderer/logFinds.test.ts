import {expect, it} from 'vitest';
import {
  isPlace,
  marksOf,
  placeFrom,
  withFound,
  type LogFinds,
} from '../../../renderer/log/logFinds';
import {formatSince} from '../../../renderer/log/timeColumn';

function found(jobId: string, count: number, lines: readonly number[]) {
  return {searchId: 's', jobId, action: 'a', runId: 'r', count, lines, first: null, searched: 9};
}

it('puts what is told bit by bit together, in the order of lines', () => {
  let finds: LogFinds = new Map();
  finds = withFound(finds, found('j1', 2, [1, 7]));
  finds = withFound(finds, found('j2', 1, [3]));
  finds = withFound(finds, found('j1', 4, [5, 9]));
  expect(finds.get('j1')).toMatchObject({count: 4, lines: [1, 5, 7, 9]});
  expect([...finds.keys()]).toEqual(['j1', 'j2']);
});

it('finds the place at a line or behind it, and begins anew behind the last', () => {
  expect([0, 3, 4, 8, 9].map((seq) => placeFrom([3, 8], seq))).toEqual([0, 0, 1, 1, 0]);
  expect([3, 4, 8].map((seq) => isPlace([3, 8], seq))).toEqual([true, false, true]);
  expect(isPlace([], 0)).toBe(false);
});

it('has no more marks than can be told apart', () => {
  const lines = Array.from({length: 5000}, (_, line) => line);
  expect(marksOf(lines, 10_000, 100)).toHaveLength(50);
  expect(marksOf([0, 9999], 10_000, 100)).toEqual([0.005, 0.995]);
});

it.each([
  [0, '+0.0'],
  [0.44, '+0.4'],
  [59.97, '+1:00.0'],
  [62.4, '+1:02.4'],
  [3602.4, '+1:00:02.4'],
  [-0.5, '−0.5'],
])('writes %s seconds since the start as %s', (seconds, words) => {
  expect(formatSince(seconds)).toBe(words);
});
