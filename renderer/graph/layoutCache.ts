import type {LayoutOrder, LayoutReply} from './layout.worker';
import {layoutGraph, type GraphLayout, type LayoutInput} from './layoutGraph';

/** Layouts that are kept; a study needs one, and one per neighbourhood looked at in focus mode. */
const KEPT = 40;

const known = new Map<string, GraphLayout>();
const waiting = new Map<string, ((layout: GraphLayout) => void)[]>();
let worker: Worker | null = null;

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

/** Lays out in the worker, each structure once. */
export function requestLayout(key: string, input: LayoutInput): Promise<GraphLayout> {
  const ready = known.get(key);
  if (ready !== undefined) return Promise.resolve(ready);
  // jsdom has no workers; the layout is the same function either way
  if (typeof Worker === 'undefined') return Promise.resolve(remember(key, layoutGraph(input)));
  return new Promise((resolve) => {
    const others = waiting.get(key);
    if (others !== undefined) {
      others.push(resolve);
      return;
    }
    waiting.set(key, [resolve]);
    const order: LayoutOrder = {key, input};
    startWorker().postMessage(order);
  });
}

/** Starts the worker ahead of the first request, while the study is still being read. */
export function startWorker(): Worker {
  if (worker !== null) return worker;
  worker = new Worker(new URL('./layout.worker.ts', import.meta.url), {type: 'module'});
  worker.addEventListener('message', (event: MessageEvent<LayoutReply>) => {
    settle(event.data.key, event.data.layout);
  });
  return worker;
}

function settle(key: string, layout: GraphLayout): void {
  remember(key, layout);
  const listeners = waiting.get(key) ?? [];
  waiting.delete(key);
  listeners.forEach((resolve) => resolve(layout));
}

function remember(key: string, layout: GraphLayout): GraphLayout {
  known.set(key, layout);
  const oldest = known.keys().next();
  if (known.size > KEPT && oldest.done !== true) known.delete(oldest.value);
  return layout;
}
