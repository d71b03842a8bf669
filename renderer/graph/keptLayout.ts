import type {DeskStore} from '../state/deskStore';
import {adoptLayout} from './layoutCache';
import type {GraphLayout, LayoutInput} from './layoutGraph';
import {structureHash} from './viewMemory';

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
export function keepLayout(store: DeskStore, key: string, layout: GraphLayout): void {
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
