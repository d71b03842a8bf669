import type {Job} from '../../shared/job';
import {MOST_MERGED} from '../../shared/log';
import type {RunRecord} from '../../shared/run';
import {useChoice} from '../state/deskStore';
import type {LogJob} from './useLogJob';

/** What stands beside the log of a job, or in its place. */
export type Beside =
  | {readonly kind: 'merged'; readonly jobs: readonly Job[]; readonly title: string}
  | {readonly kind: 'split'; readonly job: Job; readonly title: string};

/** Chosen to have all jobs of the run merged. */
const MERGED = 'merged';

/** One way to see several logs, to be chosen. */
export interface BesideOption {
  readonly choice: string;
  readonly beside: Beside;
}

/** What the user chose: '' for one log alone, `merged`, or the id of a job. */
export function useBeside(): readonly [string, (choice: string) => void] {
  return useChoice('log.beside', '');
}

/** All that can be seen together with a job's log: its run merged, other attempts, other jobs of its run. */
export function besideOptions(
  {job, attempts}: LogJob,
  runs: readonly RunRecord[],
): readonly BesideOption[] {
  const ofRun = (runs.find(({id}) => id === job?.runId)?.jobs ?? []).filter(begun);
  const others = attempts.filter((attempt) => attempt.id !== job?.id && begun(attempt));
  const splits = [...others, ...ofRun.filter(({action}) => action !== job?.action)].map(
    (other): BesideOption => ({
      choice: other.id,
      beside: {kind: 'split', job: other, title: titleOf(other, attempts)},
    }),
  );
  if (ofRun.length < 2) return splits;
  const jobs = ofRun.slice(0, MOST_MERGED);
  const title =
    jobs.length === ofRun.length
      ? `All ${jobs.length} jobs of the run, by time`
      : `The first ${jobs.length} of ${ofRun.length} jobs of the run, by time`;
  return [{choice: MERGED, beside: {kind: 'merged', jobs, title}}, ...splits];
}

/** What the user's choice comes to for this job; null for its log alone, also where what was chosen is gone. */
export function besideOf(choice: string, job: LogJob, runs: readonly RunRecord[]): Beside | null {
  if (choice === '') return null;
  return besideOptions(job, runs).find((option) => option.choice === choice)?.beside ?? null;
}

function begun(job: Job): boolean {
  return job.startedAt !== null;
}

function titleOf(job: Job, attempts: readonly Job[]): string {
  const at = attempts.findIndex(({id}) => id === job.id);
  return at < 0 ? job.action : `${job.action}, attempt ${attempts.length - at}`;
}
