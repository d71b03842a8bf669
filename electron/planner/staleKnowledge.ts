import type {Staleness} from '../../shared/status';
import type {StaleKnowledge} from './planRun';

/** What the planner wants to know of a check of staleness. */
export function staleKnowledge(staleness: ReadonlyMap<string, Staleness>): StaleKnowledge {
  const staleActions = new Set<string>();
  const markedUpToDate = new Set<string>();
  for (const [action, found] of staleness) {
    if (found.kind === 'stale') staleActions.add(action);
    if (found.kind === 'up-to-date' && found.markedBecause !== null) markedUpToDate.add(action);
  }
  return {staleActions, markedUpToDate};
}
