import {isFinal, type Job} from '../../shared/job';
import type {RunRecord} from '../../shared/run';

/** A job on the time axis; times in milliseconds since 1970. */
export interface ScheduledJob {
  readonly job: Job;
  readonly start: number;
  readonly end: number;
  /** How sure the times are: `done` is measured, `running` has an expected end, `expected` has not begun. */
  readonly certainty: 'done' | 'running' | 'expected';
  /** On the chain of jobs that decides how long the run takes. */
  readonly critical: boolean;
}

/** A run over time, measured as far as it has come and expected from there on. */
export interface RunSchedule {
  readonly jobs: readonly ScheduledJob[];
  readonly start: number;
  readonly end: number;
  /** When the run should be over; null when it is, or when nothing is known of its actions yet. */
  readonly expectedEnd: number | null;
}

type Times = Pick<ScheduledJob, 'start' | 'end' | 'certainty'>;

/** A job that took no measurable time is still drawn. */
const SHORTEST_MS = 200;

/**
 * Places the jobs of a run in time. What is to come is scheduled the way the run does it: in order,
 * as soon as what a job waits for is done and one of the places is free.
 * `expectedSeconds` is what earlier runs of an action took; null where it never ran.
 */
export function scheduleRun(
  run: RunRecord,
  expectedSeconds: (action: string) => number | null,
  now: number,
): RunSchedule {
  const start = Date.parse(run.startedAt);
  const known = run.jobs.map((job) => expectedSeconds(job.action)).filter((s) => s !== null);
  const usual = known.length === 0 ? null : known.reduce((sum, s) => sum + s, 0) / known.length;
  const expectedMs = (job: Job): number =>
    Math.max(SHORTEST_MS, (expectedSeconds(job.action) ?? usual ?? 0) * 1000);

  const times = new Map<string, Times>();
  for (const job of run.jobs) {
    const measured = measuredTimes(job, run, expectedMs(job), now);
    if (measured !== null) times.set(job.action, measured);
  }
  const open = run.endedAt === null;
  if (open) placePending(run, times, expectedMs, now);

  const critical = criticalActions(run.jobs, times);
  const jobs = run.jobs
    .flatMap((job) => {
      const at = times.get(job.action);
      return at === undefined ? [] : [{job, ...at, critical: critical.has(job.action)}];
    })
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const end = jobs.reduce((latest, job) => Math.max(latest, job.end), start + SHORTEST_MS);
  const unfinished = jobs.some(({certainty}) => certainty !== 'done');
  return {jobs, start, end, expectedEnd: open && unfinished && usual !== null ? end : null};
}

function measuredTimes(job: Job, run: RunRecord, expected: number, now: number): Times | null {
  if (job.startedAt === null) return null;
  const start = Date.parse(job.startedAt);
  const ended = job.completedAt ?? run.endedAt;
  if (ended !== null) {
    return {start, end: Math.max(start + SHORTEST_MS, Date.parse(ended)), certainty: 'done'};
  }
  // of one that was cut off nobody knows when
  if (isFinal(job.statusCode)) return {start, end: start + SHORTEST_MS, certainty: 'done'};
  return {start, end: Math.max(now, start + expected), certainty: 'running'};
}

/** Gives every job that waits its expected times. */
function placePending(
  run: RunRecord,
  times: Map<string, Times>,
  expectedMs: (job: Job) => number,
  now: number,
): void {
  const free = [...times.values()]
    .filter(({certainty}) => certainty === 'running')
    .map(({end}) => end);
  while (free.length < Math.max(1, run.options.concurrency)) free.push(now);
  const waiting = run.jobs.filter((job) => job.state === 'waiting' && !times.has(job.action));
  const inRun = new Set(run.jobs.map((job) => job.action));
  const endOf = (action: string): number => times.get(action)?.end ?? now;

  for (let left = waiting; left.length > 0;) {
    const ready = left.filter((job) =>
      job.waitsFor.every(
        (need) =>
          !inRun.has(need) || times.has(need) || !left.some((other) => other.action === need),
      ),
    );
    if (ready.length === 0) return;
    for (const job of ready) {
      free.sort((a, b) => a - b);
      const start = Math.max(now, free.shift() ?? now, ...job.waitsFor.map(endOf));
      const end = start + expectedMs(job);
      free.push(end);
      times.set(job.action, {start, end, certainty: 'expected'});
    }
    left = left.filter((job) => !times.has(job.action));
  }
}

/** The chain that ends last: from its end back along what each job waited for longest. */
function criticalActions(
  jobs: readonly Job[],
  times: ReadonlyMap<string, Times>,
): ReadonlySet<string> {
  const byAction = new Map(jobs.map((job) => [job.action, job]));
  const latest = (actions: readonly string[]): string | null =>
    actions.reduce<string | null>((best, action) => {
      const end = times.get(action)?.end;
      if (end === undefined) return best;
      return best === null || end > (times.get(best)?.end ?? 0) ? action : best;
    }, null);
  const chain = new Set<string>();
  let action = latest(jobs.map((job) => job.action));
  while (action !== null && !chain.has(action)) {
    chain.add(action);
    action = latest(byAction.get(action)?.waitsFor ?? []);
  }
  return chain;
}

const STEPS_SECONDS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400,
];

/** Round places on a time axis of so many seconds, at most `most` of them, from 0. */
export function timeTicks(seconds: number, most: number): readonly number[] {
  const step = STEPS_SECONDS.find((each) => seconds / each <= most) ?? Math.ceil(seconds / most);
  return Array.from({length: Math.floor(seconds / step) + 1}, (_, index) => index * step);
}
