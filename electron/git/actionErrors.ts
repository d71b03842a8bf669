import {type AppError, appError} from '../../shared/errors';

/** Why a reusable action can't be used (RULES "Reusable actions"). */

const REGISTRY = 'See actions.opensafely.org for the actions there are and their versions.';
const TELL_AUTHORS = 'This is a fault of the reusable action: open an issue in its repository.';

export function badToken(token: string): AppError {
  return appError('invalid-project', `"${token}" is neither an image nor a reusable action.`, {
    why: 'The first word of a run line is a name and a version with one colon between, e.g. r:v2.',
    hint: REGISTRY,
  });
}

export function noRepository(name: string, detail: string): AppError {
  return appError('invalid-project', `There is no image and no reusable action called "${name}".`, {
    hint: `Check the spelling. ${REGISTRY}`,
    detail,
  });
}

export function notReached(name: string, detail: string): AppError {
  return appError('network', `The reusable action "${name}" could not be fetched.`, {
    why: 'Its repository could not be reached, and no copy of it is on this computer.',
    hint: 'Check your network connection, then try again.',
    detail,
  });
}

export function noVersion(name: string, tag: string): AppError {
  return appError('invalid-project', `The reusable action "${name}" has no version "${tag}".`, {
    hint: REGISTRY,
  });
}

export function notApproved(name: string, tag: string): AppError {
  return appError('invalid-project', `Version "${tag}" of "${name}" is not approved.`, {
    why: "Its commit is not part of the repository's main branch.",
    hint: `Use another version. ${REGISTRY}`,
  });
}

export function invalidAction(name: string, why: string): AppError {
  return appError('invalid-project', `"${name}" is not a valid reusable action.`, {
    why,
    hint: TELL_AUTHORS,
  });
}
