import {join} from 'node:path';
import type {Limits} from '../../shared/engine';
import {type AppError, failWith, appError} from '../../shared/errors';
import {isFinal, type Job} from '../../shared/job';
import {newJob} from '../../shared/newJob';
import type {Plan, RunRequest} from '../../shared/plan';
import {err, ok, type Result} from '../../shared/result';
import type {
  FromCommit,
  GitState,
  RunEvent,
  RunOptions,
  RunRecord,
  RunShare,
} from '../../shared/run';
import {fileSystemError, keepsFile} from '../files/fileSystemError';
import {ActiveRun} from './activeRun';
import type {RoomOfRun} from './engineRoom';
import type {Executor, RunningJob} from '../executor/executor';
import {pruneLogs} from '../logs/logBudget';
import {CUT_OFF, NEVER_STARTED} from './jobEnding';
import {jobId} from './jobId';
import {detachable} from './detachableExecutor';
import {advanceJob} from './jobMachine';
import {clearIncoming, removeEmpty, takeIncoming} from './incomingFolder';
import {readDefinitions, writeDefinitions} from './runDefinitions';
import {namesIn} from './collectedFiles';
import {settleSwaps} from './placeOutputs';
import {pruneRuns} from './pruneRuns';
import {isoTimeOf, type JobDefinition, type PortsOfStudy, type RunTask} from './runPorts';
import {
  createRun,
  openRunIds,
  readRuns,
  readUnfinished,
  resumeRun,
  type StoredRun,
} from './runStore';
import type {StudyFolder} from './studyFolder';
import {lockState, takeStudyLock, type StudyLock} from './studyLock';

/** What a run is started with; all of it is settled before anything is written. */
export interface RunStart {
  /** Ten hexadecimal digits, new each time. */
  readonly runId: string;
  readonly ports: PortsOfStudy;
  readonly request: RunRequest;
  readonly options: RunOptions;
  /** The container engine that was chosen, by its name; null where none was. */
  readonly engine: string | null;
  readonly plan: Plan;
  /** Files whose change is why each job runs; empty where there are other reasons. */
  readonly changed: readonly string[];
  readonly definitions: ReadonlyMap<string, JobDefinition>;
  readonly git: GitState | null;
  /** Null but in the checkout of a commit. */
  readonly fromCommit: FromCommit | null;
  readonly weightOf: (action: string) => number;
  /** Called when the run has begun. */
  readonly notices: readonly string[];
  /** To be done before the first job: gets the images; answers those that could not be had, and why. */
  readonly beforeJobs: (
    runId: string,
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<string, AppError>>;
}

/** What the service stands on. */
export interface RunServiceOptions {
  readonly folder: StudyFolder;
  /** The executor that a run was begun with. */
  readonly executorOf: (run: Pick<RunRecord, 'options' | 'engine'>) => Executor;
  /** The memory of the engine of a run, where other studies may run in it too. */
  readonly roomOf: (run: Pick<RunRecord, 'options' | 'engine'>) => RoomOfRun | null;
  readonly now: () => number;
  readonly emit: (event: RunEvent) => void;
  /** Bytes that the study's kept logs may take. */
  readonly logLimitBytes: () => number;
  /** How many runs are kept; null for all. */
  readonly runLimit: () => number | null;
  /** Ids of swaps (`restoreId`) that put earlier outputs back and are on record. */
  readonly restores: () => Iterable<string>;
  /** What else may be half done in the study, such as a renaming: whether there is any, and how it is brought to its end. */
  readonly halfDone: {
    readonly isThere: () => Promise<boolean>;
    readonly finish: () => Promise<Result<null, AppError>>;
  };
}

type Recovered = Promise<Result<string | null, AppError>>;

/** The runs of one study: at most one at a time, in this process or any other. */
export class RunService {
  private current: ActiveRun | null = null;
  /** Something holds the study's lock, or is about to. */
  private starting = false;

  constructor(private readonly options: RunServiceOptions) {}

  start(start: RunStart): Promise<Result<string, AppError>> {
    const {folder, now} = this.options;
    return this.withLock(async (lock) => {
      const {runId} = start;
      const record = newRecord(runId, start, isoTimeOf(now()));
      const journal = await createRun(folder, record);
      await writeDefinitions(journal.dir, start.definitions);
      const task = {
        ports: start.ports,
        record,
        journal,
        definitions: start.definitions,
        weightOf: start.weightOf,
        notices: start.notices,
        beforeJobs: async (signal: AbortSignal) => {
          await removeLeftBehind(start.ports, await openRunIds(folder));
          return start.beforeJobs(runId, signal);
        },
        found: null,
      };
      this.carryOut(task, lock);
      return ok(runId);
    });
  }

  /** Runs that were cut off, or that another process carries out; oldest first. */
  async unfinished(): Promise<readonly RunRecord[]> {
    return (await readUnfinished(this.options.folder)).map(({record}) => record);
  }

  /** Whether a process that is gone has left its lock or collected files; `recover` clears them with the last run. */
  async hasRemains(): Promise<boolean> {
    const {incoming, lock} = this.options.folder;
    try {
      const state = await lockState(lock);
      if (state !== 'free') return state === 'left';
      return (await namesIn(incoming)).length > 0 || (await this.options.halfDone.isThere());
    } catch {
      // who takes the lock meets what is in the way there, and says so
      return false;
    }
  }

  /**
   * Takes up the oldest run that a former process left: running containers are followed, ended ones collected. Answers
   * its id once that is under way; null where there is none, or another process sees to it. Where there is none, outputs
   * half placed are settled all the same. An error leaves everything as it was, to be tried again. With `takeOver` the
   * study is taken from the process that holds it, alive or not.
   */
  async recover(portsOf: (executor: Executor) => PortsOfStudy, takeOver = false): Recovered {
    const [oldest] = await readUnfinished(this.options.folder);
    if (this.current !== null) return ok(null);
    if (oldest === undefined)
      return takeOver || (await this.hasRemains()) ? this.clearRemains(takeOver) : ok(null);
    const recovered = await this.withLock<string | null>(
      (lock) => this.resume(oldest, portsOf, lock),
      takeOver,
    );
    // another Study Desk at work on the study sees to its own run
    return !recovered.ok && recovered.error.kind === 'study-busy' ? ok(null) : recovered;
  }

  /** Ends a run that was cut off without looking for what is left of it; answers its record as it is then. */
  giveUp(runId: string): Promise<Result<RunRecord, AppError>> {
    const {folder, now} = this.options;
    return this.withLock(async () => {
      const run = (await readUnfinished(folder)).find(({record}) => record.id === runId);
      return run === undefined
        ? failWith('not-found', 'That run has already finished.')
        : ok(await closeCutOff(run, now()));
    });
  }

  /** Does something with the study that no run of any process may disturb. */
  whileLocked<T>(work: () => Promise<Result<T, AppError>>): Promise<Result<T, AppError>> {
    return this.withLock(() => work());
  }

  cancel(runId: string, action: string | null): Result<null, AppError> {
    const run = this.underWay(runId);
    if (!run.ok) return run;
    run.value.cancel(action);
    return ok(null);
  }

  /** Lets the run under way go on with other options (`ActiveRun.adjust`). */
  adjust(
    runId: string,
    share: RunShare,
    limitsOf: (action: string) => Limits,
  ): Result<null, AppError> {
    const run = this.underWay(runId);
    if (!run.ok) return run;
    run.value.adjust(share, limitsOf);
    return ok(null);
  }

  /** Closes the record of the run under way as stopped, for a process that leaves before its jobs have ended. */
  async closeNow(runId: string): Promise<Result<RunRecord, AppError>> {
    const run = this.underWay(runId);
    return run.ok ? ok(await run.value.closeNow()) : run;
  }

  /** Runs under way, as they are now. */
  active(): readonly RunRecord[] {
    return this.current === null ? [] : [this.current.record()];
  }

  /** Resolves once no run is under way. */
  async idle(): Promise<void> {
    while (this.current !== null) await this.current.done;
  }

  private underWay(runId: string): Result<ActiveRun, AppError> {
    return this.current?.id === runId
      ? ok(this.current)
      : failWith('not-found', 'That run has already finished.');
  }

  private busy(): AppError {
    const run = this.current;
    return appError('study-busy', 'A run is under way in this study.', {
      ...(run === null ? {} : {why: `Still to end: ${openActions(run.record()).join(', ')}.`}),
      hint: 'Wait until it has finished, or stop it.',
    });
  }

  /** Only one run at a time gets past here, with the study's lock in hand. */
  private async withLock<T>(
    work: (lock: StudyLock) => Promise<Result<T, AppError>>,
    takeOver = false,
  ): Promise<Result<T, AppError>> {
    if (this.starting || this.current !== null) return err(this.busy());
    this.starting = true;
    try {
      const {folder, now} = this.options;
      const takenAt = isoTimeOf(now());
      const lock = await takeStudyLock(folder.lock, {study: folder.study, takenAt, takeOver});
      if (!lock.ok) return lock;
      try {
        const settled = await this.settle(lock.value);
        return settled.ok ? await work(lock.value) : settled;
      } finally {
        if (this.current === null) {
          // one that can't be removed is empty, and does no harm
          await removeEmpty(join(folder.incoming, lock.value.token)).catch(() => undefined);
          await lock.value.release();
        }
      }
    } catch (error) {
      return err(fileSystemError('The run could not be started.', error));
    } finally {
      this.starting = false;
    }
  }

  /** Brings to its end what the holder before has half done: outputs on their way to their places, a renaming. */
  private async settle({token, takenFrom}: StudyLock): Promise<Result<null, AppError>> {
    const {folder, restores, halfDone} = this.options;
    const mine = await takeIncoming(folder.incoming, token, takenFrom);
    const settled = await settleSwaps(
      folder.study,
      mine,
      async () => new Set([...(await succeededJobs(folder)), ...restores()]),
    );
    return settled.ok ? halfDone.finish() : settled;
  }

  /** Takes the lock for what taking it settles; what was collected and never placed goes. */
  private clearRemains(takeOver: boolean): Promise<Result<null, AppError>> {
    return this.withLock(async (lock) => {
      await clearIncoming(join(this.options.folder.incoming, lock.token));
      return ok(null);
    }, takeOver);
  }

  /** Goes on with a run that was cut off, by what the engine still has of it. */
  private async resume(
    {record, dir}: StoredRun,
    portsOf: (executor: Executor) => PortsOfStudy,
    lock: StudyLock,
  ): Recovered {
    const {folder, executorOf} = this.options;
    const executor = executorOf(record);
    const ports = portsOf(executor);
    const jobs = await executor.recover(ports.studyId);
    if (!jobs.ok) return jobs;
    const task = {
      ports,
      record,
      found: await sortFound(
        {record, dir},
        jobs.value,
        await openRunIds(folder),
        await readRuns(folder),
      ),
      definitions: await readDefinitions(dir),
      journal: await resumeRun(dir),
      weightOf: () => 1,
      notices: [PICKED_UP],
      beforeJobs: async () => new Map<string, AppError>(),
    };
    this.carryOut(task, lock);
    return ok(record.id);
  }

  private carryOut(
    {
      ports,
      ...task
    }: Omit<RunTask, 'emit' | 'afterJobs' | 'ports' | 'room'> & {
      ports: PortsOfStudy;
    },
    lock: StudyLock,
  ): void {
    const {options} = this;
    options.emit({event: 'started', run: task.record});
    const held = detachable(ports.executor);
    const run = new ActiveRun({
      ...task,
      ports: {
        ...ports,
        folder: {...ports.folder, incoming: join(ports.folder.incoming, lock.token)},
        executor: held.executor,
        stillHeld: () => lock.check(),
      },
      room: options.roomOf(task.record),
      afterJobs: () => this.tidy(task.record.id, lock),
      emit: (event) => {
        // whoever hears of the end may start the next run at once
        if (event.event === 'finished') this.current = null;
        options.emit(event);
      },
    });
    this.current = run;
    lock.onLost(({error, takenOver}) => {
      // what runs in a study that is gone is of no use to anybody
      if (takenOver) held.detach();
      run.breakOff(error);
    });
  }

  /** Removes old runs and logs, and lets the study go. */
  private async tidy(runId: string, lock: StudyLock): Promise<void> {
    const {folder, runLimit, logLimitBytes, emit} = this.options;
    const warn = (what: string) => (error: unknown) => {
      const message = `${what} (${error instanceof Error ? error.message : String(error)}).`;
      emit({event: 'notice', runId, level: 'warning', message});
    };
    if ((await lock.check()).ok) {
      await pruneRuns(folder, runLimit()).catch(warn('Old runs could not be removed'));
      await pruneLogs(folder, logLimitBytes()).catch(warn('Old logs could not be removed'));
    }
    await lock.release().catch(warn('The study could not be released for the next run'));
  }
}

const PICKED_UP = 'Study Desk closed during this run. It has been picked up where it left off.';

/**
 * Ids of all jobs that are known to have succeeded. Fails where a record can't be read just now: the outputs of a success
 * would be taken back for it.
 */
async function succeededJobs(folder: StudyFolder): Promise<ReadonlySet<string>> {
  const runs = await readRuns(folder, (_path, error) => {
    if (keepsFile(error)) throw error;
  });
  const jobs = runs.flatMap(({record}) => record.jobs);
  return new Set(jobs.filter(({state}) => state === 'succeeded').map(({id}) => id));
}

function openActions(record: RunRecord): readonly string[] {
  return record.jobs.filter((job) => !isFinal(job.statusCode)).map((job) => job.action);
}

function newRecord(runId: string, start: RunStart, at: string): RunRecord {
  const jobs: readonly Job[] = start.plan.jobs.map((planned) =>
    newJob(planned, {
      id: jobId(runId, planned.action),
      runId,
      image: start.definitions.get(planned.action)?.image ?? '',
      at,
    }),
  );
  return {
    format: 1,
    id: runId,
    startedAt: at,
    endedAt: null,
    outcome: null,
    request: start.request,
    options: start.options,
    ...(start.engine === null ? {} : {engine: start.engine}),
    plan: start.plan,
    ...(start.changed.length === 0 ? {} : {changed: start.changed}),
    git: start.git,
    ...(start.fromCommit === null ? {} : {fromCommit: start.fromCommit}),
    jobs,
  };
}

/** Removes what earlier runs could not, as the engine was down when they ended; what is kept on purpose stays. */
async function removeLeftBehind(
  {executor, studyId}: PortsOfStudy,
  unendedRuns: ReadonlySet<string>,
): Promise<void> {
  const left = await executor.recover(studyId);
  if (!left.ok) return;
  // of a run without an end the outputs may not be in yet
  const ended = left.value.filter(({runId}) => !unendedRuns.has(runId));
  await Promise.allSettled(ended.map((job) => job.remove()));
}

/**
 * The found jobs of a run that are still to be ended, by action. Of the others those are removed that are of no more
 * use: neither kept on purpose nor of a run that is still to be recovered.
 */
async function sortFound(
  run: StoredRun,
  found: readonly RunningJob[],
  unendedRuns: ReadonlySet<string>,
  runs: readonly StoredRun[],
): Promise<ReadonlyMap<string, RunningJob>> {
  const open = new Set(
    run.record.jobs.filter((job) => !isFinal(job.statusCode)).map((job) => job.id),
  );
  const kept = new Set(
    runs.filter(({record}) => record.options.debug).map(({record}) => record.id),
  );
  for (const id of unendedRuns) if (id !== run.record.id) kept.add(id);
  const wanted = new Map<string, RunningJob>();
  for (const job of found) {
    if (open.has(job.jobId)) wanted.set(job.action, job);
    else if (!kept.has(job.runId)) await job.remove();
  }
  return wanted;
}

/** Closes the record of a cut-off run without anything of it. */
async function closeCutOff(run: StoredRun, now: number): Promise<RunRecord> {
  const at = isoTimeOf(now);
  const jobs = run.record.jobs.map((job) =>
    isFinal(job.statusCode)
      ? job
      : advanceJob(job, {
          kind: 'ended',
          at,
          ending: job.startedAt === null ? NEVER_STARTED : CUT_OFF,
        }),
  );
  const journal = await resumeRun(run.dir);
  const closed: RunRecord = {...run.record, jobs, endedAt: at, outcome: null};
  await journal.finish(closed);
  return closed;
}
