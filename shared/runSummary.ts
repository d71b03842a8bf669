import {formatCount} from './format';
import {isUnderWay, type Job, type JobState} from './job';

/** What is counted after the head of the sentence, in this order. */
const FURTHER: readonly (readonly [JobState, string])[] = [
  ['succeeded', 'succeeded'],
  ['failed', 'failed'],
  ['cut-off', 'cut off'],
  ['cancelled', 'cancelled'],
  ['blocked', 'blocked'],
  ['not-started', 'not started'],
  ['waiting-for-engine', 'waiting for engine'],
  ['running', 'running'],
  ['waiting', 'waiting'],
];

/**
 * How a run ended, in a sentence that window and command line share: `Succeeded: 6 of 6`, `Failed: 4 of 6, 2 blocked`,
 * `Stopped: 2 of 6 succeeded, 4 not started`. Only jobs that failed by themselves count as failed. A run without a
 * failure that nobody stopped and that has jobs short of success is `Not finished`, e.g. one that was cut off.
 */
export function runSummary(jobs: readonly Pick<Job, 'state'>[], cancelled: boolean): string {
  const counts = new Map<JobState, number>();
  for (const {state} of jobs) counts.set(state, (counts.get(state) ?? 0) + 1);
  const count = (state: JobState) => counts.get(state) ?? 0;
  const of = (number: number) => `${formatCount(number)} of ${formatCount(jobs.length)}`;
  const further = (...counted: readonly JobState[]) =>
    FURTHER.filter(([state]) => count(state) > 0 && !counted.includes(state))
      .map(([state, words]) => `, ${formatCount(count(state))} ${words}`)
      .join('');

  const succeeded = count('succeeded');
  if (cancelled) return `Stopped: ${of(succeeded)} succeeded${further('succeeded')}`;
  if (succeeded === jobs.length) return `Succeeded: ${of(succeeded)}`;
  if (count('failed') > 0) {
    // what is left over succeeded, as a reader can see
    return `Failed: ${of(count('failed'))}${further('failed', 'succeeded')}`;
  }
  const underWay = jobs.some(({state}) => isUnderWay(state) || state === 'waiting');
  return `${underWay ? 'Under way' : 'Not finished'}: ${of(succeeded)} succeeded${further('succeeded')}`;
}
