import {formatPlural} from './format';
import type {PlanReason} from './plan';
import type {PlanPreview} from './preview';

/** Reasons of jobs that the reference would not make, as it compares neither times nor contents. */
const NEEDED_ONLY: ReadonlySet<PlanReason> = new Set<PlanReason>([
  'out-of-date',
  'upstream-out-of-date',
  'not-verified',
]);

/** What is said of a plan without jobs: that all is up to date only where all that was asked for is known to be. */
export function nothingPlanned(
  preview: Pick<PlanPreview, 'plan' | 'reusedOutOfDate' | 'reusedByTimes'>,
): string {
  const {plan, reusedOutOfDate, reusedByTimes} = preview;
  const takenOut = plan.skipped.filter(({reason}) => reason === 'taken-out').length;
  if (takenOut > 0) return `Nothing left to run: ${formatPlural(takenOut, 'action')} excluded.`;
  if (reusedOutOfDate.length > 0)
    return 'Nothing to run, but not everything is known to be up to date.';
  const byTimes = reusedByTimes.length;
  return `Everything is up to date${byTimes === 0 ? '' : `, ${formatPlural(byTimes, 'action')} by file times only`}.`;
}

/** Results of an earlier run that are out of date or not verified, counted. */
export function doubtfulResults(count: number): string {
  return `${formatPlural(count, 'result')} not known to be up to date`;
}

/** How many jobs of a plan `opensafely run` would leave alone, reusing results not known to be up to date. */
export function reusedByReference({plan, referencePlan}: PlanPreview): number {
  const there = new Set(referencePlan.jobs.map(({action}) => action));
  return plan.jobs.filter(({action, reason}) => !there.has(action) && NEEDED_ONLY.has(reason))
    .length;
}
