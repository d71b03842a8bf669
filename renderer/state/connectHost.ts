import type {CommandId} from '../../shared/commandTable';
import {applyHostEvent, type HostEvent} from './applyHostEvent';
import type {Desk} from './deskStore';

const HIDDEN_FLUSH_MS = 100;

const HEARD: readonly HostEvent['name'][] = [
  ...(['study:changed', 'statuses:changed', 'git:changed', 'run:event', 'runs:changed'] as const),
  ...(['queue:changed', 'unfinished:changed', 'check:progress', 'log:batch'] as const),
  ...([
    'pulls:changed',
    'shell:changed',
    'engine:changed',
    'update:changed',
    'runs:elsewhere',
  ] as const),
];

/**
 * Subscribes the store to the host, before the first request, so that no event in between is missed.
 * Events of one frame are applied together: 200 changes a second paint as often as the screen does.
 */
export function connectHost(desk: Desk, onMenu: (command: CommandId) => void): () => void {
  const {store, host} = desk;
  let queue: HostEvent[] = [];
  let scheduled = false;

  const flush = () => {
    if (!scheduled) return;
    scheduled = false;
    const events = queue;
    queue = [];
    store.setState((state) =>
      events.reduce((current, event) => ({...current, ...applyHostEvent(current, event)}), state),
    );
  };
  const take = (event: HostEvent) => {
    queue.push(event);
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(flush);
    // a hidden window draws no frames but must not pile up events
    setTimeout(flush, HIDDEN_FLUSH_MS);
  };
  const undo = [
    ...HEARD.map((name) => host.on(name, (payload) => take({name, payload} as HostEvent))),
    host.on('menu:command', onMenu),
  ];
  return () => undo.forEach((end) => end());
}
