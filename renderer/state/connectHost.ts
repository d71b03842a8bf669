import type {CommandId} from '../../shared/commands';
import type {Events} from '../../shared/contract/events';
import {applyHostEvent, type HostEvent} from './applyHostEvent';
import type {Desk} from './deskStore';

const HIDDEN_FLUSH_MS = 100;

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
  const hear = <N extends HostEvent['name']>(
    name: N,
    wrap: (payload: Events[N]) => HostEvent,
  ): (() => void) => host.on(name, (payload) => take(wrap(payload)));

  const undo = [
    hear('study:changed', (payload) => ({name: 'study:changed', payload})),
    hear('statuses:changed', (payload) => ({name: 'statuses:changed', payload})),
    hear('git:changed', (payload) => ({name: 'git:changed', payload})),
    hear('run:event', (payload) => ({name: 'run:event', payload})),
    hear('runs:changed', (payload) => ({name: 'runs:changed', payload})),
    hear('queue:changed', (payload) => ({name: 'queue:changed', payload})),
    hear('unfinished:changed', (payload) => ({name: 'unfinished:changed', payload})),
    hear('log:batch', (payload) => ({name: 'log:batch', payload})),
    hear('pulls:changed', (payload) => ({name: 'pulls:changed', payload})),
    hear('shell:changed', (payload) => ({name: 'shell:changed', payload})),
    hear('engine:changed', (payload) => ({name: 'engine:changed', payload})),
    host.on('menu:command', onMenu),
  ];
  return () => undo.forEach((end) => end());
}
