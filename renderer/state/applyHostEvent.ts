import type {Events} from '../../shared/contract/events';
import {isFinal, type Job} from '../../shared/job';
import {assertNever} from '../../shared/result';
import type {RunEvent, RunRecord} from '../../shared/run';
import {lastJobOf, type ActionStatus} from '../../shared/status';
import type {DeskState} from './deskStore';
import {selectionAfter} from './followRun';
import {applyBatch} from './logPages';

/**
 * What the host reports and is not state: commands of the menu (renderer/commands), finds in logs (renderer/log), what shells
 * print (renderer/shell), how far what is begun or tried is (renderer/dialogs).
 */
type NotState = 'menu:command' | 'log:found' | 'shell:output' | 'begin:progress' | 'ready:progress';

/** What the host reports, as one value per event. */
export type HostEvent = {
  [N in Exclude<keyof Events, NotState>]: {readonly name: N; readonly payload: Events[N]};
}[Exclude<keyof Events, NotState>];

/** Ends of runs that are shown together. */
const MAX_ENDS = 3;

/** Notices of a run that are kept; the log of a run has the rest. */
const MAX_NOTICES = 50;

/** The parts of the state that an event changes. Pure: the only place where events become state. */
export function applyHostEvent(state: DeskState, event: HostEvent): Partial<DeskState> {
  switch (event.name) {
    case 'study:changed': {
      const names = event.payload.graph?.names;
      const gone = state.selection !== null && names?.includes(state.selection) === false;
      const left = [...state.picked].every((name) => names?.includes(name) !== false);
      return {
        study: event.payload,
        ...(gone ? {selection: null, attempt: null} : {}),
        ...(gone || !left ? {picked: new Set<string>()} : {}),
      };
    }
    case 'statuses:changed': {
      const statuses = new Map(state.statuses);
      for (const status of event.payload) statuses.set(status.action, status);
      const run = state.runs.find(({id}) => id === state.activeRunId);
      return {statuses: run === undefined ? statuses : withJobs(statuses, run.jobs)};
    }
    case 'git:changed':
      return {git: event.payload};
    case 'runs:changed': {
      const known = new Map(event.payload.map((run) => [run.id, run]));
      const others = state.runs.filter(({id}) => !known.has(id));
      const runs = [...event.payload, ...others];
      // one that Snakemake carries out is followed by what it leaves on disk alone
      const elsewhere = runs.find(({ranBy, endedAt}) => ranBy !== undefined && endedAt === null);
      const before = runs.find(({id}) => id === state.activeRunId);
      const kept = before?.ranBy === undefined ? state.activeRunId : null;
      return {runs, activeRunId: elsewhere?.id ?? kept};
    }
    case 'runs:elsewhere':
      return {runsElsewhere: event.payload};
    case 'queue:changed':
      return {queue: event.payload};
    case 'unfinished:changed':
      return {unfinished: event.payload};
    case 'check:progress':
      // the last of it may come after the answer
      return state.checkProgress === null ? {} : {checkProgress: event.payload};
    case 'engine:changed':
      return {engine: event.payload};
    case 'update:changed':
      return {update: event.payload};
    case 'pulls:changed':
      return {imagePulls: event.payload};
    case 'shell:changed':
      return {
        shells: state.shells.map((shell) =>
          shell.id === event.payload.id ? event.payload : shell,
        ),
      };
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
        endsShown: state.endsShown.filter((id) => failedIn(state.runs, id)),
        choseSinceStart: false,
        statuses: withJobs(state.statuses, event.run.jobs),
      };
    case 'job':
      return {
        ...changeRun(state, event.runId, (run) => ({
          ...run,
          jobs: withJob(run.jobs, event.job),
        })),
        statuses: withJobs(state.statuses, [event.job]),
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
    case 'options':
      return changeRun(state, event.runId, (run) => ({...run, options: event.options}));
    case 'notice':
      return {
        notices: [
          ...state.notices,
          {runId: event.runId, level: event.level, message: event.message},
        ].slice(-MAX_NOTICES),
      };
    case 'finished':
      return {
        ...changeRun(state, event.runId, (run) => ({
          ...run,
          jobs: event.jobs,
          endedAt: run.endedAt ?? lastTime(event.jobs) ?? run.startedAt,
          outcome: event.outcome,
        })),
        activeRunId: state.activeRunId === event.runId ? null : state.activeRunId,
        endsShown: [event.runId, ...state.endsShown].slice(0, MAX_ENDS),
        statuses: withJobs(state.statuses, event.jobs),
        pulls: new Map(),
        ...logEnd(state, event.jobs),
        ...(event.error === null ? {} : {error: event.error}),
      };
    default:
      return assertNever(event);
  }
}

/** A run that moved on, and the selection with it. */
function changeRun(
  state: DeskState,
  runId: string,
  change: (run: RunRecord) => RunRecord,
): Partial<DeskState> {
  const before = state.runs.find(({id}) => id === runId);
  if (before === undefined) return {};
  const after = change(before);
  return {
    runs: state.runs.map((run) => (run === before ? after : run)),
    ...(runId === state.activeRunId ? selectionAfter(state, before, after) : {}),
  };
}

/**
 * States with those of the jobs of the run under way, so that no two places of the window show different
 * things of one job. What a job that has just succeeded made is being checked until the host has answered.
 */
function withJobs(
  statuses: ReadonlyMap<string, ActionStatus>,
  jobs: readonly Job[],
): ReadonlyMap<string, ActionStatus> {
  const changed = jobs.flatMap((job): readonly ActionStatus[] => {
    const status = statuses.get(job.action);
    if (status === undefined) return [];
    const last = status.lastJob;
    // an end that the host has reported stays, e.g. where outputs were put back since
    const told =
      last?.jobId === job.id &&
      (isFinal(last.statusCode) ||
        (last.statusCode === job.statusCode && last.state === job.state));
    if (told) return [];
    const made = job.state === 'succeeded';
    return [
      {
        ...status,
        lastJob: lastJobOf(job),
        ...(made
          ? {outcome: 'succeeded', outputsPresent: true, provenance: {kind: 'checking'}}
          : {}),
      },
    ];
  });
  if (changed.length === 0) return statuses;
  const next = new Map(statuses);
  for (const status of changed) next.set(status.action, status);
  return next;
}

function failedIn(runs: readonly RunRecord[], runId: string): boolean {
  return runs.find(({id}) => id === runId)?.outcome === 'failed';
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
