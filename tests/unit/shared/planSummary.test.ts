import {expect, it} from 'vitest';
import type {PlannedJob, PlanReason, SkipReason} from '../../../shared/plan';
import {nothingPlanned, reusedByReference} from '../../../shared/planSummary';
import type {PlanPreview} from '../../../shared/preview';

const NOTHING: PlanPreview = {
  plan: {jobs: [], skipped: []},
  referencePlan: {jobs: [], skipped: []},
  ...{reusedOutOfDate: [], reusedByTimes: [], jobs: [], images: [], expectedSeconds: null},
};

const skipped = (...reasons: readonly SkipReason[]) => ({
  plan: {jobs: [], skipped: reasons.map((reason, at) => ({action: `a${at}`, reason}))},
});

const job = (action: string, reason: PlanReason): PlannedJob => ({
  ...{action, reason, neededBy: [], waitsFor: []},
});

it('a plan without jobs says that all is up to date only where that is known of all', () => {
  const said = (parts: Partial<PlanPreview>) => nothingPlanned({...NOTHING, ...parts});
  const sure = 'Everything is up to date';
  expect(said(skipped('succeeded-before', 'restored'))).toBe(`${sure}.`);
  expect(said({reusedByTimes: ['a', 'b']})).toBe(`${sure}, 2 actions by file times only.`);
  for (const parts of [
    skipped('succeeded-before', 'taken-out'),
    {reusedOutOfDate: ['a']},
    {reusedOutOfDate: ['a'], reusedByTimes: ['b']},
  ])
    expect(said(parts)).toMatch(/^Nothing (left )?to run(?!.*and is up to date)/);
  expect(said(skipped('taken-out'))).toContain('1 action excluded');
});

it('counts what the reference would reuse, out of date or not verified', () => {
  const jobs = [
    ...[job('a', 'out-of-date'), job('b', 'upstream-out-of-date'), job('c', 'not-verified')],
    ...[job('d', 'forced'), job('e', 'requested')],
  ];
  const referencePlan = {jobs: [job('a', 'requested')], skipped: []};
  expect(reusedByReference({...NOTHING, plan: {jobs, skipped: []}, referencePlan})).toBe(2);
});
