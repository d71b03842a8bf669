import {reach} from '../../shared/graph';

/** A job as the scheduler sees it. */
export interface ScheduledJob {
  readonly action: string;
  readonly state: 'pending' | 'running' | 'succeeded' | 'failed';
  /** Actions of the same run that must succeed first. */
  readonly waitsFor: readonly string[];
  /** Database jobs start first. */
  readonly usesDatabase: boolean;
  /** Share of the concurrency it takes up; 1 unless `job-resource-weights.ini` says otherwise, 0 while its files are fetched. */
  readonly weight: number;
}

/** What should happen now in a run. */
export interface ScheduleStep {
  /** Pending jobs to start now, in this order. */
  readonly start: readonly string[];
  /** Pending jobs that wait for one that failed: they fail with it, and so on down. */
  readonly dependencyFailed: readonly string[];
  /** Pending jobs whose needs are met but for which there is no room. */
  readonly waitingForWorkers: readonly string[];
}

/**
 * Works out what may start (RULES "Schedule"), to be asked again whenever a place has become free.
 * `jobs` are all jobs of the run in order of creation; a job starts when the weights of those
 * running and its own stay within `concurrency`, and a heavier one still runs alone.
 */
export function schedule(jobs: readonly ScheduledJob[], concurrency: number): ScheduleStep {
  const failed = failures(jobs);
  let used = 0;
  let states: ReadonlyMap<string, ScheduledJob['state']> | null = null;
  // asked thousands of times in a long run, nearly always of jobs that wait for nothing
  const isMet = (need: string): boolean => {
    states ??= new Map(jobs.map((job) => [job.action, job.state]));
    return (states.get(need) ?? 'succeeded') === 'succeeded';
  };
  const start: string[] = [];
  const waitingForWorkers: string[] = [];
  const take = (database: boolean): void => {
    for (const job of jobs) {
      if (job.state !== 'pending' || job.usesDatabase !== database) continue;
      if (failed.has(job.action) || !job.waitsFor.every(isMet)) continue;
      if (used + job.weight <= concurrency || used === 0) {
        used += job.weight;
        start.push(job.action);
      } else waitingForWorkers.push(job.action);
    }
  };
  for (const job of jobs) if (job.state === 'running') used += job.weight;
  take(true);
  take(false);
  const dependencyFailed =
    failed.size === 0
      ? []
      : jobs
          .filter((job) => job.state === 'pending' && failed.has(job.action))
          .map((job) => job.action);
  return {start, dependencyFailed, waitingForWorkers};
}

/** For each action that is waited for, the actions of the jobs that wait for it, in the order of the jobs. */
export function dependantsOf(
  jobs: readonly Pick<ScheduledJob, 'action' | 'waitsFor'>[],
): ReadonlyMap<string, readonly string[]> {
  const dependants = new Map<string, string[]>();
  for (const job of jobs)
    for (const need of job.waitsFor) {
      const known = dependants.get(need);
      if (known === undefined) dependants.set(need, [job.action]);
      else known.push(job.action);
    }
  return dependants;
}

/** Failed jobs and all pending ones that wait for them, directly or not. */
function failures(jobs: readonly ScheduledJob[]): ReadonlySet<string> {
  // the usual case, asked thousands of times in a long run
  if (!jobs.some((job) => job.state === 'failed')) return new Set();
  const dependants = dependantsOf(jobs);
  const failed = jobs.filter((job) => job.state === 'failed').map((job) => job.action);
  return reach(failed, (action) => dependants.get(action));
}
