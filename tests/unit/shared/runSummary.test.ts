import {expect, it} from 'vitest';
import type {JobState} from '../../../shared/job';
import {runSummary} from '../../../shared/runSummary';

const jobs = (counts: Partial<Record<JobState, number>>): readonly {readonly state: JobState}[] =>
  Object.entries(counts).flatMap(([state, count]) =>
    Array.from({length: count}, () => ({state: state as JobState})),
  );

it.each([
  [{succeeded: 6}, false, 'Succeeded: 6 of 6'],
  [{failed: 4, blocked: 2}, false, 'Failed: 4 of 6, 2 blocked'],
  [{succeeded: 3, failed: 1, blocked: 2}, false, 'Failed: 1 of 6, 2 blocked'],
  [
    {failed: 1, 'not-started': 3, cancelled: 2},
    false,
    'Failed: 1 of 6, 2 cancelled, 3 not started',
  ],
  [{succeeded: 2, 'not-started': 4}, true, 'Stopped: 2 of 6 succeeded, 4 not started'],
  [
    {succeeded: 1, failed: 1, cancelled: 1, 'not-started': 3},
    true,
    'Stopped: 1 of 6 succeeded, 1 failed, 1 cancelled, 3 not started',
  ],
  [
    {succeeded: 2, 'cut-off': 1, 'not-started': 3},
    false,
    'Not finished: 2 of 6 succeeded, 1 cut off, 3 not started',
  ],
  [{cancelled: 1, blocked: 1}, false, 'Not finished: 0 of 2 succeeded, 1 cancelled, 1 blocked'],
  [
    {succeeded: 1, running: 1, waiting: 1},
    false,
    'Under way: 1 of 3 succeeded, 1 running, 1 waiting',
  ],
  [{succeeded: 2191}, false, 'Succeeded: 2,191 of 2,191'],
] as const)('the sentence on how a run ended %j, stopped %s: %s', (counts, cancelled, words) => {
  expect(runSummary(jobs(counts), cancelled)).toBe(words);
});

it('the sentence on how a run ended counts nothing but what failed by itself as failed', () => {
  for (const state of ['blocked', 'not-started', 'cut-off', 'cancelled'] as const)
    expect(runSummary(jobs({[state]: 2, succeeded: 1}), false)).not.toMatch(/^Failed/);
});
