import type {DeskState, DeskStore} from './deskStore';
import {emptyLog, type LogPages} from './logPages';
import {remember, stateOfAction} from './selectors';
import {showingBottom} from './sides';

/** What is selected, for list, graph, inspector and log. */
export interface SelectionState {
  /** One selection for the whole window: the action that list, graph, inspector and log speak of. */
  readonly selection: string | null;
  /** The user selected it; else the window did, following a run or showing what was selected last time. */
  readonly isChosen: boolean;
  /** Actions selected together, the selected one among them; empty while it is alone. */
  readonly picked: ReadonlySet<string>;
  /** The attempt at the selected action whose log is on screen; null for its newest. */
  readonly attempt: string | null;
  /** The log on screen. */
  readonly log: LogPages;
}

/** Before anything of a study has arrived. */
export const NO_SELECTION: SelectionState = {
  selection: null,
  isChosen: false,
  picked: new Set<string>(),
  attempt: null,
  log: emptyLog(null),
};

/** What changes when the user chooses an action, or one attempt at it: following the run ends. */
export function chosen(action: string | null, attempt: string | null = null): Partial<DeskState> {
  return {
    ...{selection: action, picked: new Set(), isChosen: true, attempt},
    ...{followsRun: false, choseSinceStart: true},
  };
}

/** Selects an action everywhere at once. */
export function selectAction(store: DeskStore, action: string | null): void {
  store.setState(chosen(action));
}

/** Selects an action and shows the log of one attempt at it. */
export function selectAttempt(store: DeskStore, job: {readonly id: string; action: string}): void {
  store.setState((state) => ({...chosen(job.action, job.id), ...showingBottom(state, 'log')}));
}

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

/** The selected actions: those picked together, else the one selected. The same set while they are the same. */
export function pickedSet({picked, selection}: DeskState): ReadonlySet<string> {
  return picked.size > 0 ? picked : alone(selection);
}

const alone = remember(
  (selection: string | null): ReadonlySet<string> => new Set(selection === null ? [] : [selection]),
);

/** The selected actions in the order they were picked in; the same array while they are the same. */
export function pickedNames(state: DeskState): readonly string[] {
  return namesIn(pickedSet(state));
}

const namesIn = remember((names: ReadonlySet<string>): readonly string[] => [...names]);

/** The name of the choice that narrows the list of outputs to those of some actions, one a line. */
export const OUTPUTS_OF = 'outputs.of';

/** Whether an action is among the selected ones. */
export function isPicked(state: DeskState, action: string): boolean {
  return pickedSet(state).has(action);
}

/** What changes when several actions are selected at once; `focus` is the one whose log is read. */
export function pickedTogether(
  names: readonly string[],
  focus: string | null = null,
): Partial<DeskState> {
  const first = focus ?? names[0] ?? null;
  return {...chosen(first), picked: new Set(names.length > 1 ? names : [])};
}

/** Selects all members of a group; the log is that of the first that failed, else of the first. */
function pickGroup(store: DeskStore, members: readonly string[]): void {
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
