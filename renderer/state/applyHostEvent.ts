import type {Events} from '../../shared/contract/events';
import {isFinal, type Job} from '../../shared/job';
import {assertNever} from '../../shared/result';
import type {RunEvent, RunRecord} from '../../shared/run';
import type {DeskState} from './deskStore';
import {applyBatch} from './logPages';

/** What the host tells, as one value per event; the menu's commands are not state (renderer/commands). */
export type HostEvent = {
  [N in Exclude<keyof Events, 'menu:command'>]: {readonly name: N; readonly payload: Events[N]};
}[Exclude<keyof Events, 'menu:command'>];

/** Notices of a run that are kept; a run that says more has its log for it. */
const MAX_NOTICES = 50;

/** The parts of the state that an event changes. Pure: the only place where events become state. */
export function applyHostEvent(state: DeskState, event: HostEvent): Partial<DeskState> {
  switch (event.name) {
    case 'study:changed': {
      const names = event.payload.graph?.names;
      const gone = state.selection !== null && names?.includes(state.selection) === false;
      return {study: event.payload, ...(gone ? {selection: null} : {})};
    }
    case 'statuses:changed': {
      const statuses = new Map(state.statuses);
      for (const status of event.payload) statuses.set(status.action, status);
      return {statuses};
    }
    case 'git:changed':
      return {git: event.payload};
    case 'queue:changed':
      return {queue: event.payload};
    case 'unfinished:changed':
      return {unfinished: event.payload};
    case 'engine:changed':
      return {engine: event.payload};
    case 'log:batch': {
      const log = applyBatch(state.log, event.payload);
      return log === state.log ? {} : {log};
    }
    case 'run:event':
      return applyRunEvent(state, event.payload);
    default:
      return assertNever(event);
  }
}

function applyRunEvent(state: DeskState, event: RunEvent): Partial<DeskState> {
  switch (event.event) {
    case 'started':
      return {
        runs: [event.run, ...state.runs.filter((run) => run.id !== event.run.id)],
        activeRunId: event.run.id,
        pulls: new Map(),
        notices: [],
      };
    case 'job':
      return {
        runs: changeRun(state.runs, event.runId, (run) => ({
          ...run,
          jobs: withJob(run.jobs, event.job),
        })),
        ...logEnd(state, [event.job]),
      };
    case 'log': {
      const log = applyBatch(state.log, event.batch);
      return log === state.log ? {} : {log};
    }
    case 'pull': {
      const pulls = new Map(state.pulls);
      if (event.progress.phase === 'done') pulls.delete(event.progress.image);
      else pulls.set(event.progress.image, event.progress);
      return {pulls};
    }
    case 'notice':
      return {
        notices: [
          ...state.notices,
          {runId: event.runId, level: event.level, message: event.message},
        ].slice(-MAX_NOTICES),
      };
    case 'finished':
      return {
        runs: changeRun(state.runs, event.runId, (run) => ({
          ...run,
          jobs: event.jobs,
          endedAt: run.endedAt ?? lastTime(event.jobs) ?? run.startedAt,
          outcome: event.succeeded ? 'succeeded' : event.cancelled ? 'cancelled' : 'failed',
        })),
        activeRunId: state.activeRunId === event.runId ? null : state.activeRunId,
        pulls: new Map(),
        ...logEnd(state, event.jobs),
        ...(event.error === null ? {} : {error: event.error}),
      };
    default:
      return assertNever(event);
  }
}

function changeRun(
  runs: readonly RunRecord[],
  runId: string,
  change: (run: RunRecord) => RunRecord,
): readonly RunRecord[] {
  return runs.map((run) => (run.id === runId ? change(run) : run));
}

function withJob(jobs: readonly Job[], job: Job): readonly Job[] {
  return jobs.some((known) => known.id === job.id)
    ? jobs.map((known) => (known.id === job.id ? job : known))
    : [...jobs, job];
}

/** Marks the log on screen as complete once its job has ended. */
function logEnd(state: DeskState, jobs: readonly Job[]): Partial<DeskState> {
  const ended = jobs.some((job) => job.id === state.log.jobId && isFinal(job.statusCode));
  return ended && !state.log.complete ? {log: {...state.log, complete: true}} : {};
}

function lastTime(jobs: readonly Job[]): string | null {
  return jobs.reduce<string | null>(
    (latest, job) =>
      job.completedAt !== null && (latest === null || job.completedAt > latest)
        ? job.completedAt
        : latest,
    null,
  );
}
