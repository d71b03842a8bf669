import {useEffect} from 'react';
import {COMMAND_IDS, keysOn, type CommandId} from '../../shared/commandTable';
import {useDesk} from '../state/deskStore';
import {IN_BROWSER, IS_MAC} from '../state/platform';
import {runCommand} from './commands';

const MAC_SIGNS: Readonly<Record<string, string>> = {Mod: '⌘', Shift: '⇧', Ctrl: '⌃', Alt: '⌥'};

/** All keys of a command, in the words of this computer. */
export function allKeysOf(id: CommandId): readonly string[] {
  return keysOn(id, IS_MAC, IN_BROWSER).map((key) =>
    key
      .replace(/(Mod|Shift|Ctrl|Alt)\+/g, (_, name: string) =>
        IS_MAC ? (MAC_SIGNS[name] ?? name) : `${name === 'Mod' ? 'Ctrl' : name} `,
      )
      .replace(/-$/, '−'),
  );
}

/** The key of a command that buttons name, in the words of this computer; empty for none. */
export function keysOf(id: CommandId): string {
  return allKeysOf(id)[0] ?? '';
}

/** The command that a key press stands for; null for none, and for single letters typed into a field. */
export function commandOfKey(event: KeyboardEvent): CommandId | null {
  if (event.altKey) return null;
  const mod = event.ctrlKey || event.metaKey;
  const isFunctionKey = /^F\d+$/.test(event.key);
  // the editor of project.yaml takes letters, but has no use for Escape once its own panels are closed
  const inEditor = event.key === 'Escape' && isWithin(event.target, '.cm-content');
  if (!mod && !isFunctionKey && !inEditor && isTyping(event.target)) return null;
  const key = event.key === 'Escape' ? 'Esc' : isFunctionKey ? event.key : event.key.toUpperCase();
  const pressed = (shift: string) => `${mod ? 'Mod+' : ''}${shift}${key}`;
  const withShift = event.shiftKey ? commandWith(pressed('Shift+')) : null;
  // many signs need Shift
  return withShift ?? (event.shiftKey && isFunctionKey ? null : commandWith(pressed('')));
}

function commandWith(key: string): CommandId | null {
  return COMMAND_IDS.find((id) => keysOn(id, IS_MAC, IN_BROWSER).includes(key)) ?? null;
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
      const id = commandOfKey(event);
      if (id === null) return;
      // a dialog takes its own keys: Escape through <dialog>, letters not at all
      if (desk.store.getState().dialog !== null) return;
      if (runCommand(desk, id)) event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [desk]);
}
