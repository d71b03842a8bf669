import type {PullProgress} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {RunRequest} from '../../shared/plan';
import type {PreparedRun, RestorableAction} from '../../shared/preview';
import type {RunRecord} from '../../shared/run';
import type {QueuedRun, UnfinishedRun} from '../../shared/runQueue';

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

/** A notice of a run that is not part of a job. */
export interface RunNotice {
  readonly runId: string;
  readonly level: 'info' | 'warning';
  readonly message: string;
}

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

/** What a save would run, and why only its user may start that. */
export interface HeldSave {
  readonly saved: readonly string[];
  readonly request: RunRequest;
  readonly why: string;
}

/** Runs: past, under way and waiting, and the plan of the next. */
export interface RunState {
  /** Newest first; the one under way included. */
  readonly runs: readonly RunRecord[];
  /** The run under way, if any. */
  readonly activeRunId: string | null;
  /** The selection moves with the run under way. */
  readonly followsRun: boolean;
  /** The user has chosen something since the newest run began: what happens in it takes no selection away. */
  readonly choseSinceStart: boolean;
  /** Runs whose end is shown, newest first: failures until the user dismisses them, others until the next begins. */
  readonly endsShown: readonly string[];
  /** Oldest first; those of the newest run only. */
  readonly notices: readonly RunNotice[];
  /** Images being pulled for the run under way, by name. */
  readonly pulls: ReadonlyMap<string, PullProgress>;
  /** Runs that wait for their turn, next first. */
  readonly queue: readonly QueuedRun[];
  /** A run that was cut off and waits for its engine. */
  readonly unfinished: UnfinishedRun | null;
  readonly restorable: readonly RestorableAction[];
  /** Actions that run when one of their files is saved, until the study is closed. */
  readonly onSave: ReadonlySet<string>;
  readonly heldSave: HeldSave | null;
  readonly plan: PlanTray;
}

/** Before anything of a study has arrived. */
export const NO_RUNS: RunState = {
  runs: [],
  activeRunId: null,
  followsRun: false,
  choseSinceStart: false,
  endsShown: [],
  notices: [],
  pulls: new Map<string, PullProgress>(),
  queue: [],
  unfinished: null,
  restorable: [],
  onSave: new Set<string>(),
  heldSave: null,
  plan: EMPTY_PLAN,
};
