import type {LogBatch} from '../../shared/log';
import {assertNever} from '../../shared/result';
import type {ActionStatus} from '../../shared/status';
import type {StudyEvent} from '../core/studyState';
import type {SendEvent} from './ipcPort';

/** Log batches a window may have untaken before further ones wait in the log file. */
const MAX_BATCHES_UNDER_WAY = 8;

/** Status changes within this time go out as one event; far below the 100 ms in which they must be painted. */
const STATUS_GATHER_MS = 25;

/** Carries a study's events to one window. */
export type EventBridge = ReturnType<typeof createEventBridge>;

/**
 * Turns study events into window events. A window that falls behind gets no more log batches until it has
 * caught up; the gap in `firstSeq` then makes it read the rest from the file (`logs:read`).
 */
export function createEventBridge(send: SendEvent) {
  let followed: string | null = null;
  let underWay = 0;
  let skipped: LogBatch | null = null;
  const statuses = new Map<string, ActionStatus>();
  let statusTimer: NodeJS.Timeout | null = null;

  function sendStatuses(): void {
    statusTimer = null;
    if (statuses.size === 0) return;
    const changed = [...statuses.values()];
    statuses.clear();
    send('statuses:changed', changed);
  }

  function sendBatch(batch: LogBatch): void {
    if (batch.jobId !== followed) return;
    if (underWay >= MAX_BATCHES_UNDER_WAY) {
      skipped = batch;
      return;
    }
    underWay += 1;
    send('log:batch', batch);
  }

  return {
    handle(event: StudyEvent): void {
      switch (event.kind) {
        case 'study-changed':
          send('study:changed', event.snapshot);
          return;
        case 'statuses-changed':
          for (const status of event.statuses) statuses.set(status.action, status);
          statusTimer ??= setTimeout(sendStatuses, STATUS_GATHER_MS);
          return;
        case 'git-changed':
          send('git:changed', event.git);
          return;
        case 'engine-changed':
          send('engine:changed', event.status);
          return;
        case 'pulls-changed':
          send('pulls:changed', event.pulls);
          return;
        case 'shell-output':
          send('shell:output', event.output);
          return;
        case 'shell-changed':
          send('shell:changed', event.shell);
          return;
        case 'runs-changed':
          send('runs:changed', event.runs);
          return;
        case 'check-progress':
          send('check:progress', event.progress);
          return;
        case 'ready-progress':
          send('ready:progress', event.words);
          return;
        case 'log-found':
          send('log:found', event.found);
          return;
        case 'queue-changed':
          send('queue:changed', event.queue);
          return;
        case 'unfinished-changed':
          send('unfinished:changed', event.unfinished);
          return;
        case 'run-event':
          if (event.event.event === 'log') {
            sendBatch(event.event.batch);
            return;
          }
          // what a run's end changed must not arrive after the end itself
          if (event.event.event === 'finished') sendStatuses();
          send('run:event', event.event);
          return;
        default:
          assertNever(event);
      }
    },
    /** Log batches of this job only are sent from now on; null sends none. */
    follow(jobId: string | null): void {
      followed = jobId;
      skipped = null;
      // what a page took with it when it was reloaded is never reported as taken
      underWay = 0;
    },
    /** The window has taken one batch. */
    batchTaken(): void {
      underWay = Math.max(0, underWay - 1);
      if (skipped === null || underWay > 0) return;
      // an empty batch behind the last skipped line shows the gap even if no further line comes
      const {jobId, action, firstSeq, lines} = skipped;
      skipped = null;
      sendBatch({jobId, action, firstSeq: firstSeq + lines.length, lines: []});
    },
    close(): void {
      if (statusTimer !== null) clearTimeout(statusTimer);
      statuses.clear();
      followed = null;
    },
  };
}
