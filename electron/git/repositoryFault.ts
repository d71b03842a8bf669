import {type AppError, appError} from '../../shared/errors';

/** Why a repository can't be read; the error may have crossed from a thread, which leaves its words. */
export function repositoryFault(error: unknown): AppError {
  const detail = error instanceof Error ? error.message : String(error);
  return isOverLimit(error)
    ? appError('file-system', 'The git repository has a pack of more than 2 GB.', {
        why: 'Only git itself reads one that large.',
        hint: 'Make smaller ones of it with `git repack -a -d --max-pack-size=1g`.',
        detail,
      })
    : appError('file-system', 'The git repository of the study can’t be read.', {
        hint: 'See what `git fsck` says of it.',
        detail,
      });
}

/** True where a file of git's own is larger than is read. */
export function isOverLimit(error: unknown): boolean {
  return error instanceof Error && / has more than \d+ bytes/.test(error.message);
}
