import {stateOf, type Job, type StatusCode} from '../../../shared/job';
import {newJob} from '../../../shared/newJob';
import {DEFAULT_RUN_OPTIONS, type RunRecord} from '../../../shared/run';
import {someRun} from '../runs/someJob';

const at = (seconds: number): string => new Date(secondsAfterStart(seconds)).toISOString();
/** A time on the axis of these runs, in milliseconds since 1970. */
export function secondsAfterStart(seconds: number): number {
  return 1_800_000_000_000 + seconds * 1000;
}

/** A job between two seconds of its run; null where it has not come to that. */
export function jobOnAxis(
  action: string,
  waitsFor: readonly string[],
  statusCode: StatusCode,
  start: number | null,
  end: number | null,
): Job {
  const parts = {id: action, runId: 'run', image: 'r:v2', at: at(0)};
  return {
    ...newJob({action, reason: 'requested', waitsFor}, parts),
    state: stateOf(statusCode),
    statusCode,
    message: '',
    startedAt: start === null ? null : at(start),
    completedAt: end === null ? null : at(end),
  };
}

/** A run of these jobs, ended at a second or under way. */
export const runOnAxis = (
  jobs: readonly Job[],
  endedAt: number | null,
  concurrency = 2,
): RunRecord =>
  someRun('run', jobs, {
    startedAt: at(0),
    endedAt: endedAt === null ? null : at(endedAt),
    outcome: endedAt === null ? null : 'succeeded',
    options: {...DEFAULT_RUN_OPTIONS, concurrency},
  });
