import type {EngineStatus, ExecutorKind} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {EditPreview, NewAction} from '../../shared/ipc/contract';
import type {LogPage} from '../../shared/log';
import type {OutputContent, OutputsListing} from '../../shared/output';
import type {RunRequest} from '../../shared/plan';
import type {
  CacheUsage,
  ClearPreview,
  OutputDecision,
  PlanPreview,
  Finding,
  RestorableAction,
} from '../../shared/preview';
import type {TextEdit} from '../../shared/problem';
import type {Result} from '../../shared/result';
import type {GitState, RunEvent, RunOptions, RunRecord} from '../../shared/run';
import type {ActionOverride} from '../../shared/settings';
import type {ActionStatus} from '../../shared/status';
import type {StudySnapshot} from '../../shared/study';

type Answer<T> = Promise<Result<T, AppError>>;

/** What an open study tells its listeners. */
export type StudyEvent =
  | {readonly kind: 'study-changed'; readonly snapshot: StudySnapshot}
  | {readonly kind: 'statuses-changed'; readonly statuses: readonly ActionStatus[]}
  | {readonly kind: 'git-changed'; readonly git: GitState | null}
  | {readonly kind: 'run-event'; readonly event: RunEvent};

/** An open study: everything the window and the command line do with it. */
export interface Study {
  readonly dir: string;
  snapshot(): StudySnapshot;
  reload(): Promise<StudySnapshot>;
  statuses(): Answer<readonly ActionStatus[]>;
  git(): Answer<GitState | null>;
  subscribe(listener: (event: StudyEvent) => void): () => void;

  previewFix(revision: number, edits: readonly TextEdit[]): Answer<EditPreview>;
  previewAdd(revision: number, action: NewAction): Answer<EditPreview>;
  applyEdits(revision: number, edits: readonly TextEdit[]): Answer<StudySnapshot>;

  planPreview(request: RunRequest): Answer<PlanPreview>;
  preflight(request: RunRequest, options: RunOptions): Answer<readonly Finding[]>;
  /** Answers the run's id once it has begun; what follows comes as events, `finished` last. */
  startRun(request: RunRequest, options: RunOptions): Answer<string>;
  cancel(runId: string, action: string | null): Answer<null>;
  /** Runs under way. */
  activeRuns(): readonly string[];
  runs(limit: number): Answer<readonly RunRecord[]>;
  overrides(): Answer<Readonly<Record<string, ActionOverride>>>;
  saveOverride(
    action: string,
    override: ActionOverride | null,
  ): Answer<Readonly<Record<string, ActionOverride>>>;

  readLog(jobId: string, fromSeq: number, limit: number): Answer<LogPage>;
  /** Absolute path of a file or folder inside the study, links resolved; for other programs to open. */
  resolveFile(path: string): Answer<string>;
  outputs(): Answer<OutputsListing>;
  readOutput(path: string): Answer<OutputContent>;
  previewClear(): Answer<ClearPreview>;
  clearOutputs(paths: readonly string[]): Answer<ClearPreview>;

  changesOf(action: string, path: string): Answer<string>;
  markUpToDate(action: string, reason: string): Answer<null>;
  /** Marks and restored outputs, newest first. */
  decisions(): Answer<readonly OutputDecision[]>;
  restorable(): Answer<readonly RestorableAction[]>;
  restore(actions: readonly string[]): Answer<null>;
  cacheUsage(): Answer<CacheUsage>;
  clearCache(): Answer<CacheUsage>;

  loadView(): Answer<string | null>;
  saveView(json: string): Answer<null>;

  /** Stops watching; runs under way go on unless cancelled first. */
  close(): Promise<void>;
}

/** How a study is opened. */
export interface OpenOptions {
  /** Watch project.yaml and outputs for changes. */
  readonly watch: boolean;
}

/** The application without a window: both faces, the window and the command line, stand on this. */
export interface Core {
  openStudy(dir: string, options: OpenOptions): Answer<Study>;
  /** Last known engine state, at once. */
  engine(kind: ExecutorKind): EngineStatus;
  checkEngine(kind: ExecutorKind): Promise<EngineStatus>;
  onEngineChange(listener: (kind: ExecutorKind, status: EngineStatus) => void): () => void;
  /** Copies the sample study into a new or empty folder. */
  copySample(targetDir: string): Answer<string>;
  /** True for a copy of the sample study. */
  isSample(dir: string): Promise<boolean>;
  close(): Promise<void>;
}
