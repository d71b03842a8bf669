import type {ActionGraph, Direction} from '../../shared/graph';
import {edgesBetween, type FoldedGraph, type FoldNode} from '../groups/fold';

/** Neighbours of a node that focus mode does not show, counted in actions. */
export interface Stubs {
  readonly upstream: number;
  readonly downstream: number;
}

/** The part of a folded graph that focus mode shows. */
export interface FocusedGraph extends FoldedGraph {
  /** By node id. */
  readonly stubs: ReadonlyMap<string, Stubs>;
}

/** An action with its direct neighbours, and the neighbours of what the user opened beyond them. */
export function focusActions(
  graph: ActionGraph,
  selection: string,
  opened: readonly string[],
): ReadonlySet<string> {
  const shown = new Set([selection]);
  for (const direction of ['upstream', 'downstream'] as const) {
    for (const name of graph[direction].get(selection) ?? []) shown.add(name);
  }
  opened.forEach((name) => shown.add(name));
  return shown;
}

/** The folded graph of these actions alone, the selected one out of its group. */
export function focusGraph(
  folded: FoldedGraph,
  graph: ActionGraph,
  shown: ReadonlySet<string>,
  selection: string,
): FocusedGraph {
  const nodes = folded.nodes.flatMap((node) => {
    const members = node.members.filter((name) => shown.has(name) && name !== selection);
    const alone = node.members.includes(selection) ? [singleNode(selection, node)] : [];
    return [...alone, ...trimNode(node, members)];
  });
  const nodeOf = new Map(nodes.flatMap(({id, members}) => members.map((name) => [name, id])));
  const stubs = new Map(
    nodes.map(({id, members}) => [
      id,
      {
        upstream: hiddenNeighbours(graph, members, 'upstream', shown).length,
        downstream: hiddenNeighbours(graph, members, 'downstream', shown).length,
      },
    ]),
  );
  return {nodes, nodeOf, edges: edgesBetween(nodeOf, graph), stubs};
}

/** The neighbours of these actions that are not shown. */
export function hiddenNeighbours(
  graph: ActionGraph,
  members: readonly string[],
  direction: Direction,
  shown: ReadonlySet<string>,
): readonly string[] {
  const hidden = new Set<string>();
  for (const member of members) {
    for (const name of graph[direction].get(member) ?? []) if (!shown.has(name)) hidden.add(name);
  }
  return [...hidden];
}

function singleNode(name: string, node: FoldNode): FoldNode {
  return {id: `action:${name}`, kind: 'action', label: name, image: node.image, members: [name]};
}

function trimNode(node: FoldNode, members: readonly string[]): readonly FoldNode[] {
  const [only] = members;
  if (only === undefined) return [];
  if (members.length === node.members.length) return [node];
  return members.length === 1 ? [singleNode(only, node)] : [{...node, members}];
}
