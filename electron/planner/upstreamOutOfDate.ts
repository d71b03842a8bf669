import {reach, type ActionGraph} from '../../shared/graph';
import type {ActionHistory, OutOfDateKnowledge} from './planRun';

/**
 * Actions downstream of something that is out of date or has to be made anew. An action the user
 * marked up to date stops it, and so does one taken out, whose outputs stay what they are.
 */
export function upstreamOutOfDate(
  graph: ActionGraph,
  history: ReadonlyMap<string, ActionHistory>,
  stale: OutOfDateKnowledge,
  takenOut: ReadonlySet<string>,
): ReadonlySet<string> {
  const passesOn = (action: string): boolean =>
    !stale.markedUpToDate.has(action) && !takenOut.has(action);
  const isSource = (action: string): boolean => {
    const last = history.get(action);
    const usable = last?.state === 'succeeded' && last.outputsPresent;
    return passesOn(action) && (stale.outOfDateActions.has(action) || !usable);
  };
  const dependants = (action: string): readonly string[] => graph.downstream.get(action) ?? [];
  const sources = graph.names.filter(isSource);
  return reach(sources.flatMap(dependants), (action) =>
    passesOn(action) ? dependants(action) : [],
  );
}
