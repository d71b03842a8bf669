import type {EngineChoice, EngineStatus} from '../../shared/engine';
import type {ImagePull} from '../../shared/images';
import type {LogFound} from '../../shared/logSearch';
import type {FromCommit, GitState, RunEvent, RunRecord} from '../../shared/run';
import type {QueuedRun, UnfinishedRun} from '../../shared/runQueue';
import type {Shell, ShellOutput} from '../../shared/shell';
import type {ActionStatus} from '../../shared/status';
import type {StudySnapshot} from '../../shared/study';
import {createRunHistory} from '../runs/runHistory';
import type {Damage} from '../runs/studyDamage';
import {studyFolder, type StudyFolder} from '../runs/studyFolder';
import type {CheckProgress} from '../../shared/check';
import {createStatusBoard} from './provenance/statusBoard';
import type {StudySettings} from './settings/settingsFacet';
import type {StudyContext} from './studyContext';
import {emptySnapshot, problemsByAction} from './project/studySnapshot';

/** What an open study reports to its listeners. */
export type StudyEvent =
  | {readonly kind: 'study-changed'; readonly snapshot: StudySnapshot}
  | {readonly kind: 'statuses-changed'; readonly statuses: readonly ActionStatus[]}
  | {readonly kind: 'git-changed'; readonly git: GitState | null}
  | {readonly kind: 'run-event'; readonly event: RunEvent}
  | {readonly kind: 'runs-changed'; readonly runs: readonly RunRecord[]}
  | {readonly kind: 'check-progress'; readonly progress: CheckProgress}
  | {readonly kind: 'ready-progress'; readonly words: string}
  | {readonly kind: 'log-found'; readonly found: LogFound}
  /** Of where its jobs run, by the user's settings. */
  | {readonly kind: 'engine-changed'; readonly status: EngineStatus}
  | {readonly kind: 'pulls-changed'; readonly pulls: readonly ImagePull[]}
  /** Of a shell that somebody watches. */
  | {readonly kind: 'shell-output'; readonly output: ShellOutput}
  | {readonly kind: 'shell-changed'; readonly shell: Shell}
  | {readonly kind: 'queue-changed'; readonly queue: readonly QueuedRun[]}
  | {readonly kind: 'unfinished-changed'; readonly unfinished: UnfinishedRun | null};

/** A clean checkout of one of a study's commits, opened as a study of its own. */
export interface Checkout extends FromCommit {
  /** Other folders of the same study: what succeeded there is known here too. */
  readonly relatives: readonly StudyFolder[];
}

/** What the facets of one open study share: where it lies, what was read of it last, what is known of its actions. */
export type StudyState = ReturnType<typeof createStudyState>;

/** The state of a study of which nothing has been read yet. */
export function createStudyState(
  dir: string,
  application: StudyContext,
  settings: StudySettings,
  checkout: Checkout | null = null,
) {
  const choice = (): EngineChoice => application.chosenEngine(settings.current());
  const context: StudyContext = {
    ...application,
    settings: () => settings.current().values,
    executors: application.pool.executors(() => choice().engine),
  };
  const history = createRunHistory();
  const listeners = new Set<(event: StudyEvent) => void>();
  let snapshot = emptySnapshot(dir);
  let closed = false;
  let damage: readonly Damage[] = [];
  const emit = (event: StudyEvent): void => {
    if (!closed) for (const listener of [...listeners]) listener(event);
  };
  const board = createStatusBoard(dir, history, (statuses) => {
    emit({kind: 'statuses-changed', statuses});
  });
  const stopListening = context.executors.onChange((kind, status) => {
    if (kind === context.settings().executor) emit({kind: 'engine-changed', status});
  });
  return {
    context,
    /** Absolute folder of the study. */
    dir,
    folder: studyFolder(dir),
    history,
    board,
    settings,
    /** The commit that the folder is the checkout of; null for a study itself. */
    checkout,
    /** Which container engine is used here, and who says so. */
    engineChoice: choice,
    /** project.yaml as it was last read. */
    snapshot: (): StudySnapshot => snapshot,
    /** What of the study's records could not be read when it was last looked for. */
    damage: (): readonly Damage[] => damage,
    setDamage(next: readonly Damage[]): void {
      damage = next;
      board.setHidden(next.filter(({hidesRuns}) => hidesRuns).map(({message}) => message));
    },
    /** To be called by the project facet alone. */
    setSnapshot(next: StudySnapshot): void {
      snapshot = next;
      board.setActions(next.project?.actions.map(({name}) => name) ?? [], problemsByAction(next));
      emit({kind: 'study-changed', snapshot});
    },
    emit,
    subscribe(listener: (event: StudyEvent) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isClosed: (): boolean => closed,
    /** Nothing is reported any more. */
    close(): void {
      closed = true;
      stopListening();
      board.close();
      listeners.clear();
    },
  };
}
