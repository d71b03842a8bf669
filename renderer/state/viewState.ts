import type {AppError} from '../../shared/errors';
import type {ReadyLook} from '../../shared/ready';
import type {Result} from '../../shared/result';
import type {CodeFile} from '../../shared/study';
import type {Draft, Leaving} from './drafts';
import {
  NO_SIDES,
  QUIET_SIDES,
  type BeforeReading,
  type FramePlace,
  type Sides,
  type StudyView,
} from './sides';

/** What is shown beside what is read, one at a time. */
export type ReadingTab = 'details' | 'findings' | 'changes' | 'from' | 'script';

/** What fills the centre. */
export type CentreView =
  | {readonly kind: StudyView}
  | {
      readonly kind: 'output';
      readonly path: string;
      /** Its content unless another is given. */
      readonly view?: 'text' | 'compare';
      /** The actions whose outputs of the same name it is compared with. */
      readonly beside?: readonly string[];
    }
  /** What a run did to its outputs; null is the newest one. */
  | {readonly kind: 'changes'; readonly runId: string | null}
  | {readonly kind: 'rehearsal' | 'uncommitted'}
  /** All codelists, or the one at a path, with what is searched for in it. */
  | {readonly kind: 'codelists'; readonly path?: string; readonly find?: string}
  | {readonly kind: 'project-file'; readonly line: number | null}
  /** A script or another text of the study; `line` is brought into view. */
  | {readonly kind: 'code-file'; readonly path: string; readonly line: number | null};

/** Dialogs that are about nothing in particular; `stop` is asked by the key that stops. */
export type PlainDialog =
  | ('settings' | 'keys' | 'palette' | 'engines' | 'images' | 'clean-up' | 'tools' | 'run-share')
  | ('doctor' | 'job-queue' | 'add-action' | 'add-sample' | 'clear-outputs' | 'restore' | 'stop')
  | ('new-study' | 'clone-study' | 'follow-elsewhere' | 'help' | 'news' | 'updates' | 'ready');

/** The dialog that is open, if any. */
export type DialogView =
  | {readonly kind: PlainDialog}
  | {readonly kind: 'give-up'; readonly runId: string}
  /** Asked before changes to code files that are not saved are lost. */
  | {readonly kind: 'unsaved'; readonly leaving: Leaving}
  | {readonly kind: 'causes'; readonly runId: string}
  | {readonly kind: 'override'; readonly action: string}
  | {readonly kind: 'rename'; readonly action: string}
  | {readonly kind: 'make-tables'; readonly action: string}
  | {readonly kind: 'repeat'; readonly action: string}
  | {readonly kind: 'move-image'; readonly action: string}
  | {readonly kind: 'mark-up-to-date'; readonly actions: readonly string[]}
  | {readonly kind: 'changes'; readonly action: string; readonly path: string}
  | {readonly kind: 'since-run'; readonly action: string}
  | {readonly kind: 'supply'; readonly action: string}
  | {readonly kind: 'begun'; readonly isNew: boolean; readonly notices: readonly string[]};

/** What the window shows, by the choices of its user. */
export interface ViewState {
  readonly centre: CentreView;
  readonly dialog: DialogView | null;
  /** Code files with what was typed into them, by path. */
  readonly drafts: ReadonlyMap<string, Draft>;
  /** Scripts that are shown or edited, as last read from disk; project.yaml is in the study. */
  readonly codeFiles: ReadonlyMap<string, Result<CodeFile, AppError>>;
  readonly leftTab: 'actions' | 'outputs' | 'history';
  readonly bottomTab: 'log' | 'problems' | 'checks' | 'plan' | 'try' | 'shell';
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
  /** The one place that is shown, by tabs, in a window without space for more than one; null where there is. */
  readonly place: FramePlace | null;
  /** Null while a view of the study is shown. */
  readonly beforeReading: BeforeReading | null;
  /** What is open over what is read, where the right side is not folded. */
  readonly readingTab: ReadingTab;
  /** What is read has the window to itself. */
  readonly wholeWindow: boolean;
  /** What was found last of what would go wrong on the server; null before anybody looked. */
  readonly ready: ReadyLook | null;
  /** The hint of the tour that is shown; null while no tour is taken. */
  readonly tour: number | null;
}

/** As a study opens, before anything was chosen. */
export const FIRST_VIEW: ViewState = {
  centre: {kind: 'graph'},
  dialog: null,
  drafts: new Map<string, Draft>(),
  codeFiles: new Map<string, Result<CodeFile, AppError>>(),
  leftTab: 'actions',
  bottomTab: 'log',
  query: '',
  folds: new Map<string, boolean>(),
  choices: {},
  collapsed: QUIET_SIDES,
  foldedByUser: NO_SIDES,
  place: null,
  beforeReading: null,
  readingTab: 'details',
  wholeWindow: false,
  ready: null,
  tour: null,
};
