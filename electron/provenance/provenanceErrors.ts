import {appError, type AppError} from '../../shared/errors';

/** A success of a job that was never noted. */
export function notNoted(): AppError {
  return appError(
    'not-found',
    'Study Desk was closed when it started, so what its outputs were made from was not recorded',
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
    why: 'Only text up to 512 kB is compared. The oldest code, data no longer in the cache, and files that changed while the action ran are not kept.',
    hint: 'Compare with an earlier commit in git instead.',
  });
}
