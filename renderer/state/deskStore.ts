import {createContext, useContext} from 'react';
import {createStore, useStore, type StoreApi} from 'zustand';
import type {EngineStatus} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {AppInfo, HostApi} from '../../shared/ipc/contract';
import type {GitState, RunRecord} from '../../shared/run';
import type {ActionStatus} from '../../shared/status';
import type {StudySnapshot} from '../../shared/study';

/** What fills the centre. */
export type CentreView =
  | {readonly kind: 'graph'}
  | {readonly kind: 'table'}
  | {readonly kind: 'timeline'}
  | {readonly kind: 'output'; readonly path: string}
  | {readonly kind: 'project-file'; readonly line: number | null};

/** Everything the window shows: copies of host data, and the user's view choices. */
export interface DeskState {
  // copies of what the host knows
  readonly app: AppInfo | null;
  readonly study: StudySnapshot | null;
  readonly statuses: ReadonlyMap<string, ActionStatus>;
  readonly git: GitState | null;
  readonly engine: EngineStatus;
  /** Newest first; the one under way included. */
  readonly runs: readonly RunRecord[];
  /** The run under way, if any. */
  readonly activeRunId: string | null;

  // the user's view choices
  /** One selection for the whole window: the selected action. */
  readonly selection: string | null;
  readonly centre: CentreView;
  readonly leftTab: 'actions' | 'outputs' | 'history';
  readonly bottomTab: 'log' | 'problems' | 'plan';
  /** Text of the query box; filters list, graph, table and the run buttons. */
  readonly query: string;
  /** Group ids the user folded or unfolded against the default (renderer/graph). */
  readonly folds: ReadonlyMap<string, boolean>;
  readonly error: AppError | null;
}

/** The one store of a window. */
export type DeskStore = StoreApi<DeskState>;

/** An empty store; a window makes one, each test makes its own. */
export function createDeskStore(initial: Partial<DeskState> = {}): DeskStore {
  return createStore<DeskState>(() => ({
    app: null,
    study: null,
    statuses: new Map(),
    git: null,
    engine: {state: 'checking'},
    runs: [],
    activeRunId: null,
    selection: null,
    centre: {kind: 'graph'},
    leftTab: 'actions',
    bottomTab: 'log',
    query: '',
    folds: new Map(),
    error: null,
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

/** Selects an action everywhere at once. */
export function selectAction(store: DeskStore, action: string | null): void {
  store.setState({selection: action});
}
