import {layoutGraph, type GraphLayout, type LayoutInput} from './layoutGraph';

/** A layout to be made; `key` names the structure it is for. */
export interface LayoutOrder {
  readonly key: string;
  readonly input: LayoutInput;
}

/** The layout of an order. */
export interface LayoutReply {
  readonly key: string;
  readonly layout: GraphLayout;
}

self.addEventListener('message', (event: MessageEvent<LayoutOrder>) => {
  const reply: LayoutReply = {key: event.data.key, layout: layoutGraph(event.data.input)};
  self.postMessage(reply);
});

// laid out once before the first order comes, which then takes half the time: the code is compiled
layoutGraph({
  nodes: Array.from({length: 60}, (_, index) => ({id: String(index), width: 212, height: 62})),
  edges: Array.from({length: 120}, (_, index) => [
    String(index % 7),
    String(7 + ((index * 5) % 53)),
  ]),
});
