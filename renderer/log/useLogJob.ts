import {useMemo} from 'react';
import {isUnderWay, type Job} from '../../shared/job';
import type {ActionLogFile} from '../../shared/log';
import {useAnswer} from '../state/ask';
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
  /** `metadata/<action>.log` of a job of `opensafely run`, or of one whose log is no longer kept; null where there is none. */
  readonly file: ActionLogFile | null;
  /** The action's last job was one of `opensafely run`. */
  readonly ranElsewhere: boolean;
}

/** Whether a job has begun, so that there may be a log. */
function begun(job: Job): boolean {
  return job.state === 'running' || job.startedAt !== null || job.logFile !== null;
}

function jobIdOnScreen(state: DeskState, file: ActionLogFile | null): string | null {
  const {attempt, selection, statuses} = state;
  if (selection === null) return null;
  if (attempt !== null) return attempt;
  const last = statuses.get(selection)?.lastJob ?? null;
  // once it has ended, its log is that file
  if (last !== null && last.ranBy !== 'study-desk' && !isUnderWay(last.state))
    return file?.jobId ?? null;
  return attemptsAt(state.runs, selection)[0]?.id ?? last?.jobId ?? file?.jobId ?? null;
}

/** Decides whose log is shown: always one of the selected action, the attempt chosen by the user or the newest. */
export function useLogJob(): LogJob {
  const action = useDeskState((state) => state.selection);
  const last = useDeskState((state) => state.statuses.get(action ?? '')?.lastJob ?? null);
  const file = useLogFile(action, last?.jobId ?? null);
  const jobId = useDeskState((state) => jobIdOnScreen(state, file));
  const job = useDeskState((state) => jobWithId(state, jobId)) ?? null;
  const runs = useDeskState((state) => state.runs);
  const attempts = useMemo(
    () =>
      action === null
        ? []
        : attemptsAt(runs, action).filter((attempt, index) => index === 0 || begun(attempt)),
    [runs, action],
  );
  return {jobId, action, job, attempts, file, ranElsewhere: last?.ranBy === 'opensafely'};
}

/** The file of an action's log, asked for again once another job was its last. */
function useLogFile(action: string | null, lastJobId: string | null): ActionLogFile | null {
  const [answer, age] = useAnswer('logs:file', action === null ? null : {action}, lastJobId);
  return answer?.ok === true && age !== 'other' ? answer.value : null;
}
