import {appError, type AppError} from '../../shared/errors';

/** A success of a job that was never noted. */
export function notNoted(): AppError {
  return appError(
    'not-found',
    'What its outputs were made from was not noted, as Study Desk was closed when it began',
  );
}

/** An action that can't be declared up to date, and why. */
export function cannotBeMarked(action: string, why: string): AppError {
  return appError('invalid-request', `\`${action}\` can't be marked as up to date.`, {
    why,
    hint: 'Run it first.',
  });
}

/** A file of which there is nothing to compare with. */
export function textNotKept(path: string): AppError {
  return appError('not-found', `There is no earlier text of \`${path}\` to compare with.`, {
    why: 'Only text up to 512 kB is compared. Of code the oldest texts are dropped, of data those no longer in the cache, and a file that changed while the action ran is not kept.',
    hint: 'Compare with an earlier commit in git instead.',
  });
}
