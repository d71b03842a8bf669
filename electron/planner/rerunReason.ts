import {reach, type ActionGraph} from '../../shared/graph';
import type {PlanReason} from '../../shared/plan';
import {assertNever} from '../../shared/result';
import type {Provenance} from '../../shared/status';

/** What is left of an action's last uncancelled job. */
export interface ActionHistory {
  readonly state: 'succeeded' | 'failed';
  /** Every output file recorded for that job is still on disk; true for a job without outputs. */
  readonly outputsPresent: boolean;
  /** Its outputs were put back from the cache, or came from elsewhere, instead of being made again. */
  readonly reused?: 'restored' | 'supplied';
}

/** Whether what needs an action can be given its outputs as they are. */
export function isUsable(history: ActionHistory | undefined): boolean {
  return history?.state === 'succeeded' && history.outputsPresent;
}

/** What the needed plan knows beyond the reference's; none of it counts without `includeStale`. */
export interface OutOfDateKnowledge {
  /** Actions out of date by themselves; what follows from them downstream is worked out here. */
  readonly outOfDateActions: ReadonlySet<string>;
  /** Actions of which is not known whether they are up to date; they are made anew like those that are not. */
  readonly notVerifiedActions: ReadonlySet<string>;
  /** Actions that the user declared up to date, or supplied with outputs. */
  readonly markedUpToDate: ReadonlySet<string>;
}

/** Whether the user's word keeps an action from being run: not over a failed attempt, nor where outputs are gone. */
export function isVouchedFor(
  {markedUpToDate}: OutOfDateKnowledge,
  history: ReadonlyMap<string, ActionHistory>,
  action: string,
): boolean {
  return markedUpToDate.has(action) && isUsable(history.get(action));
}

/** No knowledge of provenance: what the reference plans with. */
export const NOTHING_KNOWN: OutOfDateKnowledge = {
  outOfDateActions: new Set(),
  notVerifiedActions: new Set(),
  markedUpToDate: new Set(),
};

/** What the planner wants to know of a check, which names every action or leaves it not verified. */
export function outOfDateKnowledge(
  actions: readonly string[],
  provenance: ReadonlyMap<string, Provenance>,
): OutOfDateKnowledge {
  const outOfDateActions = new Set<string>();
  const notVerifiedActions = new Set<string>();
  const markedUpToDate = new Set<string>();
  for (const action of actions) {
    const found = provenance.get(action) ?? {kind: 'checking'};
    switch (found.kind) {
      case 'out-of-date':
        outOfDateActions.add(action);
        break;
      case 'not-verified':
        // what is only said of actions upstream follows from those, unless they are taken out
        if (
          found.reasons.length === 0 ||
          found.reasons.some((reason) => reason.action === undefined)
        )
          notVerifiedActions.add(action);
        break;
      case 'never-run':
      case 'checking':
        notVerifiedActions.add(action);
        break;
      case 'up-to-date':
        if (found.markedBecause !== null) markedUpToDate.add(action);
        break;
      case 'supplied':
        markedUpToDate.add(action);
        break;
      case 'up-to-date-by-times':
      case 'upstream-out-of-date':
      // nothing is planned before they are mended
      case 'has-errors':
        break;
      default:
        assertNever(found);
    }
  }
  return {outOfDateActions, notVerifiedActions, markedUpToDate};
}

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
  readonly notVerified: boolean;
  readonly upstreamOutOfDate: boolean;
}

/**
 * Why an action runs; null when it is left alone (RULES "Jobs of a request"). `forced` is only said of what
 * would otherwise be left alone, so that the reason shows what forcing adds.
 */
export function rerunReason(facts: RerunFacts): PlanReason | null {
  if (facts.requested) return 'requested';
  if (facts.history === undefined) return 'never-run';
  if (!facts.history.outputsPresent) return 'outputs-missing';
  if (facts.history.state === 'failed') return 'failed-before';
  if (facts.forced) return 'forced';
  if (facts.marked) return null;
  if (facts.outOfDate) return 'out-of-date';
  if (facts.notVerified) return 'not-verified';
  if (facts.upstreamOutOfDate) return 'upstream-out-of-date';
  return null;
}

/**
 * Actions downstream of something that is out of date, not verified or has to be made anew. An action the user
 * marked up to date stops it, and so does one taken out, whose outputs stay what they are.
 */
export function upstreamOutOfDate(
  graph: ActionGraph,
  history: ReadonlyMap<string, ActionHistory>,
  known: OutOfDateKnowledge,
  takenOut: ReadonlySet<string>,
): ReadonlySet<string> {
  const passesOn = (action: string): boolean =>
    !isVouchedFor(known, history, action) && !takenOut.has(action);
  const isSource = (action: string): boolean => {
    const doubted = known.outOfDateActions.has(action) || known.notVerifiedActions.has(action);
    return passesOn(action) && (doubted || !isUsable(history.get(action)));
  };
  const dependants = (action: string): readonly string[] => graph.downstream.get(action) ?? [];
  const sources = graph.names.filter(isSource);
  return reach(sources.flatMap(dependants), (action) =>
    passesOn(action) ? dependants(action) : [],
  );
}
