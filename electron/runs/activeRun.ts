import {rm} from 'node:fs/promises';
import {appError, type AppError} from '../../shared/errors';
import {isFinal, type Job} from '../../shared/job';
import type {RunEvent, RunRecord} from '../../shared/run';
import {schedule, type ScheduledJob} from '../planner/schedule';
import {compressLog} from './attemptLog';
import type {RunningJob} from './executor';
import {advanceJob, type JobEnding} from './jobMachine';
import {createJobRunner, type JobTask} from './jobRunner';
import {isoTimeOf, type JobDefinition, type RunPorts} from './runPorts';
import {attemptLogPath, type RunJournal} from './runStore';

/** What carrying out a run takes. */
export interface RunTask {
  readonly ports: RunPorts;
  readonly record: RunRecord;
  readonly journal: RunJournal;
  /** By action, one for each job. */
  readonly definitions: ReadonlyMap<string, JobDefinition>;
  readonly weightOf: (action: string) => number;
  readonly emit: (event: RunEvent) => void;
  /** Told when the run has begun. */
  readonly notices: readonly string[];
  /** To be done before the first job, e.g. pulling images; an error ends the run. */
  readonly beforeJobs: (signal: AbortSignal) => Promise<AppError | null>;
  /** To be done after the last job, before the end is told; must not reject. */
  readonly afterJobs: () => Promise<void>;
  /** Jobs found in the engine by name of their action, of a run that was cut off; null for a new run. */
  readonly found: ReadonlyMap<string, RunningJob> | null;
}

/** A run under way. */
export interface ActiveRun {
  readonly id: string;
  /** The run as it is now. */
  record(): RunRecord;
  /** Stops one job, or with null the whole run. */
  cancel(action: string | null): void;
  /** Resolves once everything has ended and is cleaned up; never rejects. */
  readonly done: Promise<RunRecord>;
}

const STOPPED_BY_USER: JobEnding = {
  statusCode: 'cancelled_by_user',
  message: 'Stopped by you',
  hint: null,
};

function neverStarted(because: string): JobEnding {
  return {statusCode: 'cancelled_by_user', message: `Never started: ${because}`, hint: null};
}

/** Begins to carry out a run; whatever happens inside, `done` resolves and the record is closed. */
export function startActiveRun(task: RunTask): ActiveRun {
  const {ports, record} = task;
  const jobs = new Map(record.jobs.map((job) => [job.action, job]));
  const runner = createJobRunner(ports);
  const stoppers = new Map<string, {abort: AbortController; ending: JobEnding}>();
  const dependants = dependantsOf(record.jobs);
  const background = new Set<Promise<void>>();
  const wholeRun = new AbortController();
  let cancelled = false;
  let recordFault = false;
  let fault: AppError | null = null;
  let allEnded: () => void = () => undefined;

  const notice = (level: 'info' | 'warning', message: string) => {
    task.emit({event: 'notice', runId: record.id, level, message});
  };

  /** Takes in a job's state; a record that can't be written does not end the run. */
  const take = async (job: Job): Promise<void> => {
    jobs.set(job.action, job);
    const noted = job.state === 'pending' ? Promise.resolve() : task.journal.note(job);
    if (!isFinal(job.statusCode)) task.emit({event: 'job', runId: record.id, job});
    try {
      await noted;
    } catch (error) {
      if (!recordFault) {
        const detail = error instanceof Error ? error.message : String(error);
        notice('warning', `The record of this run could not be written (${detail}).`);
      }
      recordFault = true;
    }
    // an end is told only once it is on disk
    if (isFinal(job.statusCode)) task.emit({event: 'job', runId: record.id, job});
  };

  const end = (action: string, ending: JobEnding) => {
    const job = jobs.get(action);
    if (job === undefined || job.state !== 'pending') return;
    later(take(advanceJob(job, {kind: 'ended', at: isoTimeOf(ports.now()), ending})));
  };

  const later = (work: Promise<void>) => {
    const tracked = work
      .catch((error: unknown) => {
        notice('warning', `Cleaning up failed: ${textOf(error)}`);
      })
      .finally(() => background.delete(tracked));
    background.add(tracked);
  };

  /** Everything that waits for a failed job, directly or not, fails with it (BEHAVIOUR §3.3). */
  const failDependants = (action: string) => {
    for (const dependant of dependants.get(action) ?? []) {
      const job = jobs.get(dependant);
      if (job?.state !== 'pending') continue;
      end(dependant, {
        statusCode: 'dependency_failed',
        message: `Not started: it needs ${action}, which did not succeed`,
        hint: null,
      });
      failDependants(dependant);
    }
  };

  /** Ends what has not begun and, unless it may finish, stops what runs. */
  const stopAll = (because: string, running: JobEnding | null) => {
    for (const job of jobs.values())
      if (job.state === 'pending') end(job.action, neverStarted(because));
    if (running === null) return;
    for (const stopper of stoppers.values()) {
      stopper.ending = running;
      stopper.abort.abort();
    }
  };

  const jobTask = (
    definition: JobDefinition,
    stopper: {abort: AbortController; ending: JobEnding},
    job: Job,
  ): JobTask => ({
    definition,
    runId: record.id,
    commit: record.git?.commit ?? null,
    debug: record.options.debug,
    logPath: attemptLogPath(task.journal.dir, job.id),
    signal: stopper.abort.signal,
    stopped: () => stopper.ending,
    onJob: take,
    onLines: (firstSeq, lines) => {
      task.emit({
        event: 'log',
        runId: record.id,
        batch: {jobId: job.id, action: job.action, firstSeq, lines},
      });
    },
    onNotice: (message) => notice('warning', `${job.action}: ${message}`),
    afterwards: later,
  });

  const launch = (action: string, work: (job: Job, jobTask: JobTask) => Promise<Job>) => {
    const job = jobs.get(action);
    const definition = task.definitions.get(action);
    if (job === undefined || definition === undefined)
      throw new Error(`No definition of ${action}`);
    const stopper = {abort: new AbortController(), ending: STOPPED_BY_USER};
    stoppers.set(action, stopper);
    work(job, jobTask(definition, stopper, job))
      .catch((error: unknown) => endBroken(action, error))
      .then((ended) => {
        stoppers.delete(action);
        later(compressLog(attemptLogPath(task.journal.dir, ended.id)));
        if (ended.state === 'failed') afterFailure(ended);
        next();
      })
      .catch((error: unknown) => {
        fault ??= appError('bug', 'The run ended on an error of Study Desk.', {
          detail: textOf(error),
        });
        stopAll(fault.message, STOPPED_BY_USER);
        if (stoppers.size === 0) allEnded();
      });
  };

  /** A job whose runner broke down ends, and no other with it. */
  const endBroken = (action: string, error: unknown): Job => {
    notice('warning', `${action}: ${textOf(error)}`);
    const job = jobs.get(action);
    if (job === undefined) throw new Error(`No job of ${action}`);
    if (isFinal(job.statusCode)) return job;
    const ending: JobEnding = {
      statusCode: 'internal_error',
      message: 'Study Desk met an error of its own in this job',
      hint: textOf(error),
    };
    const ended = advanceJob(job, {kind: 'ended', at: isoTimeOf(ports.now()), ending});
    later(take(ended));
    return ended;
  };

  const afterFailure = (job: Job) => {
    failDependants(job.action);
    const {continueOnError, letRunningFinish} = record.options;
    if (continueOnError || job.statusCode === 'cancelled_by_user') return;
    const because = `${job.action} failed first`;
    stopAll(
      because,
      letRunningFinish
        ? null
        : {
            statusCode: 'cancelled_by_user',
            message: `Stopped because ${job.action} failed`,
            hint: null,
          },
    );
  };

  /** Starts what may start now; asked again whenever a job has ended. */
  const next = () => {
    const open = [...jobs.values()].filter((job) => !isFinal(job.statusCode));
    const step = schedule(
      open.map((job) => toScheduled(job, stoppers.has(job.action), task)),
      record.options.concurrency,
    );
    const starting = new Set(step.start);
    const waiting = new Set(step.waitingForWorkers);
    for (const job of open) {
      if (job.state !== 'pending' || stoppers.has(job.action) || starting.has(job.action)) continue;
      const statusCode = waiting.has(job.action) ? 'waiting_on_workers' : 'waiting_on_dependencies';
      if (job.statusCode === statusCode) continue;
      const reason = waiting.has(job.action) ? 'workers' : 'dependencies';
      void take(advanceJob(job, {kind: 'waiting', for: reason}));
    }
    for (const action of step.start) launch(action, (job, jobTask) => runner.run(job, jobTask));
    if (stoppers.size === 0) allEnded();
  };

  const runJobs = async (): Promise<void> => {
    const ended = new Promise<void>((resolve) => {
      allEnded = resolve;
    });
    if (task.found === null) next();
    else takeUp(task.found);
    await ended;
  };

  /** Goes on with a run that was cut off: follows what is there, ends what is not; starts nothing new. */
  const takeUp = (found: ReadonlyMap<string, RunningJob>) => {
    for (const job of [...jobs.values()]) {
      if (isFinal(job.statusCode)) continue;
      const running = found.get(job.action);
      if (running === undefined)
        launch(job.action, (open, jobTask) => runner.settle(open, jobTask));
      else launch(job.action, (open, jobTask) => runner.resume(open, running, jobTask));
    }
    if (stoppers.size === 0) allEnded();
  };

  const close = async (): Promise<RunRecord> => {
    while (background.size > 0) await Promise.all(background);
    if (!record.options.debug) await ports.executor.removeRun(record.id).catch(() => undefined);
    const closed = {...current(), endedAt: isoTimeOf(ports.now()), outcome: outcome()};
    try {
      await task.journal.finish(closed);
      await rm(ports.folder.incoming, {recursive: true, force: true});
    } catch (error) {
      notice('warning', `The record of this run could not be closed (${textOf(error)}).`);
    }
    return closed;
  };

  const outcome = (): RunRecord['outcome'] => {
    const all = [...jobs.values()];
    if (all.every((job) => job.state === 'succeeded') && fault === null) return 'succeeded';
    if (cancelled) return 'cancelled';
    const failed = all.some(
      (job) => job.state === 'failed' && job.statusCode !== 'cancelled_by_user',
    );
    if (failed || fault !== null) return 'failed';
    return task.found === null ? 'cancelled' : null;
  };

  const current = (): RunRecord => ({...record, jobs: [...jobs.values()]});

  const carryOut = async (): Promise<RunRecord> => {
    for (const message of task.notices) notice('info', message);
    fault = await task.beforeJobs(wholeRun.signal);
    if (fault !== null && !cancelled) stopAll(fault.message, null);
    await runJobs();
    const closed = await close();
    await task.afterJobs();
    task.emit({
      event: 'finished',
      runId: record.id,
      succeeded: closed.outcome === 'succeeded',
      cancelled,
      error: cancelled ? null : fault,
      jobs: closed.jobs,
    });
    return closed;
  };

  return {
    id: record.id,
    record: current,
    cancel(action) {
      if (action === null) {
        cancelled = true;
        wholeRun.abort();
        stopAll('the run was stopped', STOPPED_BY_USER);
        if (stoppers.size === 0) allEnded();
        return;
      }
      const stopper = stoppers.get(action);
      if (stopper !== undefined) stopper.abort.abort();
      else if (jobs.get(action)?.state === 'pending') {
        end(action, STOPPED_BY_USER);
        failDependants(action);
        next();
      }
    },
    done: carryOut(),
  };
}

function toScheduled(job: Job, launched: boolean, task: RunTask): ScheduledJob {
  return {
    action: job.action,
    state: launched ? 'running' : job.state,
    waitsFor: job.waitsFor,
    usesDatabase: task.definitions.get(job.action)?.action.usesDatabase ?? false,
    weight: task.weightOf(job.action),
  };
}

function dependantsOf(jobs: readonly Job[]): ReadonlyMap<string, readonly string[]> {
  const dependants = new Map<string, string[]>();
  for (const job of jobs)
    for (const need of job.waitsFor) {
      const known = dependants.get(need);
      if (known === undefined) dependants.set(need, [job.action]);
      else known.push(job.action);
    }
  return dependants;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
