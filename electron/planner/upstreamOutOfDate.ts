import type {ActionGraph} from '../../shared/graph';
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
  const reached = new Set<string>();
  const queue = graph.names.filter(isSource);
  for (let action = queue.pop(); action !== undefined; action = queue.pop())
    for (const dependant of graph.downstream.get(action) ?? [])
      if (!reached.has(dependant)) {
        reached.add(dependant);
        if (passesOn(dependant)) queue.push(dependant);
      }
  return reached;
}
