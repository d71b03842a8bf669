import type {CheckProgress} from '../check';
import type {CommandId} from '../commandTable';
import type {EngineStatus} from '../engine';
import type {ImagePull} from '../images';
import type {LogBatch} from '../log';
import type {LogFound} from '../logSearch';
import type {GitState, RunEvent, RunRecord} from '../run';
import type {QueuedRun, RunElsewhere, UnfinishedRun} from '../runQueue';
import type {Shell, ShellOutput} from '../shell';
import type {ActionStatus} from '../status';
import type {StudySnapshot} from '../study';
import type {Update} from '../update';
import type {Crossing} from './request';

/** What the host sends the window unasked: whole new values, never "something changed". */
export interface Events {
  'study:changed': StudySnapshot;
  /** Only the statuses that changed. */
  'statuses:changed': readonly ActionStatus[];
  'git:changed': GitState | null;
  /** Run events but log batches. */
  'run:event': RunEvent;
  /** The newest runs, after another process ran something in the study. */
  'runs:changed': readonly RunRecord[];
  /** What waits to be run, next first. */
  'queue:changed': readonly QueuedRun[];
  /** A run that was cut off waits for its engine, or does so no longer. */
  'unfinished:changed': UnfinishedRun | null;
  /** Runs of the studies that this window does not show. */
  'runs:elsewhere': readonly RunElsewhere[];
  'log:batch': LogBatch;
  /** What the search under way has found since the last time. */
  'log:found': LogFound;
  /** How far the study is that the window begins or follows, in words. */
  'begin:progress': string;
  /** How far the checks before release are. */
  'check:progress': CheckProgress;
  /** How far the run from the commit is that is to show whether the study is ready, in words. */
  'ready:progress': string;
  'engine:changed': EngineStatus;
  /** Images that are downloaded beside any run, and those whose download ended. */
  'pulls:changed': readonly ImagePull[];
  /** What a shell prints that the window watches. */
  'shell:output': ShellOutput;
  /** A shell has ended. */
  'shell:changed': Shell;
  /** A newer Study Desk was found, or is further than it was. */
  'update:changed': Update;
  /** The user chose an entry of the application menu, e.g. `run-selected`. */
  'menu:command': CommandId;
}

/** An event's name. */
export type EventName = keyof Events;

/** Every event, and how its value crosses into the page. */
export const events: Readonly<Record<EventName, Crossing>> = {
  'study:changed': 'study-text',
  'statuses:changed': 'text',
  'git:changed': 'copied',
  'run:event': 'text',
  'runs:changed': 'text',
  'queue:changed': 'text',
  'unfinished:changed': 'copied',
  'runs:elsewhere': 'copied',
  'log:batch': 'copied',
  'log:found': 'copied',
  'begin:progress': 'copied',
  'check:progress': 'copied',
  'ready:progress': 'copied',
  'engine:changed': 'copied',
  'pulls:changed': 'copied',
  'shell:output': 'copied',
  'shell:changed': 'copied',
  'update:changed': 'copied',
  'menu:command': 'copied',
};
