import type {ActionGraph} from '../../shared/graph';

/** Which way along the edges. */
export type Direction = 'upstream' | 'downstream';

/** Everything that can be reached from an action along its edges, without the action itself. */
export function reach(
  graph: ActionGraph,
  action: string,
  direction: Direction,
): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [action];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const next of graph[direction].get(name) ?? []) {
      if (seen.has(next) || next === action) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen;
}
