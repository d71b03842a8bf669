import type {PlannedJob} from '../../shared/plan';

/** The chain of waiting jobs that takes longest, from first to last, and how long it takes. */
export interface CriticalPath {
  readonly actions: readonly string[];
  readonly seconds: number;
}

/**
 * The chain that a plan can't be quicker than, by expected seconds of each action.
 * Actions without an expectation count as the median of the others; null where nothing is expected.
 */
export function criticalPath(
  jobs: readonly PlannedJob[],
  expectedSeconds: ReadonlyMap<string, number>,
): CriticalPath | null {
  const durations = plannedDurations(jobs, expectedSeconds);
  if (durations === null) return null;
  const ends = new Map<string, number>();
  const before = new Map<string, string | null>();
  let last: string | null = null;
  for (const job of jobs) {
    let start = 0;
    let previous: string | null = null;
    for (const need of job.waitsFor) {
      const end = ends.get(need) ?? 0;
      if (previous === null || end > start) {
        start = end;
        previous = need;
      }
    }
    const end = start + (durations.get(job.action) ?? 0);
    ends.set(job.action, end);
    before.set(job.action, previous);
    if (last === null || end > (ends.get(last) ?? 0)) last = job.action;
  }
  const actions: string[] = [];
  for (let action = last; action !== null; action = before.get(action) ?? null)
    actions.unshift(action);
  return {actions, seconds: last === null ? 0 : (ends.get(last) ?? 0)};
}

/** How far the jobs of a run are: seconds already spent on those that run; null for those to come. */
export type Progress = ReadonlyMap<
  string,
  {readonly ranForSeconds: number | null; readonly done: boolean}
>;

/**
 * Seconds until a plan is through at a given concurrency: each free place takes the next job in
 * order whose needs are met. Null where nothing is expected.
 */
export function remainingSeconds(
  jobs: readonly PlannedJob[],
  expectedSeconds: ReadonlyMap<string, number>,
  concurrency: number,
  progress: Progress = new Map(),
): number | null {
  const durations = plannedDurations(jobs, expectedSeconds);
  if (durations === null) return null;
  const open = jobs.filter((job) => progress.get(job.action)?.done !== true);
  const unmet = new Map(open.map((job) => [job.action, 0]));
  const dependants = new Map<string, string[]>();
  for (const job of open)
    for (const need of job.waitsFor)
      if (unmet.has(need)) {
        unmet.set(job.action, (unmet.get(job.action) ?? 0) + 1);
        dependants.set(need, dependants.get(need) ?? []);
        dependants.get(need)?.push(job.action);
      }
  const under = (action: string): boolean => (progress.get(action)?.ranForSeconds ?? null) !== null;
  const left = (action: string): number =>
    Math.max(0, (durations.get(action) ?? 0) - (progress.get(action)?.ranForSeconds ?? 0));

  const ready = open.map((job) => job.action).filter((action) => unmet.get(action) === 0);
  const running = ready.filter(under).map((action) => ({action, end: left(action)}));
  const waiting = ready.filter((action) => !under(action));
  let now = 0;
  for (;;) {
    while (running.length < concurrency) {
      const next = waiting.shift();
      if (next === undefined) break;
      running.push({action: next, end: now + left(next)});
    }
    running.sort((one, other) => one.end - other.end);
    const first = running.shift();
    if (first === undefined) return now;
    now = first.end;
    for (const dependant of dependants.get(first.action) ?? []) {
      const still = (unmet.get(dependant) ?? 1) - 1;
      unmet.set(dependant, still);
      if (still === 0) waiting.push(dependant);
    }
  }
}

function plannedDurations(
  jobs: readonly PlannedJob[],
  expectedSeconds: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> | null {
  const known = jobs
    .map((job) => expectedSeconds.get(job.action))
    .filter((seconds) => seconds !== undefined)
    .sort((one, other) => one - other);
  const median = known[Math.floor(known.length / 2)];
  if (median === undefined) return null;
  return new Map(jobs.map((job) => [job.action, expectedSeconds.get(job.action) ?? median]));
}
