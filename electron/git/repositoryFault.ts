import {type AppError, appError} from '../../shared/errors';

/** Why a repository, or something of it, can’t be read; the error may have crossed from a thread, which leaves its words. */
export function repositoryFault(
  error: unknown,
  message = 'The git repository of the study can’t be read.',
): AppError {
  const detail = error instanceof Error ? error.message : String(error);
  if (isOverLimit(error))
    return appError('file-system', 'The git repository has a pack of more than 2 GB.', {
      why: 'Only git itself reads one that large.',
      hint: 'Make smaller ones of it with `git repack -a -d --max-pack-size=1g`.',
      detail,
    });
  const {why, hint} = faultOf(detail);
  return appError('file-system', message, {why, hint, detail});
}

/** What is wrong, of our own words or isomorphic-git's, which may have the kind of error before them. */
function faultOf(detail: string): {readonly why: string; readonly hint: string} {
  const named = /The filepath ("[^]*") contains unsafe/.exec(detail)?.[1];
  const [first = ''] = detail.replace(/^(?:Error|NotFoundError): /, '').split('\n');
  const why = named === undefined ? first : `A commit holds a file called ${named}.`;
  if (why.includes('holds a file called'))
    return {why, hint: 'Not every system can have that name: give it another one with `git mv`.'};
  if (why.includes('newer kind'))
    return {why, hint: 'Clone the study into a repository of the usual kind, as GitHub has it.'};
  return {
    // what the libraries print of damage is for their developers
    why: /internal error|out of range|^\w*Error\b/.test(why)
      ? 'One of its files is damaged.'
      : why.replace(/\.?$/, '.'),
    hint: 'See what `git fsck` says of it; in a shallow clone `git fetch --unshallow` brings what is missing.',
  };
}

/** True where a file of git's own is larger than is read. */
export function isOverLimit(error: unknown): boolean {
  return error instanceof Error && / has more than \d+ bytes/.test(error.message);
}
