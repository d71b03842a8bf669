import {join} from 'node:path';
import type {Limits} from '../../shared/engine';
import {appError, type AppError} from '../../shared/errors';
import {isFinal, type Job} from '../../shared/job';
import {newJob} from '../../shared/newJob';
import type {Plan, RunRequest} from '../../shared/plan';
import {err, ok, type Result} from '../../shared/result';
import type {GitState, RunEvent, RunOptions, RunRecord, RunShare} from '../../shared/run';
import {fileSystemError} from '../files/fileSystemError';
import {startActiveRun} from './activeRun';
import type {Executor, RunningJob} from '../engine/executor';
import {pruneLogs} from '../logs/logBudget';
import {CUT_OFF, NEVER_STARTED} from './jobEnding';
import {jobId} from './jobId';
import {detachable} from './detachableExecutor';
import {advanceJob} from './jobMachine';
import {clearIncoming, takeIncoming} from './incomingFolder';
import {readDefinitions, writeDefinitions} from './runDefinitions';
import {namesIn} from './collectedFiles';
import {settleSwaps} from './placeOutputs';
import {pruneRuns} from './pruneRuns';
import {
  type ActiveRun,
  isoTimeOf,
  type JobDefinition,
  type PortsOfStudy,
  type RunTask,
} from './runPorts';
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
  readonly definitions: ReadonlyMap<string, JobDefinition>;
  readonly git: GitState | null;
  readonly weightOf: (action: string) => number;
  /** Told when the run has begun. */
  readonly notices: readonly string[];
  /** To be done before the first job: gets the images; answers those that could not be had, and why. */
  readonly beforeJobs: (
    runId: string,
    signal: AbortSignal,
  ) => Promise<ReadonlyMap<string, AppError>>;
}

/** The runs of one study: at most one at a time, in this process or any other. */
export interface RunService {
  start(start: RunStart): Promise<Result<string, AppError>>;
  /** Runs that were cut off, or that another process carries out; oldest first. */
  unfinished(): Promise<readonly RunRecord[]>;
  /** Whether a process that is gone has left its lock or collected files; `recover` clears them with the last run. */
  hasRemains(): Promise<boolean>;
  /**
   * Takes up the oldest run that a former process left: running containers are followed, ended ones collected. Answers
   * its id once that is under way; null where there is none, or another process sees to it. Where there is none, outputs
   * half placed are settled all the same. An error leaves everything as it was, to be tried again. With `takeOver` the
   * study is taken from the process that holds it, alive or not.
   */
  recover(
    portsOf: (executor: Executor) => PortsOfStudy,
    takeOver?: boolean,
  ): Promise<Result<string | null, AppError>>;
  /** Ends a run that was cut off without looking for what is left of it; answers its record as it is then. */
  giveUp(runId: string): Promise<Result<RunRecord, AppError>>;
  /** Does something with the study that no run of any process may disturb. */
  whileLocked<T>(work: () => Promise<Result<T, AppError>>): Promise<Result<T, AppError>>;
  cancel(runId: string, action: string | null): Result<null, AppError>;
  /** Lets the run under way go on with other options (`ActiveRun.adjust`). */
  adjust(
    runId: string,
    share: RunShare,
    limitsOf: (action: string) => Limits,
  ): Result<null, AppError>;
  /** Closes the record of the run under way as stopped, for a process that leaves before its jobs have ended. */
  closeNow(runId: string): Promise<Result<RunRecord, AppError>>;
  /** Runs under way, as they are now. */
  active(): readonly RunRecord[];
  /** Resolves once no run is under way. */
  idle(): Promise<void>;
}

/** What the service stands on. */
export interface RunServiceOptions {
  readonly folder: StudyFolder;
  /** The executor that a run was begun with. */
  readonly executorOf: (run: Pick<RunRecord, 'options' | 'engine'>) => Executor;
  readonly now: () => number;
  readonly emit: (event: RunEvent) => void;
  /** Bytes that the study's kept logs may take. */
  readonly logLimitBytes: () => number;
  /** How many runs are kept; null for all. */
  readonly runLimit: () => number | null;
  /** Ids of swaps (`restoreId`) that put earlier outputs back and are on record. */
  readonly restores: () => Iterable<string>;
}

/** Creates the service of a study. */
export function createRunService(options: RunServiceOptions): RunService {
  let active: ActiveRun | null = null;
  let starting = false;

  const busy = (): AppError =>
    appError('study-busy', 'A run is under way in this study.', {
      ...(active === null
        ? {}
        : {why: `Still to end: ${openActions(active.record()).join(', ')}.`}),
      hint: 'Wait until it has finished, or stop it.',
    });

  /** Only one run at a time gets past here, with the study's lock in hand. */
  const withLock = async <T>(
    work: (lock: StudyLock) => Promise<Result<T, AppError>>,
    takeOver = false,
  ): Promise<Result<T, AppError>> => {
    if (starting || active !== null) return err(busy());
    starting = true;
    try {
      const lock = await takeStudyLock(options.folder.lock, {
        study: options.folder.study,
        takenAt: isoTimeOf(options.now()),
        takeOver,
      });
      if (!lock.ok) return lock;
      try {
        const {token, takenFrom} = lock.value;
        const {study, incoming} = options.folder;
        const mine = await takeIncoming(incoming, token, takenFrom);
        const settled = await settleSwaps(
          study,
          mine,
          async () => new Set([...(await succeededJobs(options.folder)), ...options.restores()]),
        );
        return settled.ok ? await work(lock.value) : settled;
      } finally {
        if (active === null) await lock.value.release();
      }
    } catch (error) {
      return err(fileSystemError('The run could not be started.', error));
    } finally {
      starting = false;
    }
  };

  const carryOut = (
    {ports, ...task}: Omit<RunTask, 'emit' | 'afterJobs' | 'ports'> & {ports: PortsOfStudy},
    lock: StudyLock,
  ): void => {
    options.emit({event: 'started', run: task.record});
    const held = detachable(ports.executor);
    const run = startActiveRun({
      ...task,
      ports: {
        ...ports,
        folder: {...ports.folder, incoming: join(ports.folder.incoming, lock.token)},
        executor: held.executor,
        stillHeld: () => lock.check(),
      },
      async afterJobs() {
        const warn = (what: string) => (error: unknown) => {
          const message = `${what} (${error instanceof Error ? error.message : String(error)}).`;
          options.emit({event: 'notice', runId: task.record.id, level: 'warning', message});
        };
        if ((await lock.check()).ok) {
          await pruneRuns(options.folder, options.runLimit()).catch(
            warn('Old runs could not be removed'),
          );
          await pruneLogs(options.folder, options.logLimitBytes()).catch(
            warn('Old logs could not be removed'),
          );
        }
        await lock.release().catch(warn('The study could not be let go for the next run'));
      },
      emit(event) {
        // whoever hears of the end may start the next run at once
        if (event.event === 'finished') active = null;
        options.emit(event);
      },
    });
    active = run;
    lock.onLost(({error, takenOver}) => {
      // what runs in a study that is gone is of no use to anybody
      if (takenOver) held.detach();
      run.breakOff(error);
    });
  };

  const hasRemains = async (): Promise<boolean> => {
    const {incoming, lock} = options.folder;
    try {
      const state = await lockState(lock);
      return state === 'free' ? (await namesIn(incoming)).length > 0 : state === 'left';
    } catch {
      // who takes the lock meets what is in the way there, and says so
      return false;
    }
  };

  /** Takes the lock for what taking it settles; what was collected and never placed goes. */
  const clearRemains = (takeOver: boolean): Promise<Result<null, AppError>> =>
    withLock(async (lock) => {
      await clearIncoming(join(options.folder.incoming, lock.token));
      return ok(null);
    }, takeOver);

  return {
    start: (start) =>
      withLock(async (lock) => {
        const {runId} = start;
        const record = newRecord(runId, start, isoTimeOf(options.now()));
        const journal = await createRun(options.folder, record);
        await writeDefinitions(journal.dir, start.definitions);
        carryOut(
          {
            ports: start.ports,
            record,
            journal,
            definitions: start.definitions,
            weightOf: start.weightOf,
            notices: start.notices,
            beforeJobs: async (signal) => {
              await removeLeftBehind(start.ports, await openRunIds(options.folder));
              return start.beforeJobs(runId, signal);
            },
            found: null,
          },
          lock,
        );
        return ok(runId);
      }),

    async unfinished() {
      return (await readUnfinished(options.folder)).map(({record}) => record);
    },

    hasRemains,

    async recover(portsOf, takeOver = false) {
      const [oldest] = await readUnfinished(options.folder);
      if (active !== null) return ok(null);
      if (oldest === undefined)
        return takeOver || (await hasRemains()) ? clearRemains(takeOver) : ok(null);
      const recovered = await withLock<string | null>(async (lock) => {
        const executor = options.executorOf(oldest.record);
        const ports = portsOf(executor);
        const jobs = await executor.recover(ports.studyId);
        if (!jobs.ok) return jobs;
        const found = await sortFound(
          oldest,
          jobs.value,
          await openRunIds(options.folder),
          await readRuns(options.folder),
        );
        const definitions = await readDefinitions(oldest.dir);
        carryOut(
          {
            ports,
            record: oldest.record,
            journal: await resumeRun(oldest.dir),
            definitions,
            weightOf: () => 1,
            notices: ['This run was cut off; what is left of it is brought to its end.'],
            beforeJobs: async () => new Map(),
            found,
          },
          lock,
        );
        return ok(oldest.record.id);
      }, takeOver);
      // another Study Desk at work on the study sees to its own run
      return !recovered.ok && recovered.error.kind === 'study-busy' ? ok(null) : recovered;
    },

    giveUp: (runId) =>
      withLock(async () => {
        const run = (await readUnfinished(options.folder)).find(({record}) => record.id === runId);
        return run === undefined
          ? err(appError('not-found', 'That run has come to its end already.'))
          : ok(await closeCutOff(run, options.now()));
      }),

    whileLocked: (work) => withLock(() => work()),

    cancel(runId, action) {
      if (active?.id !== runId)
        return err(appError('not-found', 'That run is not under way any more.'));
      active.cancel(action);
      return ok(null);
    },
    adjust(runId, share, limitsOf) {
      if (active?.id !== runId)
        return err(appError('not-found', 'That run is not under way any more.'));
      active.adjust(share, limitsOf);
      return ok(null);
    },
    async closeNow(runId) {
      if (active?.id !== runId)
        return err(appError('not-found', 'That run is not under way any more.'));
      return ok(await active.closeNow());
    },
    active: () => (active === null ? [] : [active.record()]),
    async idle() {
      while (active !== null) await active.done;
    },
  };
}

/** Ids of all jobs that are known to have succeeded. */
async function succeededJobs(folder: StudyFolder): Promise<ReadonlySet<string>> {
  const jobs = (await readRuns(folder)).flatMap(({record}) => record.jobs);
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
    git: start.git,
    jobs,
  };
}

/** Removes what earlier runs could not, as the engine was down when they ended; what is kept on purpose stays. */
async function removeLeftBehind(
  {executor, studyId}: PortsOfStudy,
  openRuns: ReadonlySet<string>,
): Promise<void> {
  const left = await executor.recover(studyId);
  if (!left.ok) return;
  // of a run without an end the outputs may not be in yet
  const ended = left.value.filter(({runId}) => !openRuns.has(runId));
  await Promise.allSettled(ended.map((job) => job.remove()));
}

/**
 * The found jobs of a run that are still to be ended, by action. Of the others those are removed that are of no more
 * use: neither kept on purpose nor of a run that is still to be recovered.
 */
async function sortFound(
  run: StoredRun,
  found: readonly RunningJob[],
  openRuns: ReadonlySet<string>,
  runs: readonly StoredRun[],
): Promise<ReadonlyMap<string, RunningJob>> {
  const open = new Set(
    run.record.jobs.filter((job) => !isFinal(job.statusCode)).map((job) => job.id),
  );
  const kept = new Set(
    runs.filter(({record}) => record.options.debug).map(({record}) => record.id),
  );
  for (const id of openRuns) if (id !== run.record.id) kept.add(id);
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
