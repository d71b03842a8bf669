import {appError, type AppError} from '../../shared/errors';
import {isFinal, type Job} from '../../shared/job';
import type {Limits} from '../../shared/engine';
import type {RunEvent, RunRecord, RunShare} from '../../shared/run';
import {schedule} from '../planner/schedule';
import type {RunningJob} from '../engine/executor';
import {createJobBoard} from './jobBoard';
import {faultEnding} from './jobEnding';
import {advanceJob, type JobEnding} from './jobMachine';
import {createJobRunner} from './jobRunner';
import type {JobTask} from './jobProgress';
import {clearIncoming} from './placeOutputs';
import {createPreparedAhead} from './preparedAhead';
import {removeRest} from './removeRest';
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
  /** To be done before the first job: gets the images; answers those that could not be had, and why. */
  readonly beforeJobs: (signal: AbortSignal) => Promise<ReadonlyMap<string, AppError>>;
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
  /** Goes on with other options: as many jobs at a time at once, limits for the jobs that start from now on. */
  adjust(share: RunShare, limitsOf: (action: string) => Limits): void;
  /** Ends the run for a reason that lies outside it; from now on nothing of it is written any more. */
  breakOff(reason: AppError): void;
  /**
   * Closes the record as stopped without waiting for jobs to end, for a process that leaves at once; answers it. From
   * now on nothing of it is written any more.
   */
  closeNow(): Promise<RunRecord>;
  /** Resolves once everything has ended and is cleaned up; never rejects. */
  readonly done: Promise<RunRecord>;
}

/** What ends a launched job, and what is told of it then. */
interface Stopper {
  readonly abort: AbortController;
  ending: JobEnding;
  /** Its command has done what it should, and its files are being fetched. */
  fetching: boolean;
}

const STOPPED_BY_USER: JobEnding = {
  statusCode: 'cancelled_by_user',
  message: 'Stopped by you',
  hint: null,
};

const STOPPED_BEFORE_ITS_TURN: JobEnding = {
  statusCode: 'not_started',
  message: 'Not started: stopped by you before its turn',
  hint: null,
};

/** Begins to carry out a run; whatever happens inside, `done` resolves and the record is closed. */
export function startActiveRun(task: RunTask): ActiveRun {
  const {ports, record} = task;
  const runner = createJobRunner(ports);
  const launched = new Map<string, Stopper>();
  const background = new Set<Promise<void>>();
  const wholeRun = new AbortController();
  let options = record.options;
  const definitions = new Map(task.definitions);
  let cancelled = false;
  let begun = false;
  let waitingTold = false;
  let fault: AppError | null = null;
  let left = false;
  let allEnded: () => void = () => undefined;

  const notice = (level: 'info' | 'warning', message: string) => {
    task.emit({event: 'notice', runId: record.id, level, message});
  };

  const board = createJobBoard({
    record,
    journal: task.journal,
    now: ports.now,
    emit: task.emit,
    usesDatabase: (action) => definitions.get(action)?.action.usesDatabase ?? false,
    weightOf: task.weightOf,
    concurrency: () => options.concurrency,
    onEnded(job) {
      ports.onEnded(job);
      later(ahead.drop(job.id));
    },
    onRecordFault: (detail) => {
      notice('warning', `The record of this run could not be written (${detail}).`);
    },
  });

  const ahead = createPreparedAhead(
    // of one that was cut off each job may have its container
    () => (task.found === null ? options.concurrency : 0),
    async (job, signal) => {
      const definition = definitions.get(job.action);
      if (definition === undefined) return null;
      return runner.prepareAhead(job, definition, record.options.debug, signal);
    },
  );

  const later = (work: Promise<void>) => {
    const tracked = work
      .catch((error: unknown) => {
        notice('warning', `Cleaning up failed: ${textOf(error)}`);
      })
      .finally(() => background.delete(tracked));
    background.add(tracked);
  };

  /** Ends what has not begun and, unless it may finish, stops what runs; `alsoFetching` even what only fetches its files. */
  const stopAll = (because: string, running: JobEnding | null, alsoFetching = true) => {
    const ending: JobEnding = {
      statusCode: 'not_started',
      message: `Not started: ${because}`,
      hint: null,
    };
    for (const job of board.open()) later(board.endPending(job.action, ending));
    if (running === null) return;
    for (const stopper of launched.values()) {
      if (stopper.fetching && !alsoFetching) continue;
      stopper.ending = running;
      stopper.abort.abort();
    }
  };

  const jobTask = (definition: JobDefinition, stopper: Stopper, job: Job): JobTask => ({
    definition,
    runId: record.id,
    commit: record.git?.commit ?? null,
    debug: record.options.debug,
    takeAhead: () => ahead.take(job.id),
    logPath: attemptLogPath(task.journal.dir, job.id),
    signal: stopper.abort.signal,
    stopped: () => stopper.ending,
    onJob(state) {
      const taken = board.take(state);
      if (state.statusCode === 'executing') ahead.begin(board.soon());
      return taken;
    },
    onFetching: () => {
      stopper.fetching = true;
      if (board.freePlace(job.action)) next();
    },
    // its message says so
    onTimeLimit: () => undefined,
    onEnded: (ended) => board.takeEnd(ended),
    onLines: (firstSeq, lines) => {
      const batch = {jobId: job.id, action: job.action, firstSeq, lines};
      task.emit({event: 'log', runId: record.id, batch});
    },
    onNotice: (message) => notice('warning', `${job.action}: ${message}`),
    afterwards: later,
  });

  const launch = (action: string, work: (job: Job, jobTask: JobTask) => Promise<Job>) => {
    const job = board.of(action);
    const definition = definitions.get(action);
    if (job === undefined || definition === undefined)
      throw new Error(`No definition of ${action}`);
    const stopper = {abort: new AbortController(), ending: STOPPED_BY_USER, fetching: false};
    launched.set(action, stopper);
    board.launch(action);
    work(job, jobTask(definition, stopper, job))
      .catch((error: unknown) => endBroken(job, error))
      .then((ended) => {
        launched.delete(action);
        if (ended.state !== 'succeeded') afterFailure(ended);
        next();
      })
      .catch((error: unknown) => {
        breakOff(error);
      });
  };

  /** A job whose runner broke down ends, and no other with it. */
  const endBroken = (first: Job, error: unknown): Job => {
    const job = board.of(first.action) ?? first;
    if (isFinal(job.statusCode)) return job;
    const ending: JobEnding = {
      statusCode: 'internal_error',
      message: 'Study Desk met an error of its own in this job',
      hint: textOf(error),
    };
    const ended = advanceJob(job, {kind: 'ended', at: isoTimeOf(ports.now()), ending});
    board.takeEnd(ended);
    later(board.take(ended));
    return ended;
  };

  /** A fault of ours outside any job ends the run, and says so. */
  const breakOff = (error: unknown) => {
    fault ??= appError('bug', 'The run ended on an error of Study Desk.', {detail: textOf(error)});
    stopAll(fault.message, STOPPED_BY_USER);
    if (launched.size === 0) allEnded();
  };

  const {continueOnError, letRunningFinish} = record.options;

  const afterFailure = (job: Job) => {
    later(board.failDependants(job.action));
    // of a run that was cut off, everything that is still there is brought to its end
    if (continueOnError || task.found !== null) return;
    // neither tells anything of the other jobs
    if (job.statusCode === 'cancelled_by_user' || job.statusCode === 'internal_error') return;
    const message = `Stopped because ${job.action} failed`;
    const stopped: JobEnding = {statusCode: 'cancelled_by_user', message, hint: null};
    stopAll(`${job.action} failed first`, letRunningFinish ? null : stopped, false);
  };

  /** Fails the jobs whose image could not be had; nothing runs yet. */
  const failWithout = (missing: ReadonlyMap<string, AppError>) => {
    const failing = board.open().flatMap(({action, image}) => {
      const error = missing.get(image);
      return error === undefined ? [] : [{action, error}];
    });
    for (const {action, error} of failing)
      launch(action, (job, jobTask) => runner.fail(job, error, jobTask));
    for (const {action} of failing) later(board.failDependants(action));
    const [first] = failing;
    if (first !== undefined && !continueOnError) stopAll(`${first.action} failed first`, null);
  };

  const tellWaiting = (action: string, reason: 'workers' | 'dependencies') => {
    const job = board.of(action);
    if (job?.state !== 'waiting' || job.statusCode === 'waiting_on_workers') return;
    if (launched.has(action)) return;
    void board.take(advanceJob(job, {kind: 'waiting', for: reason}));
  };

  /** Starts what may start now; asked again whenever a place has become free. */
  const next = () => {
    // images may still be on their way
    if (!begun) return;
    const step = schedule(board.ready(), options.concurrency);
    for (const action of step.start) launch(action, (job, jobTask) => runner.run(job, jobTask));
    // a job that has what it needs never lacks it again, so each is told of at most twice
    for (const action of step.waitingForWorkers) tellWaiting(action, 'workers');
    if (!waitingTold) for (const {action} of board.open()) tellWaiting(action, 'dependencies');
    waitingTold = true;
    ahead.begin(board.soon());
    if (launched.size === 0) allEnded();
  };

  /** Goes on with a run that was cut off: follows what is there, ends what is not; starts nothing new. */
  const takeUp = (found: ReadonlyMap<string, RunningJob>) => {
    for (const {action} of board.open()) {
      const running = found.get(action);
      launch(action, (job, jobTask) =>
        running === undefined ? runner.endLost(job, jobTask) : runner.resume(job, running, jobTask),
      );
    }
    if (launched.size === 0) allEnded();
  };

  const runJobs = async (missing: ReadonlyMap<string, AppError>): Promise<void> => {
    const ended = new Promise<void>((resolve) => {
      allEnded = resolve;
    });
    begun = true;
    try {
      failWithout(missing);
      if (task.found === null) next();
      else takeUp(task.found);
    } catch (error) {
      breakOff(error);
    }
    await ended;
  };

  const current = (): RunRecord => ({...record, options, jobs: board.all()});

  const outcome = (): RunRecord['outcome'] => {
    const jobs = board.all();
    if (fault === null && jobs.every((job) => job.state === 'succeeded')) return 'succeeded';
    if (cancelled) return 'cancelled';
    const failed = jobs.some((job) => job.state === 'failed');
    if (failed || fault !== null) return 'failed';
    return task.found === null ? 'cancelled' : null;
  };

  const close = async (): Promise<RunRecord> => {
    while (background.size > 0) await Promise.all(background);
    if (!record.options.debug)
      await removeRest(ports, record.id, {
        isStopped: () => cancelled,
        onLeft: (message) => notice('warning', message),
      });
    const closed = {...current(), endedAt: isoTimeOf(ports.now()), outcome: outcome()};
    if (!left && !(await ports.stillHeld()).ok) await task.journal.leave().catch(() => undefined);
    if (left) return closed;
    try {
      await task.journal.finish(closed);
      await clearIncoming(ports.folder.incoming);
    } catch (error) {
      notice('warning', `The record of this run could not be closed (${textOf(error)}).`);
    }
    return closed;
  };

  const carryOut = async (): Promise<RunRecord> => {
    for (const message of task.notices) notice('info', message);
    let missing: ReadonlyMap<string, AppError> = new Map();
    try {
      missing = await task.beforeJobs(wholeRun.signal);
    } catch (error) {
      breakOff(error);
    }
    await runJobs(missing);
    const closed = await close();
    await task.afterJobs();
    task.emit({
      event: 'finished',
      runId: record.id,
      outcome: closed.outcome,
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
        return;
      }
      const stopper = launched.get(action);
      if (stopper !== undefined) stopper.abort.abort();
      else if (board.of(action)?.state === 'waiting') {
        later(board.endPending(action, STOPPED_BEFORE_ITS_TURN));
        later(board.failDependants(action));
        next();
      }
    },
    adjust(share, limitsOf) {
      options = {...options, ...share};
      for (const [action, each] of definitions)
        definitions.set(action, {...each, limits: limitsOf(action)});
      later(ahead.dropAll()); // it has the limits of before
      task.emit({event: 'options', runId: record.id, options});
      next();
    },
    breakOff(reason) {
      if (left) return;
      left = true;
      fault ??= reason;
      wholeRun.abort();
      void task.journal.leave().catch(() => undefined);
      stopAll(reason.message, faultEnding(reason));
      if (launched.size === 0) allEnded();
    },
    async closeNow() {
      const at = isoTimeOf(ports.now());
      const jobs = board.all().map((job) => {
        if (isFinal(job.statusCode)) return job;
        const ending = job.startedAt === null ? STOPPED_BEFORE_ITS_TURN : STOPPED_BY_USER;
        return advanceJob(job, {kind: 'ended', at, ending});
      });
      const closed: RunRecord = {...record, options, jobs, endedAt: at, outcome: 'cancelled'};
      // the record may be another's by now
      if (left) return closed;
      left = true;
      await task.journal.finish(closed);
      return closed;
    },
    done: carryOut(),
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
