import {useEffect} from 'react';
import {runCommand} from '../commands/commands';
import {useDesk} from '../state/deskStore';

/** A key and what it does, for the sheet under `?` and for tooltips. */
export interface KeyBinding {
  readonly id: string;
  /** As shown, e.g. `Shift+R`; `Mod` reads Ctrl or ⌘. */
  readonly keys: string;
  readonly does: string;
  readonly group: 'Go to' | 'Run' | 'Graph' | 'Everywhere';
}

/** The keyboard map. Keys of the graph itself are handled by renderer/graph. */
export const KEY_BINDINGS: readonly KeyBinding[] = [
  {id: 'command-palette', keys: 'Mod+K', does: 'Find anything', group: 'Everywhere'},
  {id: 'find', keys: '/', does: 'Filter actions', group: 'Everywhere'},
  {id: 'settings', keys: 'Mod+,', does: 'Settings', group: 'Everywhere'},
  {id: 'save-project-file', keys: 'Mod+S', does: 'Save project.yaml', group: 'Everywhere'},
  {id: 'keyboard-help', keys: '?', does: 'List of keys', group: 'Everywhere'},
  {id: 'step-out', keys: 'Esc', does: 'Step out; never stops a run', group: 'Everywhere'},
  {id: 'show-graph', keys: 'G', does: 'Graph', group: 'Go to'},
  {id: 'show-table', keys: 'T', does: 'Table', group: 'Go to'},
  {id: 'show-timeline', keys: 'I', does: 'Timeline', group: 'Go to'},
  {id: 'show-outputs', keys: 'O', does: 'Outputs', group: 'Go to'},
  {id: 'show-log', keys: 'L', does: 'Log', group: 'Go to'},
  {id: 'show-plan', keys: 'P', does: 'Plan', group: 'Go to'},
  {id: 'show-actions', keys: 'A', does: 'Actions', group: 'Go to'},
  {id: 'show-problems', keys: 'E', does: 'Problems', group: 'Go to'},
  {id: 'go-back', keys: 'B', does: 'Back to where the keyboard was', group: 'Go to'},
  {id: 'next-region', keys: 'F6', does: 'Next part of the window', group: 'Go to'},
  {
    id: 'previous-region',
    keys: 'Shift+F6',
    does: 'Part of the window before',
    group: 'Go to',
  },
  {id: 'next-failure', keys: 'F4', does: 'Next failure, with its log', group: 'Go to'},
  {id: 'next-problem', keys: 'F8', does: 'Next problem', group: 'Go to'},
  {id: 'previous-problem', keys: 'Shift+F8', does: 'Previous problem', group: 'Go to'},
  {id: 'run-selected', keys: 'R', does: 'Run what is selected', group: 'Run'},
  {
    id: 'run-with-dependencies',
    keys: 'Shift+R',
    does: 'Run the selected action with its dependencies',
    group: 'Run',
  },
  {id: 'follow-run', keys: 'W', does: 'Follow the run, or no longer', group: 'Run'},
  {id: 'stop', keys: '.', does: 'Stop the run; asks first', group: 'Run'},
  {id: 'graph-upstream', keys: 'U', does: 'Show what the selection needs', group: 'Graph'},
  {id: 'graph-downstream', keys: 'D', does: 'Show what needs the selection', group: 'Graph'},
  {id: 'graph-focus', keys: 'F', does: 'Focus on the selection', group: 'Graph'},
  {id: 'graph-walk', keys: 'Arrows', does: 'Walk along the edges', group: 'Graph'},
  {id: 'graph-unfold', keys: 'Enter', does: 'Unfold or fold a group', group: 'Graph'},
  {id: 'graph-zoom', keys: 'Z', does: 'Zoom to the selection', group: 'Graph'},
  {id: 'graph-fit', keys: '0', does: 'Show the whole graph', group: 'Graph'},
  {id: 'graph-larger', keys: '+', does: 'Larger', group: 'Graph'},
  {id: 'graph-smaller', keys: '−', does: 'Smaller', group: 'Graph'},
];

const IS_MAC = typeof navigator !== 'undefined' && /Mac/.test(navigator.userAgent);

/** A binding's keys in the words of this computer. */
export function keysOf(id: string): string {
  const keys = KEY_BINDINGS.find((binding) => binding.id === id)?.keys ?? '';
  return keys.replace('Mod+', IS_MAC ? '⌘' : 'Ctrl ').replace('Shift+', IS_MAC ? '⇧' : 'Shift ');
}

/** The binding a key press stands for; null for none, and for single letters typed into a field. */
export function bindingOf(event: KeyboardEvent): string | null {
  const mod = event.ctrlKey || event.metaKey;
  if (event.altKey) return null;
  if (event.key === 'F8') return event.shiftKey ? 'previous-problem' : 'next-problem';
  if (event.key === 'F6') return event.shiftKey ? 'previous-region' : 'next-region';
  if (event.key === 'F4') return event.shiftKey ? null : 'next-failure';
  if (mod) {
    const pressed = `Mod+${event.key.toUpperCase()}`;
    return KEY_BINDINGS.find((binding) => binding.keys === pressed)?.id ?? null;
  }
  // the editor of project.yaml takes letters, but has no use for Escape once its own panels are closed
  if (event.key === 'Escape' && isWithin(event.target, '.cm-content')) return 'step-out';
  if (isTyping(event.target)) return null;
  if (event.key === 'R' && event.shiftKey) return 'run-with-dependencies';
  const pressed = event.key === 'Escape' ? 'Esc' : event.key.toUpperCase();
  const found = KEY_BINDINGS.find((binding) => binding.keys === pressed);
  return found === undefined || found.group === 'Graph' ? null : found.id;
}

/** True where single letters are text: fields, editors, and lists of choices. */
function isTyping(target: EventTarget | null): boolean {
  return isWithin(
    target,
    'input:not([type=checkbox]), textarea, select, [contenteditable=true], .cm-editor',
  );
}

function isWithin(target: EventTarget | null, selector: string): boolean {
  return target instanceof HTMLElement && target.closest(selector) !== null;
}

/** Listens to the keys of the whole window; whatever handled a key itself has stopped it before. */
export function useKeys(): void {
  const desk = useDesk();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const id = bindingOf(event);
      if (id === null) return;
      // a dialog takes its own keys: Escape through <dialog>, letters not at all
      if (desk.store.getState().dialog !== null) return;
      if (runCommand(desk, id)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [desk]);
}
