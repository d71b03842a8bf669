import {formatDuration} from './format';
import {isFinal, type Job} from './job';
import type {PlannedJob} from './plan';

/** A job of a run, as far as the time it takes is concerned. */
export interface TimedJob {
  readonly action: string;
  /** Actions of the same run that must succeed first. */
  readonly waitsFor: readonly string[];
  /** Seconds it has run so far; null for one that has not begun. */
  readonly ranForSeconds: number | null;
  readonly done: boolean;
}

/** The jobs of a plan as far as a run has come with them, `now` in milliseconds since 1970. */
export function timedJobs(
  planned: readonly Pick<PlannedJob, 'action' | 'waitsFor'>[],
  jobOf: (action: string) => Pick<Job, 'statusCode' | 'startedAt'> | undefined,
  now: number,
): readonly TimedJob[] {
  return planned.map(({action, waitsFor}) => {
    const job = jobOf(action);
    const startedAt = job?.startedAt ?? null;
    return {
      ...{action, waitsFor},
      ranForSeconds: startedAt === null ? null : Math.max(0, now - Date.parse(startedAt)) / 1000,
      done: job !== undefined && isFinal(job.statusCode),
    };
  });
}

/** How long a run is still expected to take. */
export interface RemainingTime {
  readonly seconds: number;
  /** Jobs still to end of which no earlier run shows how long they take: they count as nothing. */
  readonly unknown: number;
}

/**
 * How long jobs take at so many at a time, each as long as it usually does: a free place takes the first job, in their
 * order, whose needs are met. Null where of none it is known. Pure.
 */
export function remainingTime(
  jobs: readonly TimedJob[],
  expectedSeconds: (action: string) => number | null,
  concurrency: number,
): RemainingTime | null {
  const open = jobs.filter(({done}) => !done);
  const unknown = open.filter(({action}) => expectedSeconds(action) === null).length;
  if (open.length > 0 && unknown === open.length) return null;
  const left = ({action, ranForSeconds}: TimedJob): number =>
    Math.max(0, (expectedSeconds(action) ?? 0) - (ranForSeconds ?? 0));
  const unmet = new Map(open.map(({action}) => [action, 0]));
  const dependants = new Map<string, number[]>();
  for (const [place, {action, waitsFor}] of open.entries())
    for (const need of waitsFor) {
      if (!unmet.has(need)) continue;
      unmet.set(action, (unmet.get(action) ?? 0) + 1);
      const known = dependants.get(need);
      if (known === undefined) dependants.set(need, [place]);
      else known.push(place);
    }
  const isReady = ({action}: TimedJob): boolean => unmet.get(action) === 0;
  const running = open
    .filter((job) => job.ranForSeconds !== null)
    .map((job) => ({action: job.action, end: left(job)}));
  // in ascending order, as it is asked every second of a run that may have thousands of jobs
  const waiting = open.flatMap((job, place) =>
    job.ranForSeconds === null && isReady(job) ? [place] : [],
  );
  let now = 0;
  for (;;) {
    while (running.length < concurrency && waiting.length > 0) {
      const job = open[waiting.shift() ?? 0];
      if (job !== undefined) running.push({action: job.action, end: now + left(job)});
    }
    running.sort((one, other) => one.end - other.end);
    const first = running.shift();
    if (first === undefined) return {seconds: now, unknown};
    now = first.end;
    for (const place of dependants.get(first.action) ?? []) {
      const dependant = open[place];
      if (dependant === undefined) continue;
      const still = (unmet.get(dependant.action) ?? 1) - 1;
      unmet.set(dependant.action, still);
      if (still === 0) waiting.splice(placeIn(waiting, place), 0, place);
    }
  }
}

/** Where a number belongs among ascending ones. */
function placeIn(ascending: readonly number[], value: number): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ascending[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Under a minute in steps of 5 s, under ten in steps of 10 s, else in minutes: no surer than it is. */
function rounded(seconds: number): number {
  const step = seconds < 60 ? 5 : seconds < 600 ? 10 : 60;
  return Math.max(step, Math.round(seconds / step) * step);
}

/** `about 1 m 20 s left`, going by earlier runs; null where they do not say, or it should have ended by then. */
export function remainingWords(remaining: RemainingTime | null, left = ' left'): string | null {
  if (remaining === null || remaining.seconds < 1) return null;
  const {seconds, unknown} = remaining;
  const time = formatDuration(rounded(seconds));
  return `about ${time}${left}${unknown === 0 ? '' : ' or more'}`;
}
