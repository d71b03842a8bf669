/** The actions of a study as a dependency graph; names are keys, lists are in file order without repeats. */
export interface ActionGraph {
  readonly names: readonly string[];
  /** What each action needs directly. */
  readonly upstream: ReadonlyMap<string, readonly string[]>;
  /** What needs each action directly. */
  readonly downstream: ReadonlyMap<string, readonly string[]>;
  /** Longest path from an action without needs, from 0. */
  readonly rank: ReadonlyMap<string, number>;
}

/** Which way along the edges. */
export type Direction = 'upstream' | 'downstream';

/**
 * Walks from some actions to everything that can be reached from them: the actions themselves and all that `next`
 * leads to, each once, in no order that means anything. A `next` that answers nothing for an action ends the walk
 * there; circles end too. As it goes only as far as it is asked, a search may stop at what it looked for.
 */
export function* walk(
  from: Iterable<string>,
  next: (action: string) => Iterable<string> | undefined,
): Generator<string, void, undefined> {
  const seen = new Set(from);
  // what is added while a set is looked through comes later in it
  for (const action of seen) {
    yield action;
    for (const reached of next(action) ?? []) seen.add(reached);
  }
}

/** Everything that a walk meets, its start included (see {@link walk}). */
export function reach(
  from: Iterable<string>,
  next: (action: string) => Iterable<string> | undefined,
): ReadonlySet<string> {
  return new Set(walk(from, next));
}

/** All that an action needs, or all that needs it, directly or through others; without the action itself. */
export function beyond(
  graph: ActionGraph,
  action: string,
  direction: Direction,
): ReadonlySet<string> {
  const edges = graph[direction];
  const reached = new Set(walk([action], (name) => edges.get(name)));
  reached.delete(action);
  return reached;
}
