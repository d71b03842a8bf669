import {chosen, type DeskState, type DeskStore} from './deskStore';
import {remember, stateOfAction} from './selectors';

/** How a click or key adds to the selection: alone, with Ctrl or ⌘, with Shift. */
export type PickHow = 'one' | 'toggle' | 'range';

/** How an event with these modifiers picks. */
export function howOf(event: {
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}): PickHow {
  return event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'one';
}

const NONE: readonly string[] = [];

/** The selected actions: those picked together, else the one selected. The same array while they are the same. */
export function pickedNames({picked, selection}: DeskState): readonly string[] {
  if (picked.length > 0) return picked;
  if (selection === null) return NONE;
  return alone(selection);
}

const alone = remember((selection: string): readonly string[] => [selection]);

const setOf = remember((names: readonly string[]): ReadonlySet<string> => new Set(names));

/** The name of the choice that narrows the list of outputs to those of some actions, one a line. */
export const OUTPUTS_OF = 'outputs.of';

/** Whether an action is among the selected ones. */
export function isPicked(state: DeskState, action: string): boolean {
  const {picked} = state;
  return picked.length === 0 ? state.selection === action : setOf(picked).has(action);
}

/** What changes when several actions are selected at once; `focus` is the one whose log is read. */
export function pickedTogether(
  names: readonly string[],
  focus: string | null = null,
): Partial<DeskState> {
  const first = focus ?? names[0] ?? null;
  return {...chosen(first), picked: names.length > 1 ? names : NONE};
}

/** Selects all members of a group; the log is that of the first that failed, else of the first. */
export function pickGroup(store: DeskStore, members: readonly string[]): void {
  const {statuses} = store.getState();
  const failed = members.find((name) => stateOfAction(statuses, name) === 'failed');
  store.setState(pickedTogether(members, failed));
}

/**
 * Selects actions as a click with these modifiers means it: alone; in addition, or no longer; or all from the one
 * selected to these, in the order of `listed`.
 */
export function pick(
  store: DeskStore,
  names: readonly string[],
  how: PickHow,
  listed: readonly string[] = [],
): void {
  const state = store.getState();
  const before = pickedNames(state);
  const focus = names[0] ?? null;
  if (how === 'toggle') {
    const all = new Set(before);
    const off = names.every((name) => all.has(name));
    for (const name of names)
      if (off) all.delete(name);
      else all.add(name);
    const left = [...all];
    store.setState(pickedTogether(left, off ? (left.at(-1) ?? null) : focus));
    return;
  }
  if (how === 'range' && state.selection !== null) {
    const places = [state.selection, ...names].map((name) => listed.indexOf(name));
    const known = places.filter((place) => place >= 0);
    const [from, to] = [Math.min(...known), Math.max(...known)];
    const range = known.length < 2 ? [...before, ...names] : listed.slice(from, to + 1);
    // the one selected first stays the one that a range begins at
    store.setState(pickedTogether([...new Set(range)], state.selection));
    return;
  }
  if (names.length > 1) pickGroup(store, names);
  else store.setState(chosen(focus));
}
