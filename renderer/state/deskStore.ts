import {createContext, useContext, useMemo} from 'react';
import {createStore, useStore, type StoreApi} from 'zustand';
import type {CellMarks, CellPlace} from './cellMarks';
import type {EngineStatus, PullProgress} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {AppInfo} from '../../shared/app';
import type {ImagePull} from '../../shared/images';
import type {HostApi} from '../../shared/contract/contract';
import type {CheckProgress, CheckReport} from '../../shared/check';
import type {OutputsListing} from '../../shared/output';
import type {RunRequest} from '../../shared/plan';
import type {ReleaseDraft} from '../../shared/release';
import type {PreparedRun, RestorableAction} from '../../shared/preview';
import type {GitState, RunRecord} from '../../shared/run';
import type {QueuedRun, UnfinishedRun} from '../../shared/runQueue';
import type {Shell} from '../../shared/shell';
import type {ActionOverride, OwnSettings} from '../../shared/settings';
import type {ActionStatus} from '../../shared/status';
import type {StudySnapshot} from '../../shared/study';
import {emptyLog, type LogPages} from './logPages';
import type {Leaving, ProjectDraft} from './projectDraft';
import {QUIET_SIDES, showingBottom, type Sides} from './sides';

/** What fills the centre. */
export type CentreView =
  | {readonly kind: 'graph'}
  | {readonly kind: 'table'}
  | {readonly kind: 'timeline'}
  | {
      readonly kind: 'output';
      readonly path: string;
      /** Its content unless said otherwise. */
      readonly view?: 'text' | 'compare';
    }
  /** What a run did to its outputs; null is the newest one. */
  | {readonly kind: 'changes'; readonly runId: string | null}
  | {readonly kind: 'rehearsal'}
  | {readonly kind: 'project-file'; readonly line: number | null}
  /** A script or another text of the study; `line` is brought into view. */
  | {readonly kind: 'code-file'; readonly path: string; readonly line: number | null};

/** The dialog that is open, if any. */
export type DialogView =
  | {readonly kind: 'settings'}
  | {readonly kind: 'keys'}
  | {readonly kind: 'palette'}
  | {readonly kind: 'engines'}
  | {readonly kind: 'images'}
  | {readonly kind: 'clean-up'}
  | {readonly kind: 'tools'}
  | {readonly kind: 'run-share'}
  | {readonly kind: 'doctor'}
  | {readonly kind: 'job-queue'}
  | {readonly kind: 'add-action'}
  | {readonly kind: 'add-sample'}
  | {readonly kind: 'clear-outputs'}
  | {readonly kind: 'restore'}
  /** Asked by the key that stops. */
  | {readonly kind: 'stop'}
  | {readonly kind: 'give-up'; readonly runId: string}
  /** Asked before changes to project.yaml that are not saved are lost. */
  | {readonly kind: 'unsaved'; readonly leaving: Leaving}
  | {readonly kind: 'causes'; readonly runId: string}
  | {readonly kind: 'override'; readonly action: string}
  | {readonly kind: 'mark-up-to-date'; readonly actions: readonly string[]}
  | {readonly kind: 'changes'; readonly action: string; readonly path: string};

/** What the plan tray shows: a request, and what the host found out about it so far. */
export interface PlanTray {
  /** What the request is called, e.g. "All stale"; null before the first. */
  readonly title: string | null;
  readonly request: RunRequest | null;
  /** Older than the request while `loading`. */
  readonly prepared: PreparedRun | null;
  /** Why nothing was started when it was asked for: how the plan differs from the one shown before. */
  readonly changes: readonly string[];
  /** The held run it is the new plan of: started, it leaves the queue. */
  readonly heldId: string | null;
  readonly loading: boolean;
  readonly error: AppError | null;
  /** Just asked for by the user: the keyboard goes to its Run button, once. */
  readonly wantsFocus: boolean;
}

/** Something a run said that is not part of a job. */
export interface RunNotice {
  readonly runId: string;
  readonly level: 'info' | 'warning';
  readonly message: string;
}

/** Everything the window shows: copies of host data, and the user's view choices. */
export interface DeskState {
  // copies of what the host knows
  readonly app: AppInfo | null;
  readonly study: StudySnapshot | null;
  /** Folder that is being opened. */
  readonly opening: string | null;
  /** The study's graph has been drawn. */
  readonly graphDrawn: boolean;
  readonly statuses: ReadonlyMap<string, ActionStatus>;
  /** Null before the first answer, and where the study is no git repository. */
  readonly git: GitState | null;
  readonly engine: EngineStatus;
  /** Newest first; the one under way included. */
  readonly runs: readonly RunRecord[];
  /** The run under way, if any. */
  readonly activeRunId: string | null;
  /** Runs that wait for their turn, next first. */
  readonly queue: readonly QueuedRun[];
  /** A run that was cut off and waits for its engine. */
  readonly unfinished: UnfinishedRun | null;
  /** Images being pulled for the run under way, by name. */
  readonly pulls: ReadonlyMap<string, PullProgress>;
  /** Images downloaded beside any run, and how those downloads ended. */
  readonly imagePulls: readonly ImagePull[];
  /** Oldest first; those of the newest run only. */
  readonly notices: readonly RunNotice[];
  /** Null before the first answer. */
  readonly outputs: OutputsListing | null;
  /** What the checks before release found last; null before they were made. */
  readonly checked: CheckReport | null;
  /** Null while none is under way. */
  readonly checkProgress: CheckProgress | null;
  /** The release draft as far as the user has completed it; null before the first. */
  readonly releaseDraft: ReleaseDraft | null;
  readonly overrides: Readonly<Record<string, ActionOverride>>;
  /** What was chosen for this study alone. */
  readonly ownSettings: OwnSettings;
  readonly restorable: readonly RestorableAction[];
  /** The log on screen. */
  readonly log: LogPages;
  /** Oldest first; those that ended until they are closed. */
  readonly shells: readonly Shell[];

  // the user's view choices
  /** One selection for the whole window: the action that list, graph, inspector and log speak of. */
  readonly selection: string | null;
  /** Actions selected together, the selected one among them; empty while it is alone. */
  readonly picked: readonly string[];
  /** The attempt at the selected action whose log is on screen; null for its newest. */
  readonly attempt: string | null;
  /** The selection moves with the run under way. */
  readonly followsRun: boolean;
  /** The user has chosen something since the newest run began: what happens in it takes no selection away. */
  readonly choseSinceStart: boolean;
  /** Runs whose end is told, newest first: failures until the user dismisses them, others until the next begins. */
  readonly endsTold: readonly string[];
  readonly centre: CentreView;
  /** project.yaml while it is edited in the window. */
  readonly projectDraft: ProjectDraft | null;
  readonly leftTab: 'actions' | 'outputs' | 'history';
  readonly bottomTab: 'log' | 'problems' | 'checks' | 'plan' | 'shell';
  /** The action a shell is being opened for. */
  readonly shellOpening: string | null;
  /** The shell on screen, where that tab is. */
  readonly shownShell: string | null;
  /** Text of the query box; filters list, graph, table and the run buttons. */
  readonly query: string;
  /** Group ids the user folded or unfolded against the default (renderer/graph). */
  readonly folds: ReadonlyMap<string, boolean>;
  /** Smaller choices by name (sizes, toggles, folded lists), kept with the study. */
  readonly choices: Readonly<Record<string, string>>;
  /** Sides that are folded now. */
  readonly collapsed: Sides;
  /** Sides that the user folded: nothing that happens unfolds them. */
  readonly foldedByUser: Sides;
  /** Sides that would take the place of the centre, for want of room. */
  readonly crowded: Sides;
  /** Cells of tables that stand out. */
  readonly cellMarks: CellMarks;
  /** A cell that its table is to bring into view, once. */
  readonly cellToShow: CellPlace | null;
  readonly plan: PlanTray;
  readonly dialog: DialogView | null;
  readonly error: AppError | null;
}

/** The one store of a window. */
export type DeskStore = StoreApi<DeskState>;

/** A plan tray before the first request. */
export const EMPTY_PLAN: PlanTray = {
  title: null,
  request: null,
  prepared: null,
  changes: [],
  heldId: null,
  loading: false,
  error: null,
  wantsFocus: false,
};

/** What a window shows of a study before anything of it has arrived. */
export const NO_STUDY = {
  study: null,
  opening: null,
  graphDrawn: false,
  statuses: new Map<string, ActionStatus>(),
  git: null,
  runs: [],
  activeRunId: null,
  queue: [],
  unfinished: null,
  pulls: new Map<string, PullProgress>(),
  imagePulls: [],
  notices: [],
  outputs: null,
  checked: null,
  checkProgress: null,
  releaseDraft: null,
  overrides: {},
  ownSettings: {settings: {}, faults: []},
  restorable: [],
  log: emptyLog(null),
  shells: [],
  shellOpening: null,
  shownShell: null,
  selection: null,
  picked: [],
  attempt: null,
  followsRun: false,
  choseSinceStart: false,
  endsTold: [],
  centre: {kind: 'graph'},
  projectDraft: null,
  leftTab: 'actions',
  bottomTab: 'log',
  query: '',
  folds: new Map<string, boolean>(),
  choices: {},
  collapsed: QUIET_SIDES,
  foldedByUser: {left: false, right: false, bottom: false},
  crowded: {left: false, right: false, bottom: false},
  cellMarks: {},
  cellToShow: null,
  plan: EMPTY_PLAN,
  dialog: null,
} as const satisfies Partial<DeskState>;

/** An empty store; a window makes one, each test makes its own. */
export function createDeskStore(initial: Partial<DeskState> = {}): DeskStore {
  return createStore<DeskState>(() => ({
    app: null,
    engine: {state: 'checking'},
    error: null,
    ...NO_STUDY,
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

/** What changes when the user chooses an action, or one attempt at it: following the run ends. */
export function chosen(action: string | null, attempt: string | null = null): Partial<DeskState> {
  return {selection: action, picked: [], attempt, followsRun: false, choseSinceStart: true};
}

/** Selects an action everywhere at once. */
export function selectAction(store: DeskStore, action: string | null): void {
  store.setState(chosen(action));
}

/** Selects an action and shows the log of one attempt at it. */
export function selectAttempt(store: DeskStore, job: {readonly id: string; action: string}): void {
  store.setState((state) => ({...chosen(job.action, job.id), ...showingBottom(state, 'log')}));
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
  const toggle = (key: string) => {
    const next = new Set(toggled);
    if (!next.delete(key)) next.add(key);
    set([...next].join('\n'));
  };
  return [toggled, toggle];
}
