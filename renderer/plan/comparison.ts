import type {PlannedJob, SkipReason} from '../../shared/plan';
import type {PlanPreview} from '../../shared/preview';

/** Why an action gets no job, in words. */
export const SKIP_WORDS: Readonly<Record<SkipReason, string>> = {
  'succeeded-before': 'succeeded before',
  'taken-out': 'excluded by you',
  'marked-up-to-date': 'marked as up to date',
  restored: 'restored from the cache',
  supplied: 'supplied, not made here',
};

/** One action in the plan here, in the reference's, or in both. */
export interface ComparedRow {
  readonly action: string;
  /** The job here; null where only the reference would run it. */
  readonly job: PlannedJob | null;
  /** Its place in the order of start, from 1; null without a job. */
  readonly number: number | null;
  /** Why it is left out here, where it is. */
  readonly skipped: SkipReason | null;
  /** `opensafely run` would run it too. */
  readonly there: boolean;
}

/** The two plans of a preview side by side: the jobs here in their order, then what only the reference would run. */
export function comparePlans({plan, referencePlan}: PlanPreview) {
  const there = new Set(referencePlan.jobs.map(({action}) => action));
  const here = new Set(plan.jobs.map(({action}) => action));
  const skipped = new Map(plan.skipped.map(({action, reason}) => [action, reason]));
  const rows: readonly ComparedRow[] = [
    ...plan.jobs.map((job, index) => ({
      action: job.action,
      job,
      number: index + 1,
      skipped: null,
      there: there.has(job.action),
    })),
    ...referencePlan.jobs
      .filter(({action}) => !here.has(action))
      .map(({action}) => ({
        action,
        job: null,
        number: null,
        skipped: skipped.get(action) ?? 'taken-out',
        there: true,
      })),
  ];
  return {rows, differ: rows.some(({job, there: too}) => job === null || !too)};
}
