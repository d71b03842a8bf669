import {useMemo} from 'react';
import type {Job} from '../../shared/job';
import type {LastJob} from '../../shared/status';
import {useDeskState, type DeskState} from '../state/deskStore';
import {attemptsAt, jobWithId} from '../state/selectors';

/** The job whose log is on screen, and the other attempts at the same action. */
export interface LogJob {
  readonly jobId: string | null;
  /** The selected action; null while none is. */
  readonly action: string | null;
  /** Null for a job of before the listed runs. */
  readonly job: Job | null;
  /** Newest first; those that ever started, and the newest. */
  readonly attempts: readonly Job[];
}

/** Whether a job has begun, so that there may be a log. */
function begun(job: Job): boolean {
  return job.state === 'running' || job.startedAt !== null || job.logFile !== null;
}

function jobIdOnScreen(state: DeskState): string | null {
  const {attempt, selection, statuses} = state;
  if (selection === null) return null;
  if (attempt !== null) return attempt;
  const last = statuses.get(selection)?.lastJob ?? null;
  // what opensafely run did has its log in metadata/, not among our attempts
  const own = attemptsAt(state.runs, selection)[0];
  return own?.id ?? (last?.ranBy === 'study-desk' ? last.jobId : null);
}

/** Decides whose log is shown: always one of the selected action, the attempt chosen by the user or the newest. */
export function useLogJob(): LogJob {
  const jobId = useDeskState(jobIdOnScreen);
  const job = useDeskState((state) => jobWithId(state, jobId)) ?? null;
  const action = useDeskState((state) => state.selection);
  const runs = useDeskState((state) => state.runs);
  const attempts = useMemo(
    () =>
      action === null
        ? []
        : attemptsAt(runs, action).filter((attempt, index) => index === 0 || begun(attempt)),
    [runs, action],
  );
  return {jobId, action, job, attempts};
}

/** True where the last job was run by `opensafely run`, whose log Study Desk does not keep. */
export function ranElsewhere(last: LastJob | null): boolean {
  return last?.ranBy === 'opensafely';
}
