import type {EngineStatus} from '../engine';
import type {AppError} from '../errors';
import type {LogBatch, LogPage} from '../log';
import type {OutputContent, OutputsListing} from '../output';
import type {RunRequest} from '../plan';
import type {
  CacheUsage,
  ClearPreview,
  PlanPreview,
  Finding,
  OutputDecision,
  RestorableAction,
} from '../preview';
import type {TextEdit} from '../problem';
import type {Result} from '../result';
import type {GitState, RunEvent, RunOptions, RunRecord} from '../run';
import type {ActionOverride, Settings} from '../settings';
import type {ActionStatus} from '../status';
import type {RecentStudy, StudySnapshot} from '../study';
import type {Tier} from '../sensitivity';

/** What the start page and the frame show before any study is open. */
export interface AppInfo {
  readonly version: string;
  readonly electronVersion: string;
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** Running on the Electron copy for development and trying out (README "Electron runtime"). */
  readonly developmentElectron: boolean;
  readonly recents: readonly RecentStudy[];
  readonly settings: Settings;
  /** Folder this window was opened on (`study-desk open DIR`); null for the start page. */
  readonly initialDir: string | null;
}

/** A new action, as the form gives it. */
export interface NewAction {
  readonly name: string;
  /** E.g. `r:v2`. */
  readonly image: string;
  /** Everything after the image. */
  readonly command: string;
  readonly needs: readonly string[];
  readonly outputs: readonly {
    readonly tier: Tier;
    readonly label: string;
    readonly pattern: string;
  }[];
}

/** A change to project.yaml before it is made. */
export interface EditPreview {
  readonly revision: number;
  readonly edits: readonly TextEdit[];
  readonly before: string;
  readonly after: string;
  /** Problems the file would have. */
  readonly problemsAfter: number;
}

type Answer<T> = Promise<Result<T, AppError>>;

/**
 * Every request the window can make: one object in, a Result out.
 * A window shows one study; the host knows which from the sender.
 */
export interface Requests {
  'app:info': (arg: Record<string, never>) => Answer<AppInfo>;
  'app:open-window': (arg: {readonly dir: string | null}) => Answer<null>;
  'app:copy-report': (arg: {readonly error: AppError}) => Answer<null>;
  'settings:save': (arg: {readonly settings: Settings}) => Answer<Settings>;

  /** Asks for a folder; null when the user changes their mind. */
  'study:choose': (arg: Record<string, never>) => Answer<string | null>;
  /** Asks where to put the sample study and copies it there. */
  'study:create-sample': (arg: Record<string, never>) => Answer<string | null>;
  'study:open': (arg: {readonly dir: string}) => Answer<StudySnapshot>;
  'study:close': (arg: Record<string, never>) => Answer<null>;
  'study:reload': (arg: Record<string, never>) => Answer<StudySnapshot>;
  'study:statuses': (arg: Record<string, never>) => Answer<readonly ActionStatus[]>;
  'study:git': (arg: Record<string, never>) => Answer<GitState | null>;
  'study:forget-recent': (arg: {readonly dir: string}) => Answer<readonly RecentStudy[]>;
  /** View choices (folds, sizes, filters), opaque to the host. */
  'study:load-view': (arg: Record<string, never>) => Answer<string | null>;
  'study:save-view': (arg: {readonly json: string}) => Answer<null>;
  'study:open-in-editor': (arg: {
    readonly path: string;
    readonly line: number | null;
  }) => Answer<null>;
  'study:show-in-folder': (arg: {readonly path: string}) => Answer<null>;
  'study:export': (arg: {
    readonly suggestedName: string;
    readonly content: string | Uint8Array;
  }) => Answer<string | null>;

  'project:preview-fix': (arg: {
    readonly revision: number;
    readonly edits: readonly TextEdit[];
  }) => Answer<EditPreview>;
  'project:preview-add': (arg: {
    readonly revision: number;
    readonly action: NewAction;
  }) => Answer<EditPreview>;
  'project:apply': (arg: {
    readonly revision: number;
    readonly edits: readonly TextEdit[];
  }) => Answer<StudySnapshot>;

  'plan:preview': (arg: {readonly request: RunRequest}) => Answer<PlanPreview>;
  'run:preflight': (arg: {
    readonly request: RunRequest;
    readonly options: RunOptions;
  }) => Answer<readonly Finding[]>;
  /** Answers the run's id as soon as it has begun. */
  'run:start': (arg: {
    readonly request: RunRequest;
    readonly options: RunOptions;
  }) => Answer<string>;
  /** Stops one job, or the whole run without `action`. */
  'run:cancel': (arg: {readonly runId: string; readonly action: string | null}) => Answer<null>;
  /** Newest first. */
  'run:list': (arg: {readonly limit: number}) => Answer<readonly RunRecord[]>;
  'run:overrides': (arg: Record<string, never>) => Answer<Readonly<Record<string, ActionOverride>>>;
  'run:save-override': (arg: {
    readonly action: string;
    readonly override: ActionOverride | null;
  }) => Answer<Readonly<Record<string, ActionOverride>>>;

  'log:read': (arg: {
    readonly jobId: string;
    readonly fromSeq: number;
    readonly limit: number;
  }) => Answer<LogPage>;
  /** Batches of this job only are sent from now on; null follows none. */
  'log:follow': (arg: {readonly jobId: string | null}) => Answer<null>;

  'outputs:list': (arg: Record<string, never>) => Answer<OutputsListing>;
  'outputs:read': (arg: {readonly path: string}) => Answer<OutputContent>;
  'outputs:preview-clear': (arg: Record<string, never>) => Answer<ClearPreview>;
  'outputs:clear': (arg: {readonly paths: readonly string[]}) => Answer<ClearPreview>;

  /** Lines of a file that changed since the action's last success, as a unified diff. */
  'stale:diff': (arg: {readonly action: string; readonly path: string}) => Answer<string>;
  'stale:mark': (arg: {readonly action: string; readonly reason: string}) => Answer<null>;
  /** All marks and restored outputs, newest first. */
  'stale:decisions': (arg: Record<string, never>) => Answer<readonly OutputDecision[]>;
  'stale:restorable': (arg: Record<string, never>) => Answer<readonly RestorableAction[]>;
  'stale:restore': (arg: {readonly actions: readonly string[]}) => Answer<null>;
  'cache:usage': (arg: Record<string, never>) => Answer<CacheUsage>;
  'cache:clear': (arg: Record<string, never>) => Answer<CacheUsage>;

  'engine:check': (arg: Record<string, never>) => Answer<EngineStatus>;
}

/** A request's name. */
export type RequestName = keyof Requests;
/** A request's one argument. */
export type RequestArg<N extends RequestName> = Parameters<Requests[N]>[0];
/** What a request answers. */
export type RequestAnswer<N extends RequestName> = ReturnType<Requests[N]>;

/** What the host tells the window unasked: whole new values, never "something changed". */
export interface Events {
  'study:changed': StudySnapshot;
  /** Only the statuses that changed. */
  'statuses:changed': readonly ActionStatus[];
  'git:changed': GitState | null;
  /** Run events but log batches. */
  'run:event': RunEvent;
  'log:batch': LogBatch;
  'engine:changed': EngineStatus;
  /** The user chose an entry of the application menu, e.g. `run-selected`. */
  'menu:command': string;
}

/** An event's name. */
export type EventName = keyof Events;

/** The host as the window's code uses it (renderer/bridge/host.ts). */
export interface HostApi {
  request<N extends RequestName>(name: N, arg: RequestArg<N>): RequestAnswer<N>;
  /** Answers the function that ends the subscription. */
  on<N extends EventName>(name: N, listener: (payload: Events[N]) => void): () => void;
  /** Absolute path of a dropped file or folder; empty when it has none. */
  pathOfFile(file: unknown): string;
}

/** What the preload puts on `window.studyDesk`: the same, with values as they cross (packing.ts). */
export interface PackedHostApi {
  request(name: RequestName, arg: unknown): Promise<Result<unknown, AppError>>;
  on(name: EventName, listener: (payload: unknown) => void): () => void;
  pathOfFile(file: unknown): string;
}
