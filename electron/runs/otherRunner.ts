import {appError, type AppError} from '../../shared/errors';
import type {OpensafelyJob} from './opensafelyState';

/** A RUNNING row younger than this means that `opensafely run` is at work. */
const FRESH_SECONDS = 120;

/** Whether `opensafely run` works in the same study. */
export type OtherRunner =
  | {readonly kind: 'none'}
  /** The engine could not say, or what runs there can't be looked up in the database, which knows of none else. */
  | {readonly kind: 'unknown'}
  | {readonly kind: 'running'; readonly error: AppError}
  /** Its database says so, but nothing has happened for a while: it was probably cut off. */
  | {readonly kind: 'left-over'; readonly message: string};

/** Judges by its containers and by its database; `nowSeconds` since 1970. */
export function otherRunner(
  containerRuns: boolean,
  jobs: readonly OpensafelyJob[],
  nowSeconds: number,
): OtherRunner {
  const running = jobs.filter((job) => job.state === 'running');
  const fresh = running.filter(
    (job) => nowSeconds - (job.updatedAt ?? job.createdAt) <= FRESH_SECONDS,
  );
  if (containerRuns || fresh.length > 0) {
    const named = fresh.map((job) => job.action).join(', ');
    return {
      kind: 'running',
      error: appError('study-busy', '`opensafely run` is running jobs in this study.', {
        ...(named === '' ? {} : {why: `It is running: ${named}.`}),
        hint: 'Wait until it has finished or stop it, then run again.',
      }),
    };
  }
  if (running.length === 0) return {kind: 'none'};
  const names = running.map((job) => job.action).join(', ');
  return {
    kind: 'left-over',
    message: `An earlier \`opensafely run\` was interrupted while running ${names}. Its containers are gone, so this run goes ahead.`,
  };
}
