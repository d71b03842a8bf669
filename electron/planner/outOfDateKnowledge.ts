import type {Provenance} from '../../shared/status';
import type {OutOfDateKnowledge} from './planRun';

/** What the planner wants to know of a check of provenance. */
export function outOfDateKnowledge(
  provenance: ReadonlyMap<string, Provenance>,
): OutOfDateKnowledge {
  const outOfDateActions = new Set<string>();
  const markedUpToDate = new Set<string>();
  for (const [action, found] of provenance) {
    if (found.kind === 'out-of-date') outOfDateActions.add(action);
    if (found.kind === 'up-to-date' && found.markedBecause !== null) markedUpToDate.add(action);
  }
  return {outOfDateActions, markedUpToDate};
}
