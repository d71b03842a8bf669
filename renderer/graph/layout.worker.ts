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
