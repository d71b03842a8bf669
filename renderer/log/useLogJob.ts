import {useMemo} from 'react';
import type {Job} from '../../shared/job';
import type {LastJob} from '../../shared/status';
import {useDeskState, type DeskState} from '../state/deskStore';
import {attemptsAt, jobWithId, openJobs} from '../state/selectors';

/** The job whose log is on screen, and the other attempts at the same action. */
export interface LogJob {
  readonly jobId: string | null;
  readonly action: string | null;
  /** Null for a job of before the listed runs. */
  readonly job: Job | null;
  /** Newest first; those that ever started. */
  readonly attempts: readonly Job[];
}

/** Whether a job has begun, so that there may be a log. */
function begun(job: Job): boolean {
  return job.state === 'running' || job.startedAt !== null || job.logFile !== null;
}

/** The job of the run under way to look at: the one on screen while it goes on, else the newest that runs. */
function runningJob(state: DeskState): string | null {
  const running = openJobs(state).filter((job) => job.state === 'running');
  const shown = running.find((job) => job.id === state.log.jobId);
  return (shown ?? running[running.length - 1])?.id ?? state.log.jobId;
}

function targetJobId(state: DeskState): string | null {
  const {logTarget, selection, statuses} = state;
  if (logTarget.kind === 'job') return logTarget.jobId;
  const running = runningJob(state);
  const following = logTarget.kind === 'run' && (running !== null || state.activeRunId !== null);
  if (following || selection === null) return running;
  const last = statuses.get(selection)?.lastJob ?? null;
  // what opensafely run did has its log in metadata/, not among our attempts
  const own = attemptsAt(state.runs, selection).find(begun);
  return own?.id ?? (last?.ranBy === 'study-desk' ? last.jobId : null);
}

/** Action of a job that is in no listed run. */
function actionOf(statuses: DeskState['statuses'], jobId: string | null): string | null {
  const found = [...statuses.values()].find((status) => status.lastJob?.jobId === jobId);
  return jobId === null ? null : (found?.action ?? null);
}

/** Decides whose log is shown: an attempt chosen by the user, the selection's last, or whatever runs. */
export function useLogJob(): LogJob {
  const jobId = useDeskState(targetJobId);
  const job = useDeskState((state) => jobWithId(state, jobId)) ?? null;
  const selection = useDeskState((state) => state.selection);
  const chosen = useDeskState((state) => state.logTarget.kind);
  const known = useDeskState((state) => actionOf(state.statuses, jobId));
  const action = job?.action ?? known ?? (chosen === 'selection' ? selection : null);
  const runs = useDeskState((state) => state.runs);
  const attempts = useMemo(
    () =>
      action === null
        ? []
        : runs.flatMap((run) =>
            run.jobs.filter((other) => other.action === action && begun(other)),
          ),
    [runs, action],
  );
  return {jobId, action, job, attempts};
}

/** True where the last job was run by `opensafely run`, whose log Study Desk does not keep. */
export function ranElsewhere(last: LastJob | null): boolean {
  return last?.ranBy === 'opensafely';
}
