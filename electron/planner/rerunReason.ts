import type {PlanReason} from '../../shared/plan';
import type {ActionHistory} from './planRun';

/** All that decides whether one considered action runs. */
export interface RerunFacts {
  /** Named in the request itself, not through `run_all` or a need. */
  readonly requested: boolean;
  /** `-f`, or chosen by the user for this action. */
  readonly forced: boolean;
  readonly history: ActionHistory | undefined;
  /** The user declared it up to date (needed plan only). */
  readonly marked: boolean;
  readonly outOfDate: boolean;
  readonly upstreamOutOfDate: boolean;
}

/**
 * Why an action runs; null when it is left alone (RULES "Jobs of a request"). `forced` is only said of what
 * would otherwise be left alone, so that the reason tells what forcing adds.
 */
export function rerunReason(facts: RerunFacts): PlanReason | null {
  if (facts.requested) return 'requested';
  if (facts.history === undefined) return 'never-run';
  if (!facts.history.outputsPresent) return 'outputs-missing';
  if (facts.history.state === 'failed' && !facts.marked) return 'failed-before';
  if (facts.forced) return 'forced';
  if (facts.marked) return null;
  if (facts.outOfDate) return 'out-of-date';
  if (facts.upstreamOutOfDate) return 'upstream-out-of-date';
  return null;
}
