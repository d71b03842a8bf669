import {useEffect, useEffectEvent, type KeyboardEvent, type RefObject} from 'react';
import type {CommandId} from '../../shared/commandTable';
import {commandOfKey} from '../commands/keys';
import {useDesk, useDeskState} from '../state/deskStore';
import {howOf, pick} from '../state/selection';
import type {FoldNode} from '../groups/fold';
import type {GraphModel} from './useGraphModel';
import {walk, type Step} from './walk';

const STEPS: Readonly<Record<string, Step>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** What the single letters of the graph do. */
export interface GraphCommands {
  /** Unfolds or folds a group. */
  readonly toggle: (group: FoldNode) => void;
  readonly upstream: () => void;
  readonly downstream: () => void;
  readonly focus: () => void;
  readonly fit: () => void;
  readonly zoomToSelection: () => void;
  readonly zoomBy: (factor: number) => void;
  /** Brings a node into view where it is not. */
  readonly reveal: (node: string) => void;
  /** True when there was something to step out of. */
  readonly stepOut: () => boolean;
}

/** The graph's keys: letters anywhere in the window, arrows and Enter on a node. */
export function useGraphKeys(
  model: GraphModel | null,
  surface: RefObject<HTMLElement | null>,
  commands: GraphCommands,
): (event: KeyboardEvent) => void {
  const {store} = useDesk();

  useEffect(() => {
    const deeds: Readonly<Partial<Record<CommandId, () => void>>> = {
      'graph-upstream': commands.upstream,
      'graph-downstream': commands.downstream,
      'graph-focus': commands.focus,
      'graph-zoom': commands.zoomToSelection,
      'graph-fit': commands.fit,
      'graph-larger': () => commands.zoomBy(1.25),
      'graph-smaller': () => commands.zoomBy(0.8),
    };
    const onKey = (event: globalThis.KeyboardEvent): void => {
      const id = commandOfKey(event);
      if (id === null || store.getState().dialog !== null) return;
      if (id === 'step-out' && commands.stepOut()) event.stopPropagation();
      else deeds[id]?.();
    };
    // before the window's keys: Escape first leaves focus mode
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [commands, store]);

  const focusNode = (id: string): void => {
    const elements = surface.current?.querySelectorAll<HTMLElement>('[data-node]') ?? [];
    [...elements].find(({dataset}) => dataset['node'] === id)?.focus({preventScroll: true});
  };

  // where the keyboard is in the graph, it goes along with a selection made elsewhere
  const selection = useDeskState((state) => state.selection);
  const follow = useEffectEvent((action: string | null) => {
    const active = document.activeElement;
    const id = action === null ? undefined : model?.shown.nodeOf.get(action);
    if (id === undefined || !isNodeIn(surface.current, active)) return;
    if (active?.getAttribute('data-node') !== id) focusNode(id);
  });
  useEffect(() => follow(selection), [selection]);

  return (event) => {
    const active = document.activeElement;
    const node = active?.getAttribute('data-node') ?? null;
    if (model === null || node === null) return;
    if ((event.key === 'Enter' || event.key === ' ') && active?.getAttribute('role') === 'button') {
      event.preventDefault();
      const group = model.nodeById.get(node);
      if (event.key === 'Enter' && group?.kind === 'group') commands.toggle(group);
      else if (group !== undefined) pick(store, group.members, howOf(event));
      return;
    }
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = walk(model.shown, model.places, node, step);
    if (next === null) return;
    const target = model.nodeById.get(next);
    // with Shift or Ctrl what is selected stays so
    if (target !== undefined) pick(store, target.members, howOf(event) === 'one' ? 'one' : 'range');
    commands.reveal(next);
    focusNode(next);
  };
}

function isNodeIn(surface: HTMLElement | null, element: Element | null): boolean {
  return element?.hasAttribute('data-node') === true && surface?.contains(element) === true;
}
