import {isFinal, type Job, type StatusCode} from '../../shared/job';
import type {RunEvent, RunRecord} from '../../shared/run';
import {dependantsOf, type ScheduledJob} from '../planner/schedule';
import {advanceJob, type JobEnding} from './jobMachine';
import {isoTimeOf} from './runPorts';
import type {RunJournal} from './runStore';

/** Jobs for each place that may be fetching files without holding one: more would only pile up. */
const FETCHING = 2;

/** Codes of jobs that need the engine no more for being started. */
const COMMAND_BEGUN: ReadonlySet<StatusCode> = new Set<StatusCode>([
  'executing',
  'executed',
  'finalizing',
  'finalized',
  'succeeded',
]);

/** What the jobs of a run are told to and written by. */
export interface JobBoardOptions {
  readonly record: RunRecord;
  readonly journal: RunJournal;
  readonly now: () => number;
  readonly emit: (event: RunEvent) => void;
  readonly usesDatabase: (action: string) => boolean;
  readonly weightOf: (action: string) => number;
  /** Jobs at a time, as it is now. */
  readonly concurrency: () => number;
  /** Told at once of each job's end. */
  readonly onEnded: (job: Job) => void;
  /** Told once, when the record can't be written; the run goes on. */
  readonly onRecordFault: (detail: string) => void;
}

/** The jobs of one run as they are now: written down, told, and in the shape the scheduler wants. */
export interface JobBoard {
  all(): readonly Job[];
  of(action: string): Job | undefined;
  /** Jobs that have not ended, in order of creation. */
  open(): readonly Job[];
  /** Jobs that run or have all they need, as the scheduler wants them. */
  ready(): readonly ScheduledJob[];
  /**
   * Once a command has begun, jobs that wait for nothing but a place, then those that wait only for commands that have
   * begun; each found when it is asked for, of thousands only the first are.
   */
  soon(): Iterable<Job>;
  /** Takes in a job's new state; resolves once it is on disk (and, for an end, told); never rejects. */
  take(job: Job): Promise<void>;
  /** Takes in a job's end at once, to be told by `take`. */
  takeEnd(job: Job): void;
  /** The scheduler counts the job as running from now on. */
  launch(action: string): void;
  /** A launched job has run its command and holds no place while its files are fetched; answers whether that freed one. */
  freePlace(action: string): boolean;
  /** Ends a job that has not been launched. */
  endPending(action: string, ending: JobEnding): Promise<void>;
  /** Ends everything that waits for a failed job, directly or not. */
  failDependants(action: string): Promise<void>;
}

/** The board of a run, begun or resumed. */
export function createJobBoard(options: JobBoardOptions): JobBoard {
  const {record} = options;
  const jobs = new Map(record.jobs.map((job) => [job.action, job]));
  const dependants = dependantsOf(record.jobs);
  const open = new Set(
    record.jobs.filter((job) => !isFinal(job.statusCode)).map((job) => job.action),
  );
  const launched = new Set<string>();
  const fetching = new Set<string>();
  // kept up to date rather than found anew for each step: a run may have thousands of jobs
  const unmet = new Map<string, number>();
  const ready = new Map<string, ScheduledJob>();
  let recordFault = false;

  const makeReady = (job: Job) => {
    ready.set(job.action, {
      action: job.action,
      state: 'pending',
      waitsFor: [],
      usesDatabase: options.usesDatabase(job.action),
      weight: options.weightOf(job.action),
    });
  };

  for (const job of record.jobs) {
    const waiting = job.waitsFor.filter((need) => jobs.get(need)?.state !== 'succeeded').length;
    unmet.set(job.action, waiting);
    if (waiting === 0 && open.has(job.action)) makeReady(job);
  }

  const close = (job: Job) => {
    jobs.set(job.action, job);
    if (!open.delete(job.action)) return;
    ready.delete(job.action);
    launched.delete(job.action);
    fetching.delete(job.action);
    if (job.state !== 'succeeded') return;
    for (const dependant of dependants.get(job.action) ?? []) {
      const left = (unmet.get(dependant) ?? 0) - 1;
      unmet.set(dependant, left);
      const freed = jobs.get(dependant);
      if (left === 0 && freed !== undefined && open.has(dependant)) makeReady(freed);
    }
  };

  const isWaiting = (action: string) => open.has(action) && !launched.has(action);

  const board: JobBoard = {
    all: () => [...jobs.values()],
    of: (action) => jobs.get(action),
    open: () => [...open].flatMap((action) => jobs.get(action) ?? []),
    ready: () => [...ready.values()],

    *soon() {
      const begun = (need: string) => COMMAND_BEGUN.has(jobs.get(need)?.statusCode ?? 'created');
      const running = [...launched].filter(begun);
      if (running.length === 0) return;
      for (const action of ready.keys()) {
        const job = jobs.get(action);
        if (job !== undefined && isWaiting(action)) yield job;
      }
      for (const action of new Set(running.flatMap((each) => dependants.get(each) ?? []))) {
        const job = jobs.get(action);
        if (job !== undefined && isWaiting(action) && job.waitsFor.every(begun)) yield job;
      }
    },

    async take(job) {
      const ended = isFinal(job.statusCode);
      if (ended) close(job);
      else jobs.set(job.action, job);
      if (!ended) options.emit({event: 'job', runId: record.id, job});
      try {
        // what waits is known from the plan
        if (job.state !== 'waiting') await options.journal.note(job);
      } catch (error) {
        if (!recordFault)
          options.onRecordFault(error instanceof Error ? error.message : String(error));
        recordFault = true;
      }
      // an end is told only once it is on disk
      if (ended) options.emit({event: 'job', runId: record.id, job});
    },

    takeEnd(job) {
      close(job);
      options.onEnded(job);
    },

    launch(action) {
      launched.add(action);
      const job = ready.get(action);
      if (job !== undefined) ready.set(action, {...job, state: 'running'});
    },

    freePlace(action) {
      const job = ready.get(action);
      if (job === undefined || fetching.size >= FETCHING * options.concurrency()) return false;
      fetching.add(action);
      ready.set(action, {...job, weight: 0});
      return true;
    },

    async endPending(action, ending) {
      const job = jobs.get(action);
      if (job === undefined || !isWaiting(action)) return;
      const ended = advanceJob(job, {kind: 'ended', at: isoTimeOf(options.now()), ending});
      board.takeEnd(ended);
      await board.take(ended);
    },

    async failDependants(action) {
      const ends: Promise<void>[] = [];
      const queue = [action];
      for (let failed = queue.pop(); failed !== undefined; failed = queue.pop())
        for (const dependant of dependants.get(failed) ?? []) {
          if (!isWaiting(dependant)) continue;
          ends.push(
            board.endPending(dependant, {
              statusCode: 'dependency_failed',
              message: `Not started: it needs ${failed}, which did not succeed`,
              hint: null,
            }),
          );
          queue.push(dependant);
        }
      await Promise.all(ends);
    },
  };
  return board;
}
