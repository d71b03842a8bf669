import type {StatusCode} from '../../../shared/job';
import {isFinal, stateOf} from '../../../shared/job';
import type {ActionStatus, LastJob} from '../../../shared/status';

/** The status of an action that succeeded in 72 s, with changes. */
export const statusOf = (action: string, changes: Partial<ActionStatus> = {}): ActionStatus => ({
  action,
  lastJob: jobOf('succeeded'),
  outcome: null,
  outputsPresent: true,
  outputCounts: {highly_sensitive: 1, moderately_sensitive: 0, minimally_sensitive: 0},
  provenance: {kind: 'up-to-date', markedBecause: null},
  expectedSeconds: 60,
  ...changes,
});

/** The last job of an action with this status code, begun at noon. */
export function jobOf(statusCode: StatusCode, changes: Partial<LastJob> = {}): LastJob {
  const state = stateOf(statusCode);
  return {
    jobId: 'job',
    runId: 'run',
    state,
    statusCode,
    message: '',
    startedAt: state === 'waiting' ? null : '2026-11-24T12:00:00Z',
    completedAt: isFinal(statusCode) ? '2026-11-24T12:01:12Z' : null,
    exitCode: null,
    peakMemoryBytes: null,
    cpuSeconds: null,
    outOfMemoryBytes: null,
    notCollected: 0,
    ranBy: 'study-desk',
    ...changes,
  };
}
