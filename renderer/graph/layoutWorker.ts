import type {LayoutOrder, LayoutReply} from './layout.worker';
import type {GraphLayout, LayoutInput} from './layoutGraph';

/** The largest real study takes a third of a second; what takes this long, in ms, does not end. */
const LONGEST = 20_000;

interface Waiting {
  readonly resolve: (layout: GraphLayout) => void;
  readonly reject: (fault: Error) => void;
  readonly timer: number;
}

const waiting = new Map<string, Waiting>();
let worker: Worker | null = null;

/** Has a structure laid out in the worker; rejects when the worker fails or does not end. */
export async function layOut(key: string, input: LayoutInput): Promise<GraphLayout> {
  if (typeof Worker === 'undefined') {
    // jsdom has no workers; the layout is the same function either way
    const {layoutGraph} = await import('./layoutGraph');
    return layoutGraph(input);
  }
  return new Promise((resolve, reject) => {
    const timer = window.setTimeout(
      () => giveUp(new Error('The layout of the graph did not end.')),
      LONGEST,
    );
    waiting.set(key, {resolve, reject, timer});
    const order: LayoutOrder = {key, input};
    startWorker().postMessage(order);
  });
}

/** Starts the worker ahead of the first order, while the study is still being read. */
export function startWorker(): Worker {
  if (worker !== null) return worker;
  const started = new Worker(new URL('./layout.worker.ts', import.meta.url), {type: 'module'});
  worker = started;
  started.addEventListener('message', ({data}: MessageEvent<LayoutReply>) => {
    const order = waiting.get(data.key);
    waiting.delete(data.key);
    window.clearTimeout(order?.timer);
    order?.resolve(data.layout);
  });
  started.addEventListener('error', ({message}) => {
    // one that was ended may still report a fault: what its successor is to do is not lost by that
    if (worker === started) giveUp(new Error(`The layout of the graph failed: ${message}`));
  });
  return started;
}

/** Ends the worker with all it was asked for; the next order starts a new one. */
function giveUp(fault: Error): void {
  worker?.terminate();
  worker = null;
  for (const {reject, timer} of waiting.values()) {
    window.clearTimeout(timer);
    reject(fault);
  }
  waiting.clear();
}
