import type {GraphLayout, LayoutInput} from './layoutGraph';
import {layOut} from './layoutWorker';

/** Layouts that are kept; a study needs one, and one per neighbourhood looked at in focus mode. */
const KEPT = 40;

const known = new Map<string, GraphLayout>();
const underWay = new Map<string, Promise<GraphLayout>>();

/** Names the structure of a graph: same nodes, sizes and edges, same key. States play no part. */
export function structureKey(input: LayoutInput): string {
  const nodes = input.nodes.map(({id, width, height}) => `${id}|${width}|${height}`);
  const edges = input.edges.map(([from, to]) => `${from}>${to}`);
  return `${nodes.join('\n')}\n\n${edges.join('\n')}`;
}

/** The layout made earlier for this structure, if any. */
export function knownLayout(key: string): GraphLayout | null {
  return known.get(key) ?? null;
}

/** Takes up a layout kept from an earlier session. */
export function adoptLayout(key: string, layout: GraphLayout): void {
  if (!known.has(key)) remember(key, layout);
}

/** Lays out each structure once; rejects where that fails, and tries again when asked again. */
export function requestLayout(key: string, input: LayoutInput): Promise<GraphLayout> {
  const ready = known.get(key);
  if (ready !== undefined) return Promise.resolve(ready);
  const before = underWay.get(key);
  if (before !== undefined) return before;
  const layout = layOut(key, input)
    .then((made) => remember(key, made))
    .finally(() => underWay.delete(key));
  underWay.set(key, layout);
  return layout;
}

function remember(key: string, layout: GraphLayout): GraphLayout {
  known.set(key, layout);
  const oldest = known.keys().next();
  if (known.size > KEPT && oldest.done !== true) known.delete(oldest.value);
  return layout;
}
