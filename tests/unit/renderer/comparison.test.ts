import {expect, it} from 'vitest';
import {comparePlans} from '../../../renderer/plan/comparison';
import type {PlannedJob} from '../../../shared/plan';
import type {PlanPreview} from '../../../shared/preview';

const job = (action: string, reason: PlannedJob['reason']): PlannedJob => ({
  action,
  reason,
  neededBy: [],
  waitsFor: [],
});

const preview = (
  here: readonly PlannedJob[],
  there: readonly PlannedJob[],
  skipped: PlanPreview['plan']['skipped'] = [],
): PlanPreview => ({
  plan: {jobs: here, skipped},
  referencePlan: {jobs: there, skipped: []},
  reusedOutOfDate: [],
  reusedByTimes: [],
  jobs: [],
  images: [],
  expectedSeconds: null,
});

it('both plans side by side do not differ where the same jobs run', () => {
  const same = [job('a', 'never-run')];
  expect(comparePlans(preview(same, same))).toMatchObject({differ: false});
});

it('both plans side by side tell what only one of them would run', () => {
  const compared = comparePlans(
    preview(
      [job('a', 'never-run'), job('b', 'out-of-date'), job('c', 'forced')],
      [job('a', 'never-run'), job('d', 'failed-before')],
      [{action: 'd', reason: 'marked-up-to-date'}],
    ),
  );
  expect(compared).toMatchObject({differ: true});
  expect(compared.rows.map(({action, there, skipped}) => [action, there, skipped])).toEqual([
    ['a', true, null],
    ['b', false, null],
    ['c', false, null],
    ['d', true, 'marked-up-to-date'],
  ]);
});
