import type {AppError} from '../../shared/errors';
import {isFinal, type Job} from '../../shared/job';
import type {Limits} from '../../shared/engine';
import type {RunRecord, RunShare} from '../../shared/run';
import {schedule} from '../planner/schedule';
import type {RunningJob} from '../executor/executor';
import {JobBoard} from './jobBoard';
import {faultEnding, thrownEnding, thrownFault, withoutDefinition} from './jobEnding';
import {advanceJob, type JobEnding} from './jobMachine';
import {createJobRunner, type JobRunner} from './jobRunner';
import type {JobTask} from './jobProgress';
import {clearIncoming} from './incomingFolder';
import {createPreparedAhead, type PreparedAhead} from './preparedAhead';
import {removeRest} from './removeRest';
import {isoTimeOf, type JobDefinition, type RunTask} from './runPorts';
import {attemptLogPath} from './runStore';

/** What ends a launched job, and what is said of it then. */
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
  message: 'Not started: you stopped the run first',
  hint: null,
};

/** A run under way. */
export class ActiveRun {
  readonly id: string;
  /** Resolves once everything has ended and is cleaned up; never rejects. */
  readonly done: Promise<RunRecord>;

  private readonly runner: JobRunner;
  private readonly board: JobBoard;
  private readonly ahead: PreparedAhead;
  /** By action, as the limits are now. */
  private readonly definitions: Map<string, JobDefinition>;
  private options: RunRecord['options'];
  /** Jobs between their start and their end, by action. */
  private readonly launched = new Map<string, Stopper>();
  /** What gives back the memory of each of them. */
  private readonly memory = new Map<string, () => void>();
  /** Jobs of other studies leave too little memory for the next one. */
  private waitsForRoom = false;
  private roomShown = false;
  /** Work that nobody waits for before the run's end. */
  private readonly background = new Set<Promise<void>>();
  private readonly wholeRun = new AbortController();
  private cancelled = false;
  /** Images are here, or known not to come. */
  private begun = false;
  private waitingShown = false;
  private fault: AppError | null = null;
  /** Nothing is written any more: another process may hold the study. */
  private left = false;
  private allEnded: () => void = () => undefined;

  constructor(private readonly task: RunTask) {
    const {ports, record} = task;
    this.id = record.id;
    this.options = record.options;
    this.definitions = new Map(task.definitions);
    this.runner = createJobRunner(ports);
    this.board = new JobBoard({
      record,
      journal: task.journal,
      now: ports.now,
      emit: task.emit,
      usesDatabase: (action) => this.definitions.get(action)?.action.usesDatabase ?? false,
      weightOf: task.weightOf,
      concurrency: () => this.options.concurrency,
      onEnded: (job) => {
        ports.onEnded(job);
        this.later(this.ahead.drop(job.id));
      },
      onRecordFault: (detail) => {
        this.notice('warning', `The record of this run could not be written (${detail}).`);
      },
    });
    this.ahead = createPreparedAhead(
      // of one that was cut off each job may have its container
      () => (task.found === null ? this.options.concurrency : 0),
      async (job, signal) => {
        const definition = this.definitions.get(job.action);
        if (definition === undefined) return null;
        return this.runner.prepareAhead(job, definition, record.options.debug, signal);
      },
    );
    this.done = this.carryOut();
  }

  /** The run as it is now. */
  record(): RunRecord {
    return {...this.task.record, options: this.options, jobs: this.board.all()};
  }

  /** Stops one job, or with null the whole run. */
  cancel(action: string | null): void {
    if (action === null) {
      this.cancelled = true;
      this.wholeRun.abort();
      this.stopAll('the run was stopped', STOPPED_BY_USER);
      // one that waits for room has nothing else that would end it
      this.endIfIdle();
      return;
    }
    const stopper = this.launched.get(action);
    if (stopper !== undefined) stopper.abort.abort();
    else if (this.board.of(action)?.state === 'waiting') {
      this.later(this.board.endPending(action, STOPPED_BEFORE_ITS_TURN));
      this.later(this.board.failDependants(action));
      this.next();
    }
  }

  /** Goes on with other options: as many jobs at a time at once, limits for the jobs that start from now on. */
  adjust(share: RunShare, limitsOf: (action: string) => Limits): void {
    this.options = {...this.options, ...share};
    for (const [action, each] of this.definitions)
      this.definitions.set(action, {...each, limits: limitsOf(action)});
    this.later(this.ahead.dropAll()); // it has the limits of before
    this.task.emit({event: 'options', runId: this.id, options: this.options});
    this.next();
  }

  /** Ends the run for a reason that lies outside it; from now on nothing of it is written any more. */
  breakOff(reason: AppError): void {
    if (this.left) return;
    this.left = true;
    this.fault ??= reason;
    this.wholeRun.abort();
    void this.task.journal.leave().catch(() => undefined);
    this.stopAll(reason.message, faultEnding(reason));
    this.endIfIdle();
  }

  /**
   * Closes the record as stopped without waiting for jobs to end, for a process that leaves at once; answers it. From
   * now on nothing of it is written any more.
   */
  async closeNow(): Promise<RunRecord> {
    const at = isoTimeOf(this.task.ports.now());
    const jobs = this.board.all().map((job) => {
      if (isFinal(job.statusCode)) return job;
      const ending = job.startedAt === null ? STOPPED_BEFORE_ITS_TURN : STOPPED_BY_USER;
      return advanceJob(job, {kind: 'ended', at, ending});
    });
    const closed: RunRecord = {...this.record(), jobs, endedAt: at, outcome: 'cancelled'};
    // the record may be another's by now
    if (this.left) return closed;
    this.left = true;
    await this.task.journal.finish(closed);
    return closed;
  }

  private async carryOut(): Promise<RunRecord> {
    const {task} = this;
    for (const message of task.notices) this.notice('info', message);
    let missing: ReadonlyMap<string, AppError> = new Map();
    try {
      missing = await task.beforeJobs(this.wholeRun.signal);
    } catch (error) {
      this.breakDown(error);
    }
    await this.runJobs(missing);
    const closed = await this.close();
    await task.afterJobs();
    task.emit({
      event: 'finished',
      runId: this.id,
      outcome: closed.outcome,
      cancelled: this.cancelled,
      error: this.cancelled ? null : this.fault,
      jobs: closed.jobs,
    });
    return closed;
  }

  private async runJobs(missing: ReadonlyMap<string, AppError>): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.allEnded = resolve;
    });
    this.begun = true;
    try {
      this.failWithout(missing);
      if (this.task.found === null) this.next();
      else this.resumeAll(this.task.found);
    } catch (error) {
      this.breakDown(error);
    }
    await ended;
  }

  /** Starts what may start now; asked again whenever a place has become free. */
  private next(): void {
    const {board, runner} = this;
    // images may still be on their way
    if (!this.begun) return;
    const step = schedule(board.ready(), this.options.concurrency);
    this.waitsForRoom = false;
    for (const action of step.start) {
      this.waitsForRoom ||= !this.takeRoom(action);
      if (this.waitsForRoom) this.showWaiting(action, 'workers');
      else this.launch(action, (job, how) => runner.run(job, how));
    }
    // a job that has what it needs never lacks it again, so each is shown so at most twice
    for (const action of step.waitingForWorkers) this.showWaiting(action, 'workers');
    if (!this.waitingShown)
      for (const {action} of board.open()) this.showWaiting(action, 'dependencies');
    this.waitingShown = true;
    if (!this.waitsForRoom) this.task.room?.leave();
    this.ahead.begin(board.soon());
    this.endIfIdle();
  }

  /** Holds the memory of a job that is to start; false where other studies leave too little. */
  private takeRoom(action: string): boolean {
    const {room} = this.task;
    if (room === null) return true;
    const bytes = this.definitions.get(action)?.limits.memoryBytes ?? 0;
    const giveBack = room.take(bytes, () => this.next());
    if (giveBack !== null) this.memory.set(action, giveBack);
    else if (!this.roomShown) {
      this.roomShown = true;
      this.notice('info', 'Waiting for memory of the engine, which jobs of another study hold.');
    }
    return giveBack !== null;
  }

  private giveBack(action: string): void {
    this.memory.get(action)?.();
    this.memory.delete(action);
  }

  /** Goes on with a run that was cut off: follows what is there, ends what is not; starts nothing new. */
  private resumeAll(found: ReadonlyMap<string, RunningJob>): void {
    const {runner} = this;
    for (const {action, startedAt} of this.board.open()) {
      const running = found.get(action);
      // killed before it was written what its jobs do, and so before any of them began; or that is damaged
      if (!this.definitions.has(action)) {
        const ending = withoutDefinition(startedAt !== null || running !== undefined);
        this.later(this.board.endPending(action, ending));
        continue;
      }
      const {room} = this.task;
      const {memoryBytes = 0} = this.definitions.get(action)?.limits ?? {};
      if (running !== undefined && room !== null) this.memory.set(action, room.hold(memoryBytes));
      this.launch(action, (job, how) =>
        running === undefined ? runner.endLost(job, how) : runner.resume(job, running, how),
      );
    }
    this.endIfIdle();
  }

  private endIfIdle(): void {
    if (this.launched.size === 0 && !this.waitsForRoom) this.allEnded();
  }

  private showWaiting(action: string, reason: 'workers' | 'dependencies'): void {
    const job = this.board.of(action);
    if (job?.state !== 'waiting' || job.statusCode === 'waiting_on_workers') return;
    if (this.launched.has(action)) return;
    void this.board.take(advanceJob(job, {kind: 'waiting', for: reason}));
  }

  private launch(action: string, work: (job: Job, how: JobTask) => Promise<Job>): void {
    const job = this.board.of(action);
    const definition = this.definitions.get(action);
    if (job === undefined || definition === undefined)
      throw new Error(`No definition of ${action}`);
    const stopper = {abort: new AbortController(), ending: STOPPED_BY_USER, fetching: false};
    this.launched.set(action, stopper);
    this.board.launch(action);
    work(job, this.jobTask(definition, stopper, job))
      .catch((error: unknown) => this.endBroken(job, error))
      .then((ended) => {
        this.launched.delete(action);
        this.giveBack(action);
        if (ended.state !== 'succeeded') this.afterFailure(ended);
        this.next();
      })
      .catch((error: unknown) => {
        this.breakDown(error);
      });
  }

  private jobTask(definition: JobDefinition, stopper: Stopper, job: Job): JobTask {
    const {ahead, board, task} = this;
    return {
      definition,
      runId: this.id,
      commit: task.record.git?.commit ?? null,
      debug: task.record.options.debug,
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
        this.giveBack(job.action);
        if (board.freePlace(job.action)) this.next();
      },
      // its message says so
      onTimeLimit: () => undefined,
      onEnded: (ended) => board.takeEnd(ended),
      onLines: (firstSeq, lines) => {
        const batch = {jobId: job.id, action: job.action, firstSeq, lines};
        task.emit({event: 'log', runId: this.id, batch});
      },
      onNotice: (message) => this.notice('warning', `${job.action}: ${message}`),
      afterwards: (work) => this.later(work),
    };
  }

  /** A job whose runner broke down ends, and no other with it. */
  private endBroken(first: Job, error: unknown): Job {
    const job = this.board.of(first.action) ?? first;
    if (isFinal(job.statusCode)) return job;
    const ending = thrownEnding(error);
    const ended = advanceJob(job, {kind: 'ended', at: isoTimeOf(this.task.ports.now()), ending});
    this.board.takeEnd(ended);
    this.later(this.board.take(ended));
    return ended;
  }

  private afterFailure(job: Job): void {
    const {continueOnError, letRunningFinish} = this.task.record.options;
    this.later(this.board.failDependants(job.action));
    // of a run that was cut off, everything that is still there is brought to its end
    if (continueOnError || this.task.found !== null) return;
    // neither says anything of the other jobs
    if (job.statusCode === 'cancelled_by_user' || job.statusCode === 'internal_error') return;
    const message = `Stopped because ${job.action} failed`;
    const stopped: JobEnding = {statusCode: 'cancelled_by_user', message, hint: null};
    this.stopAll(`${job.action} failed first`, letRunningFinish ? null : stopped, false);
  }

  /** Fails the jobs whose image could not be had; nothing runs yet. */
  private failWithout(missing: ReadonlyMap<string, AppError>): void {
    const failing = this.board.open().flatMap(({action, image}) => {
      const error = missing.get(image);
      return error === undefined ? [] : [{action, error}];
    });
    for (const {action, error} of failing)
      this.launch(action, (job, how) => this.runner.fail(job, error, how));
    for (const {action} of failing) this.later(this.board.failDependants(action));
    const [first] = failing;
    if (first !== undefined && !this.task.record.options.continueOnError)
      this.stopAll(`${first.action} failed first`, null);
  }

  /** Ends what has not begun and, unless it may finish, stops what runs; `alsoFetching` even what only fetches its files. */
  private stopAll(because: string, running: JobEnding | null, alsoFetching = true): void {
    const ending: JobEnding = {
      statusCode: 'not_started',
      message: `Not started: ${because}`,
      hint: null,
    };
    for (const job of this.board.open()) this.later(this.board.endPending(job.action, ending));
    this.waitsForRoom = false;
    this.task.room?.leave();
    if (running === null) return;
    for (const stopper of this.launched.values()) {
      if (stopper.fetching && !alsoFetching) continue;
      stopper.ending = running;
      stopper.abort.abort();
    }
  }

  /** A fault of ours outside any job ends the run, and says so. */
  private breakDown(error: unknown): void {
    this.fault ??= thrownFault(error);
    this.stopAll(this.fault.message, STOPPED_BY_USER);
    this.endIfIdle();
  }

  private async close(): Promise<RunRecord> {
    const {ports, journal} = this.task;
    this.task.room?.leave();
    while (this.background.size > 0) await Promise.all(this.background);
    if (!this.task.record.options.debug)
      await removeRest(ports, this.id, {
        isStopped: () => this.cancelled,
        onLeft: (message) => this.notice('warning', message),
      });
    const closed = {...this.record(), endedAt: isoTimeOf(ports.now()), outcome: this.outcome()};
    if (!this.left && !(await ports.stillHeld()).ok) await journal.leave().catch(() => undefined);
    if (this.left) return closed;
    try {
      await journal.finish(closed);
      await clearIncoming(ports.folder.incoming);
    } catch (error) {
      this.notice('warning', `The record of this run could not be closed (${textOf(error)}).`);
    }
    return closed;
  }

  private outcome(): RunRecord['outcome'] {
    const jobs = this.board.all();
    if (this.fault === null && jobs.every((job) => job.state === 'succeeded')) return 'succeeded';
    if (this.cancelled) return 'cancelled';
    const failed = jobs.some((job) => job.state === 'failed');
    if (failed || this.fault !== null) return 'failed';
    return this.task.found === null ? 'cancelled' : null;
  }

  private later(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        this.notice('warning', `Cleaning up failed: ${textOf(error)}`);
      })
      .finally(() => this.background.delete(tracked));
    this.background.add(tracked);
  }

  private notice(level: 'info' | 'warning', message: string): void {
    this.task.emit({event: 'notice', runId: this.id, level, message});
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
