import type {Job} from './job';
import type {PlannedJob} from './plan';

/** A job that has not begun. */
export function newJob(
  planned: Pick<PlannedJob, 'action' | 'reason' | 'waitsFor'>,
  parts: {
    readonly id: string;
    readonly runId: string;
    readonly image: string;
    readonly at: string;
  },
): Job {
  return {
    id: parts.id,
    runId: parts.runId,
    action: planned.action,
    reason: planned.reason,
    waitsFor: planned.waitsFor,
    state: 'waiting',
    statusCode: 'created',
    message: 'Created',
    hint: null,
    exitCode: null,
    createdAt: parts.at,
    startedAt: null,
    completedAt: null,
    image: parts.image,
    imageId: null,
    actionCommit: null,
    outputs: [],
    unmatchedPatterns: [],
    unmatchedFiles: [],
    excluded: [],
    notCollected: [],
    logFile: null,
    keptFiles: null,
    outOfMemoryBytes: null,
    peakMemoryBytes: null,
    cpuSeconds: null,
  };
}
