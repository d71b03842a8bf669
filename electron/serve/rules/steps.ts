import {isFinal, type Job} from '../../../shared/job';
import {isOver, type ServedCode, type ServedJob, type ServedState} from '../records';
import {exitMessage, MESSAGES, withReference} from './messages';

/** A new state of a job; times are seconds since 1970. */
export interface Step {
  readonly state: ServedState;
  readonly code: ServedCode;
  readonly message: string;
}

/** Least seconds from one touch of an unchanged job to the next: servers take a job for lost that was not touched for half an hour. */
const TOUCH_SECONDS = 60;

/**
 * The job after a step; null where nothing changes and it was touched within the last minute. Nothing else changes a job's state:
 * one that is over stays as it is, whatever comes.
 */
export function afterStep(job: ServedJob, step: Step, now: number): ServedJob | null {
  if (isOver(job)) return null;
  const message = withReference({id: job.id, state: step.state, code: step.code}, step.message);
  const same = job.state === step.state && job.code === step.code && job.message === message;
  // a clock that went back must not keep a job untouched
  if (same && Math.abs(now - job.updatedAt) < TOUCH_SECONDS) return null;
  const over = isOver(step);
  const begun = step.state === 'running' || (over && job.startedAt !== null);
  return {
    ...job,
    ...step,
    message,
    updatedAt: now,
    startedAt: step.state === 'pending' ? null : begun ? (job.startedAt ?? now) : null,
    completedAt: over ? now : null,
  };
}

const RUNNING: Readonly<Partial<Record<Job['statusCode'], {code: ServedCode; message: string}>>> = {
  created: {code: 'preparing', message: MESSAGES.preparing},
  waiting_on_dependencies: {code: 'preparing', message: MESSAGES.preparing},
  waiting_on_workers: {code: 'preparing', message: MESSAGES.preparing},
  preparing: {code: 'preparing', message: MESSAGES.preparing},
  prepared: {code: 'prepared', message: MESSAGES.prepared},
  executing: {code: 'executing', message: MESSAGES.executing},
  executed: {code: 'executed', message: MESSAGES.executed},
  finalizing: {code: 'finalizing', message: MESSAGES.finalizing},
  finalized: {code: 'finalized', message: MESSAGES.finalized},
};

/** The step of a job that the engine has come to; one that has ended counts as being recorded until all of it is in its place. */
export function runningStep({statusCode}: Job): Step {
  const {code, message} = RUNNING[statusCode] ?? {code: 'finalizing', message: MESSAGES.finalizing};
  return {state: 'running', code, message};
}

/** What the report of an end needs besides the job. */
export interface EndFacts {
  readonly cancelled: boolean;
  readonly timedOut: boolean;
  readonly usesDatabase: boolean;
  /** `r` in `r:v2`. */
  readonly imageName: string;
}

/**
 * The state of a job that has ended, for the server, by its code and exit code alone: the engine's own words may name files,
 * patterns and places, and stay here.
 */
export function endStep(job: Job, facts: EndFacts): Step {
  if (!isFinal(job.statusCode)) throw new Error(`Job ${job.id} has not ended`);
  if (job.statusCode === 'succeeded')
    return {state: 'succeeded', code: 'succeeded', message: MESSAGES.succeeded};
  const failed = (code: ServedCode, message: string): Step => ({state: 'failed', code, message});
  if (facts.cancelled) return failed('cancelled_by_user', MESSAGES.cancelled);
  if (facts.timedOut) return failed('job_error', MESSAGES.timedOut);
  switch (job.statusCode) {
    case 'nonzero_exit':
      return failed(
        'nonzero_exit',
        exitMessage(job.exitCode ?? 1, facts.usesDatabase, facts.imageName, job.outOfMemoryBytes),
      );
    case 'unmatched_patterns':
      return failed('unmatched_patterns', MESSAGES.unmatched);
    case 'cancelled_by_user':
      return failed('cancelled_by_user', MESSAGES.cancelled);
    case 'cut_off':
    case 'not_started':
      return failed('job_error', MESSAGES.vanished);
    default:
      return failed('internal_error', MESSAGES.internal);
  }
}
