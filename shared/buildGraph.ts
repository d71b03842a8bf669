import type {ActionGraph} from './graph';

/** What the graph is made of: an action's name and what it needs. */
interface Needing {
  readonly name: string;
  readonly needs: readonly string[];
}

/** Builds the dependency graph of actions; needs that are no actions, and repeats, are left out. Ranks of a cycle end where it is met. */
export function buildGraph(actions: readonly Needing[]): ActionGraph {
  const names = [...new Set(actions.map(({name}) => name))];
  const upstream = new Map<string, string[]>(names.map((name) => [name, []]));
  const downstream = new Map<string, string[]>(names.map((name) => [name, []]));
  const built = new Set<string>();
  for (const {name, needs} of actions) {
    const above = upstream.get(name);
    // Two keys can come to the same name (`1` and `"1"`); the first counts.
    if (above === undefined || built.has(name)) continue;
    built.add(name);
    for (const need of needs.length > 1 ? new Set(needs) : needs) {
      const below = downstream.get(need);
      if (below === undefined) continue;
      above.push(need);
      below.push(name);
    }
  }
  // Needs of one action are put in the order of the file.
  const place = new Map(names.map((name, index) => [name, index]));
  for (const above of upstream.values()) {
    if (above.length < 2) continue;
    above.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  }
  return {names, upstream, downstream, rank: ranksOf(names, upstream, downstream)};
}

function ranksOf(
  names: readonly string[],
  upstream: ReadonlyMap<string, readonly string[]>,
  downstream: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, number> {
  const rank = new Map<string, number>();
  const waiting = new Map(names.map((name) => [name, upstream.get(name)?.length ?? 0]));
  const ready = names.filter((name) => waiting.get(name) === 0);
  for (const name of ready) rank.set(name, 0);
  for (let next = 0; next < ready.length; next += 1) {
    const name = ready[next] ?? '';
    for (const below of downstream.get(name) ?? []) {
      rank.set(below, Math.max(rank.get(below) ?? 0, (rank.get(name) ?? 0) + 1));
      const left = (waiting.get(below) ?? 0) - 1;
      waiting.set(below, left);
      if (left === 0) ready.push(below);
    }
  }
  for (const name of names) if (!rank.has(name)) rank.set(name, 0);
  return new Map(names.map((name) => [name, rank.get(name) ?? 0]));
}
