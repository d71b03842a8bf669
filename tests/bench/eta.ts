import type {Study} from '../../electron/core/study';
import type {RunEvent} from '../../shared/run';
import {remainingTime, timedJobs} from '../../shared/remainingTime';
import {requestFor, runToEnd, USUAL} from '../integration/runs/runToEnd';
import {action, withStudy, writeActions} from './benchStudy';
import {median, sized, type Measurement} from './measurement';

/** Runs of which the median is taken, each of another graph. */
const RUNS = sized(10, 1);
const ACTIONS = 8;

/** How far off it is how long a run takes on its second time: before it begins, and once half of its jobs have ended. */
export async function bench(): Promise<readonly Measurement[]> {
  const before: number[] = [];
  const midway: number[] = [];
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const [first, half] = await withStudy(
      (dir) => writeActions(dir, sleepingActions(seed)),
      (study) => offBy(study, 1 + (seed % 3)),
    );
    before.push(first);
    midway.push(half);
  }
  const limit = 20;
  return [
    {name: 'time of a run, off by, before it begins', measured: median(before), limit, unit: '%'},
    {name: 'time left, off by, at half of its jobs', measured: median(midway), limit, unit: '%'},
  ];
}

/** A graph of actions that sleep between one and four seconds; the same for the same seed. */
function sleepingActions(seed: number): readonly string[] {
  return Array.from({length: ACTIONS}, (_, index) => {
    const seconds = (1 + ((seed * 7 + index * 5) % 7) / 2) * sized(1, 0.05);
    const needs = [index - 1 - ((seed + index) % 3), index - 4].filter((need) => need >= 0);
    const names = [...new Set(needs)].map((need) => `a${need}`);
    const command = `sh -c "sleep ${seconds}; echo 1 > a${index}.csv"`;
    return action(`a${index}`, command, `a${index}.csv`, names);
  });
}

/** Percent that the second run was off what was expected of it, and its second half. */
async function offBy(study: Study, concurrency: number): Promise<readonly [number, number]> {
  const request = {actions: ['run_all'], forceDependencies: true};
  await runToEnd(study, request, {concurrency});
  const prepared = await study.plan.prepare(requestFor(request), {...USUAL, concurrency});
  if (!prepared.ok || prepared.value.expectedSeconds === null)
    throw new Error('The second run has no expectation.');
  const {expectedSeconds, jobs, plan} = prepared.value;
  const seconds = new Map(jobs.map((job) => [job.action, job.expectedSeconds]));
  const known = new Map<string, Extract<RunEvent, {event: 'job'}>['job']>();
  let half: {readonly at: number; readonly expected: number} | null = null;
  const begun = Date.now();
  await runToEnd(study, request, {concurrency}, (event) => {
    if (event.event !== 'job') return;
    known.set(event.job.action, event.job);
    const done = [...known.values()].filter(({state}) => state === 'succeeded').length;
    if (half !== null || done < ACTIONS / 2) return;
    const now = Date.now();
    const timed = timedJobs(plan.jobs, (name) => known.get(name), now);
    const left = remainingTime(timed, (name) => seconds.get(name) ?? null, concurrency);
    half = {at: now, expected: left?.seconds ?? 0};
  });
  const ended = Date.now();
  const off = (expected: number, took: number) => (Math.abs(expected - took) / took) * 100;
  const middle = half as {readonly at: number; readonly expected: number} | null; // set by an event
  if (middle === null) throw new Error('The second run had no middle.');
  return [
    off(expectedSeconds, (ended - begun) / 1000),
    off(middle.expected, (ended - middle.at) / 1000),
  ];
}
