import {reach, type ActionGraph, type Direction} from '../../shared/graph';
import type {FoldedGraph} from '../groups/fold';
import {edgeKey} from './routeEdges';

/** How strongly a node or an edge is drawn. */
export type Tone = 'plain' | 'lineage' | 'faint';

/** Which side of the selection is highlighted. */
export type Highlight = 'both' | 'upstream' | 'downstream';

/** The actions to highlight: the selection with everything up- and downstream of it. */
export interface Lineage {
  readonly upstream: ReadonlySet<string>;
  readonly downstream: ReadonlySet<string>;
}

const NOBODY: ReadonlySet<string> = new Set();

/** What is up- and downstream of the selection, as far as the user wants it highlighted. */
export function lineageOf(
  graph: ActionGraph,
  selected: readonly string[],
  highlight: Highlight,
): Lineage {
  const side = (direction: Direction): ReadonlySet<string> => {
    const next = (name: string) => graph[direction].get(name) ?? [];
    return reach(selected.flatMap(next), next);
  };
  return {
    upstream: highlight === 'downstream' ? NOBODY : side('upstream'),
    downstream: highlight === 'upstream' ? NOBODY : side('downstream'),
  };
}

/** Tones of all nodes: faint where the query leaves them out, or where a selection has nothing to do with them. */
export function nodeTones(
  folded: FoldedGraph,
  selection: string | null,
  lineage: Lineage | null,
  matches: ReadonlySet<string> | null,
): ReadonlyMap<string, Tone> {
  const tones = new Map<string, Tone>();
  const inLineage = (name: string): boolean =>
    name === selection ||
    lineage?.upstream.has(name) === true ||
    lineage?.downstream.has(name) === true;
  for (const {id, members} of folded.nodes) {
    const left = matches === null ? members : members.filter((name) => matches.has(name));
    if (left.length === 0) tones.set(id, 'faint');
    else if (lineage !== null) tones.set(id, members.some(inLineage) ? 'lineage' : 'plain');
    else tones.set(id, 'plain');
  }
  return tones;
}

/** The edges between nodes along which the lineage runs. */
export function lineageEdges(
  folded: FoldedGraph,
  graph: ActionGraph,
  selection: string,
  lineage: Lineage,
): ReadonlySet<string> {
  const keys = new Set<string>();
  const add = (need: string, name: string): void => {
    const from = folded.nodeOf.get(need);
    const to = folded.nodeOf.get(name);
    if (from !== undefined && to !== undefined) keys.add(edgeKey(from, to));
  };
  const {upstream, downstream} = lineage;
  for (const name of [selection, ...upstream]) {
    if (name === selection && upstream.size === 0) continue;
    for (const need of graph.upstream.get(name) ?? []) add(need, name);
  }
  for (const name of downstream) {
    for (const need of graph.upstream.get(name) ?? []) {
      if (need === selection || downstream.has(need)) add(need, name);
    }
  }
  return keys;
}
