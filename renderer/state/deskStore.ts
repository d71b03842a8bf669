import {createContext, useContext, useMemo} from 'react';
import {createStore, useStore, type StoreApi} from 'zustand';
import type {AppInfo} from '../../shared/app';
import type {HostApi} from '../../shared/contract/contract';
import type {EngineStatus} from '../../shared/engine';
import type {Update} from '../../shared/update';
import type {AppError} from '../../shared/errors';
import type {RunElsewhere} from '../../shared/runQueue';
import {NO_DEFINITIONS, type DefinitionState} from './definitions';
import {NO_RUNS, type RunState} from './runState';
import {NO_SELECTION, type SelectionState} from './selection';
import {NO_STUDY, type StudyState} from './studyState';
import {FIRST_VIEW, type ViewState} from './viewState';

/** What stays when a study is closed. */
interface ApplicationState {
  readonly app: AppInfo | null;
  readonly engine: EngineStatus;
  /** Whether there is a newer Study Desk; null where nobody has asked. */
  readonly update: Update | null;
  readonly error: AppError | null;
  readonly runsElsewhere: readonly RunElsewhere[];
}

/** Everything the window shows: copies of what the host knows, and the user's choices. */
export interface DeskState
  extends ApplicationState, StudyState, DefinitionState, RunState, SelectionState, ViewState {}

/** The one store of a window. */
export type DeskStore = StoreApi<DeskState>;

/** The window before anything of a study has arrived, and after it is closed. */
export const WITHOUT_STUDY = {
  ...NO_STUDY,
  ...NO_DEFINITIONS,
  ...NO_RUNS,
  ...NO_SELECTION,
  ...FIRST_VIEW,
};

/** An empty store; a window makes one, each test makes its own. */
export function createDeskStore(initial: Partial<DeskState> = {}): DeskStore {
  return createStore<DeskState>(() => ({
    app: null,
    engine: {state: 'checking'},
    update: null,
    error: null,
    runsElsewhere: [],
    ...WITHOUT_STUDY,
    ...initial,
  }));
}

/** Store and host of the window, for the components below. */
export interface Desk {
  readonly store: DeskStore;
  readonly host: HostApi;
}

/** Given once in main.tsx and by each component test. */
export const DeskContext = createContext<Desk | null>(null);

/** The store and host of this window. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('Rendered outside of DeskContext.');
  return desk;
}

/** Selects the smallest value a component needs; a selector that builds objects must be stable. */
export function useDeskState<T>(selector: (state: DeskState) => T): T {
  return useStore(useDesk().store, selector);
}

/** A small view choice kept with the study, and how to change it. */
export function useChoice(
  name: string,
  initial: string,
): readonly [string, (value: string) => void] {
  const {store} = useDesk();
  const value = useDeskState((state) => state.choices[name] ?? initial);
  const set = (next: string) =>
    store.setState((state) => ({choices: {...state.choices, [name]: next}}));
  return [value, set];
}

/** Keys of the rows of a list that are folded or unfolded against how they open, kept with the study, and what does so. */
export function useToggled(name: string): readonly [ReadonlySet<string>, (key: string) => void] {
  const [text, set] = useChoice(name, '');
  const toggled = useMemo(() => new Set(text.split('\n').filter(Boolean)), [text]);
  return [toggled, (key) => set([...flipped(toggled, key)].join('\n'))];
}

/** A set with one more member, or without one that it had. */
export function flipped<T>(set: ReadonlySet<T>, member: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(member)) next.add(member);
  return next;
}
