import type {ActionGraph} from '../../shared/graph';
import type {Project} from '../../shared/project';
import type {DeskStore} from '../state/deskStore';
import {foldedOf, type FoldedGraph} from '../groups/fold';
import {adoptLayout, knownLayout, requestLayout, structureKey} from './layoutCache';
import type {GraphLayout, LayoutInput} from './layoutGraph';
import {startWorker} from './layoutWorker';
import {structureHash} from './viewMemory';

/** Size of a node and of a folded group, in pixels. */
const NODE_SIZE = {width: 212, height: 62} as const;
const GROUP_SIZE = {width: 212, height: 78} as const;

/** What is laid out of a folded graph. */
export function layoutInput(shown: FoldedGraph): LayoutInput {
  return {
    nodes: shown.nodes.map(({id, kind}) => ({id, ...(kind === 'group' ? GROUP_SIZE : NODE_SIZE)})),
    edges: shown.edges.map(({from, to}) => [from, to]),
  };
}

/** Has the whole graph laid out and keeps the layout with the study; does nothing where it is known. */
async function layOutWhole(store: DeskStore, shown: FoldedGraph): Promise<void> {
  const input = layoutInput(shown);
  const key = structureKey(input);
  recallLayout(store, key, input);
  if (knownLayout(key) === null) keepLayout(store, key, await requestLayout(key, input));
}

const KEPT_LAYOUT = 'graph.layout';

/** Takes up the layout kept with the study, so that a study opened again is drawn at once. */
export function recallLayout(store: DeskStore, key: string, input: LayoutInput): void {
  const kept = store.getState().choices[KEPT_LAYOUT] ?? '';
  const hash = structureHash(key);
  if (!kept.startsWith(`${hash}:`)) return;
  const layout = decodeLayout(kept.slice(hash.length + 1), input);
  if (layout !== null) adoptLayout(key, layout);
}

/** Keeps the layout of the whole graph with the study. */
function keepLayout(store: DeskStore, key: string, layout: GraphLayout): void {
  const kept = `${structureHash(key)}:${encodeLayout(layout)}`;
  store.setState(({choices}) => ({choices: {...choices, [KEPT_LAYOUT]: kept}}));
}

/** A layout as kept with the study: places in the order of the structure's nodes. */
export function encodeLayout({nodes}: GraphLayout): string {
  return nodes.map(({x, y, column}) => `${Math.round(x)} ${Math.round(y)} ${column}`).join(',');
}

/** The layout kept for this structure; null where it is of another or can't be read. */
export function decodeLayout(text: string, input: LayoutInput): GraphLayout | null {
  const places = text.split(',');
  if (places.length !== input.nodes.length) return null;
  const nodes = input.nodes.flatMap((node, index) => {
    const [x, y, column] = (places[index] ?? '').split(' ').map(Number);
    if (x === undefined || y === undefined || column === undefined) return [];
    return [x, y, column].every(Number.isFinite) ? [{...node, x, y, column}] : [];
  });
  return nodes.length === input.nodes.length ? {nodes} : null;
}

/**
 * Gets the graph ready ahead of its first look: the worker while the host still reads the study, the
 * layout while the frame around it is drawn.
 */
export function preloadGraph(store: DeskStore): void {
  startWorker();
  store.subscribe(({study}, before) => {
    if (study === before.study || study === null) return;
    if (study.project === null || study.graph === null) return;
    void preload(store, study.project, study.graph);
  });
}

async function preload(store: DeskStore, project: Project, graph: ActionGraph): Promise<void> {
  try {
    await layOutWhole(store, foldedOf(project, graph));
  } catch {
    // the graph itself meets the same fault and shows it; whoever opened the study must not
  }
}
