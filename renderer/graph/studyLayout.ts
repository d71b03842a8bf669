import type {ActionGraph} from '../../shared/graph';
import type {Project} from '../../shared/project';
import type {DeskStore} from '../state/deskStore';
import {foldStudy, type FoldedGraph} from './fold';
import {keepLayout, recallLayout} from './keptLayout';
import {knownLayout, requestLayout, structureKey} from './layoutCache';
import type {LayoutInput} from './layoutGraph';

/** Size of a node and of a folded group, in pixels. */
export const NODE_SIZE = {width: 204, height: 72} as const;
export const GROUP_SIZE = {width: 204, height: 84} as const;

const folded = new WeakMap<ActionGraph, FoldedGraph>();

/** The study's folded graph, folded once for each reading of project.yaml. */
export function foldedOf(project: Project, graph: ActionGraph): FoldedGraph {
  const known = folded.get(graph);
  if (known !== undefined) return known;
  const fresh = foldStudy(project.actions, graph);
  folded.set(graph, fresh);
  return fresh;
}

/** What is laid out of a folded graph. */
export function layoutInput(shown: FoldedGraph): LayoutInput {
  return {
    nodes: shown.nodes.map(({id, kind}) => ({id, ...(kind === 'group' ? GROUP_SIZE : NODE_SIZE)})),
    edges: shown.edges.map(({from, to}) => [from, to]),
  };
}

/** Has the whole graph laid out and keeps the layout with the study; does nothing where it is known. */
export async function layOutWhole(store: DeskStore, shown: FoldedGraph): Promise<void> {
  const input = layoutInput(shown);
  const key = structureKey(input);
  recallLayout(store, key, input);
  if (knownLayout(key) === null) keepLayout(store, key, await requestLayout(key, input));
}
