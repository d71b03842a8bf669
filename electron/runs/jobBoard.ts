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

/** What the jobs of a run are reported to and written by. */
export interface JobBoardOptions {
  readonly record: RunRecord;
  readonly journal: RunJournal;
  readonly now: () => number;
  readonly emit: (event: RunEvent) => void;
  readonly usesDatabase: (action: string) => boolean;
  readonly weightOf: (action: string) => number;
  /** Jobs at a time, as it is now. */
  readonly concurrency: () => number;
  /** Called at once at each job's end. */
  readonly onEnded: (job: Job) => void;
  /** Called once, when the record can't be written; the run goes on. */
  readonly onRecordFault: (detail: string) => void;
}

/** The jobs of one run as they are now: written down, shown, and in the shape the scheduler wants. */
export class JobBoard {
  private readonly jobs: Map<string, Job>;
  private readonly dependants: ReadonlyMap<string, readonly string[]>;
  private readonly openActions: Set<string>;
  private readonly launched = new Set<string>();
  private readonly fetching = new Set<string>();
  // kept up to date rather than found anew for each step: a run may have thousands of jobs
  private readonly unmet = new Map<string, number>();
  private readonly readyJobs = new Map<string, ScheduledJob>();
  private recordFault = false;

  constructor(private readonly options: JobBoardOptions) {
    const {jobs} = options.record;
    this.jobs = new Map(jobs.map((job) => [job.action, job]));
    this.dependants = dependantsOf(jobs);
    this.openActions = new Set(
      jobs.filter((job) => !isFinal(job.statusCode)).map((job) => job.action),
    );
    for (const {action, waitsFor} of jobs) {
      const waiting = waitsFor.filter((need) => this.of(need)?.state !== 'succeeded').length;
      this.unmet.set(action, waiting);
      if (waiting === 0 && this.openActions.has(action)) this.makeReady(action);
    }
  }

  all(): readonly Job[] {
    return [...this.jobs.values()];
  }

  of(action: string): Job | undefined {
    return this.jobs.get(action);
  }

  /** Jobs that have not ended, in order of creation. */
  open(): readonly Job[] {
    return [...this.openActions].flatMap((action) => this.of(action) ?? []);
  }

  /** Jobs that run or have all they need, as the scheduler wants them. */
  ready(): readonly ScheduledJob[] {
    return [...this.readyJobs.values()];
  }

  /**
   * Once a command has begun, jobs that wait for nothing but a place, then those that wait only for commands that have
   * begun; each found when it is asked for, of thousands only the first are.
   */
  *soon(): Iterable<Job> {
    const begun = (need: string) => COMMAND_BEGUN.has(this.of(need)?.statusCode ?? 'created');
    const running = [...this.launched].filter(begun);
    if (running.length === 0) return;
    for (const action of this.readyJobs.keys()) {
      const job = this.of(action);
      if (job !== undefined && this.isWaiting(action)) yield job;
    }
    for (const action of new Set(running.flatMap((each) => this.dependants.get(each) ?? []))) {
      const job = this.of(action);
      if (job !== undefined && this.isWaiting(action) && job.waitsFor.every(begun)) yield job;
    }
  }

  /** Takes in a job's new state; resolves once it is on disk (and, for an end, shown); never rejects. */
  async take(job: Job): Promise<void> {
    const {record, journal, emit, onRecordFault} = this.options;
    const ended = isFinal(job.statusCode);
    if (ended) this.close(job);
    else this.jobs.set(job.action, job);
    if (!ended) emit({event: 'job', runId: record.id, job});
    try {
      // what waits is known from the plan
      if (job.state !== 'waiting') await journal.note(job);
    } catch (error) {
      if (!this.recordFault) onRecordFault(error instanceof Error ? error.message : String(error));
      this.recordFault = true;
    }
    // an end is shown only once it is on disk
    if (ended) emit({event: 'job', runId: record.id, job});
  }

  /** Takes in a job's end at once, to be shown by `take`. */
  takeEnd(job: Job): void {
    this.close(job);
    this.options.onEnded(job);
  }

  /** The scheduler counts the job as running from now on. */
  launch(action: string): void {
    this.launched.add(action);
    const job = this.readyJobs.get(action);
    if (job !== undefined) this.readyJobs.set(action, {...job, state: 'running'});
  }

  /** A launched job has run its command and holds no place while its files are fetched; answers whether that freed one. */
  freePlace(action: string): boolean {
    const job = this.readyJobs.get(action);
    if (job === undefined || this.fetching.size >= FETCHING * this.options.concurrency())
      return false;
    this.fetching.add(action);
    this.readyJobs.set(action, {...job, weight: 0});
    return true;
  }

  /** Ends a job that has not been launched. */
  async endPending(action: string, ending: JobEnding): Promise<void> {
    const job = this.of(action);
    if (job === undefined || !this.isWaiting(action)) return;
    const ended = advanceJob(job, {kind: 'ended', at: isoTimeOf(this.options.now()), ending});
    this.takeEnd(ended);
    await this.take(ended);
  }

  /** Ends everything that waits for a failed job, directly or not. */
  async failDependants(action: string): Promise<void> {
    const ends: Promise<void>[] = [];
    const queue = [action];
    for (let failed = queue.pop(); failed !== undefined; failed = queue.pop())
      for (const dependant of this.dependants.get(failed) ?? []) {
        if (!this.isWaiting(dependant)) continue;
        ends.push(
          this.endPending(dependant, {
            statusCode: 'dependency_failed',
            message: `Not started: it needs ${failed}, which did not succeed`,
            hint: null,
          }),
        );
        queue.push(dependant);
      }
    await Promise.all(ends);
  }

  private isWaiting(action: string): boolean {
    return this.openActions.has(action) && !this.launched.has(action);
  }

  private makeReady(action: string): void {
    const {usesDatabase, weightOf} = this.options;
    this.readyJobs.set(action, {
      action,
      state: 'pending',
      waitsFor: [],
      usesDatabase: usesDatabase(action),
      weight: weightOf(action),
    });
  }

  private close(job: Job): void {
    const {action} = job;
    this.jobs.set(action, job);
    if (!this.openActions.delete(action)) return;
    this.readyJobs.delete(action);
    this.launched.delete(action);
    this.fetching.delete(action);
    if (job.state !== 'succeeded') return;
    for (const dependant of this.dependants.get(action) ?? []) {
      const left = (this.unmet.get(dependant) ?? 0) - 1;
      this.unmet.set(dependant, left);
      if (left === 0 && this.openActions.has(dependant)) this.makeReady(dependant);
    }
  }
}
