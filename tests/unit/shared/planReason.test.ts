import {expect, it} from 'vitest';
import {notVerifiedReason} from '../../../shared/outOfDateReason';
import type {PlannedJob} from '../../../shared/plan';
import {planReasonText} from '../../../shared/planReason';

import type {PreviewedJob} from '../../../shared/preview';
import type {OutOfDateReason} from '../../../shared/status';

const now = new Date('2026-03-03T12:00:00Z');
const MODEL: OutOfDateReason = {
  kind: 'code',
  message: '`analysis/model.R` changed (3 lines, first line 41)',
  path: 'analysis/model.R',
  changedAt: '2026-03-03T11:48:00Z',
};

function text(
  reason: PlannedJob['reason'],
  told: Partial<PreviewedJob> = {},
  more: Partial<PlannedJob> = {},
): string {
  const job: PlannedJob = {action: 'x', reason, neededBy: [], waitsFor: [], ...more};
  const previewed: PreviewedJob = {
    action: 'x',
    outOfDateReasons: [],
    missing: [],
    endedAt: null,
    endedAs: null,
    endedBecause: '',
    expectedSeconds: null,
    overwrites: [],
    ...told,
  };
  return planReasonText(job, previewed, now);
}

it('why a job is planned, in words names the file, when and how much, and how many changes more', () => {
  const words = '`analysis/model.R` changed 12 minutes ago (3 lines, first line 41)';
  expect(text('out-of-date', {outOfDateReasons: [MODEL]})).toBe(words);
  expect(text('out-of-date', {outOfDateReasons: [MODEL, MODEL]})).toBe(
    `${words} and 1 more change`,
  );
  const changed = {outOfDateReasons: [MODEL], endedAs: 'succeeded'} as const;
  expect(text('requested', changed)).toBe(words);
  const lost = notVerifiedReason('`data.csv` cannot be read');
  expect(text('not-verified', {outOfDateReasons: [lost, lost, lost]})).toBe(
    '`data.csv` cannot be read and 2 more reasons',
  );
  expect(text('forced', {outOfDateReasons: [MODEL]})).toBe(`forced: ${words}`);
  expect(text('requested', {endedAs: 'succeeded'})).toBe('you chose it');
});

it('why a job is planned, in words names the outputs that are missing, and when it failed', () => {
  expect(text('outputs-missing', {missing: ['output/a.csv']})).toBe(
    'its output `output/a.csv` is missing',
  );
  expect(text('outputs-missing', {missing: ['output/a.csv', 'output/b.csv']})).toBe(
    '2 outputs missing, `output/a.csv` among them',
  );
  const endedAt = '2026-03-03T09:00:00Z';
  expect(text('failed-before', {endedAt, endedAs: 'failed'})).toBe('failed 3 h ago');
  // what never began has not failed
  expect(text('failed-before', {endedAt, endedAs: 'blocked'})).toBe('blocked 3 h ago');
  expect(text('failed-before', {endedAt, endedAs: 'cut-off'})).toBe('cut off 3 h ago');
  expect(text('never-run', {endedAs: 'cancelled'})).toBe('cancelled before it finished');
  // what the user chose has the reason that list and inspector give
  expect(text('requested', {endedAt, endedAs: 'failed', outOfDateReasons: [MODEL]})).toBe(
    'failed 3 h ago',
  );
  expect(text('requested', {endedAs: 'cancelled'})).toBe('cancelled before it finished');
  // what never began because another failed is neither cancelled nor never run
  const first = {endedAs: 'not-started', endedBecause: 'Not started: clean failed first'} as const;
  for (const reason of ['requested', 'never-run', 'failed-before'] as const)
    expect(text(reason, first)).toBe('not started: clean failed first');
  const stopped = {endedAs: 'cancelled', endedBecause: 'Stopped because clean failed'} as const;
  expect(text('never-run', stopped)).toBe('cancelled because clean failed');
  expect(text('requested')).toBe('never run');
  expect(text('requested', {endedAs: 'succeeded', missing: ['output/a.csv']})).toBe(
    'its output `output/a.csv` is missing',
  );
  expect(text('never-run', {}, {neededBy: ['table']})).toBe('never run, needed by `table`');
});

it('why a job is planned, in words names what it follows where that runs again', () => {
  expect(text('upstream-out-of-date', {}, {waitsFor: ['extract']})).toBe(
    'runs after `extract`, which runs again',
  );
  expect(text('upstream-out-of-date')).toBe('upstream out of date');
});
