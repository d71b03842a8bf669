import {EHRQL, KILLED, outOfMemory} from '../../runs/exitCodes';
import {type ServedCode, type ServedJob, referenceOf} from '../records';
import {readAddress} from './repositoryAddress';

/** Longest message that is sent, in characters. */
const MESSAGE_CHARACTERS = 1000;

/**
 * All that is ever sent to a job server: fixed texts, with nothing put in but what rules of serving, "What may leave" names. The words
 * "internal error", "something went wrong with the database" and "ran out of memory" are what servers look out for.
 */
export const MESSAGES = {
  created: 'Created',
  paused: 'Waiting: the backend has been paused',
  maintenance: 'Waiting for database to finish maintenance',
  waitingForWorkers: 'Waiting on available workers',
  preparing: 'Preparing your code and workspace files',
  prepared: 'Prepared and ready to run',
  executing: 'Executing job on the backend',
  executed: 'Job has finished executing and is waiting to be finalized',
  finalizing: 'Recording job results',
  finalized: 'Finished recording results',
  succeeded: 'Completed successfully',
  nothingToDo: 'All actions have already completed successfully',
  dependencyFailed: 'Not starting as dependency failed',
  cancelled: 'Cancelled by user',
  unmatched: 'No outputs found matching at least one of the declared patterns',
  internal: 'Internal error: the job could not be completed',
  timedOut: 'The job was stopped at its time limit',
  vanished: 'Internal error: the job was lost on the backend',
  reset: 'Waiting to be run again after a restart of the backend',
  noNetwork: 'The backend has no network for database jobs; its operators must name one',
  noImage: 'Internal error: the image of the job is not available on the backend',
  archived: 'The workspace has been archived; its outputs must be restored first',
} as const;

/** `Waiting for 1 dependency`. */
export function waitingForDependencies(count: number): string {
  return `Waiting for ${count} ${count === 1 ? 'dependency' : 'dependencies'}`;
}

/** The message of a command that did not end with 0. Only the number and the limit are put in. */
export function exitMessage(
  exitCode: number,
  usesDatabase: boolean,
  imageName: string,
  outOfMemoryBytes: number | null,
): string {
  if (outOfMemoryBytes !== null) return outOfMemory(outOfMemoryBytes).toServer;
  if (exitCode === 137) return KILLED.toServer;
  if (usesDatabase && exitCode === 3)
    return 'A transient database error occurred, your job may run if you try it again (exit code 3)';
  if (usesDatabase && exitCode === 4)
    return 'New data is being imported into the database, please try again in a few hours (exit code 4)';
  if (usesDatabase && exitCode === 5)
    return 'Something went wrong with the database, please contact tech support (exit code 5)';
  const ehrql = imageName === 'ehrql' ? EHRQL[exitCode] : undefined;
  if (ehrql !== undefined) return `${ehrql.toServer} (exit code ${exitCode})`;
  return `Job exited with an error (exit code ${exitCode})`;
}

/** The message of a job's step; a failure also says by what its log is found on the backend. */
export function withReference(
  job: Pick<ServedJob, 'id' | 'state'> & {readonly code: ServedCode},
  text: string,
): string {
  const plain = plainMessage(text);
  if (job.state !== 'failed') return plain;
  const reference = ` (ref ${referenceOf(job.id)})`;
  return plain.slice(0, MESSAGE_CHARACTERS - reference.length) + reference;
}

/** No control characters, and not too long. */
export function plainMessage(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, MESSAGE_CHARACTERS);
}

/** Why a request is not taken: the class that servers know, and a reason of fixed words. */
export type Refusal =
  | {readonly kind: 'repo-not-allowed'; readonly repo: string}
  | {readonly kind: 'no-actions'}
  | {readonly kind: 'bad-workspace'}
  | {readonly kind: 'unknown-database'}
  | {readonly kind: 'database-not-here'}
  | {readonly kind: 'bad-branch'}
  | {readonly kind: 'repo-not-found'}
  | {readonly kind: 'not-on-branch'; readonly commit: string}
  | {readonly kind: 'git'}
  | {readonly kind: 'no-project'}
  | {readonly kind: 'bad-project'; readonly line: number; readonly rule: string}
  | {readonly kind: 'unknown-action'}
  | {readonly kind: 'failed-before'; readonly action: string}
  | {readonly kind: 'all-active'}
  | {readonly kind: 'stale-codelists'}
  | {readonly kind: 'reusable'; readonly action: string}
  | {readonly kind: 'archived'}
  | {readonly kind: 'malformed'; readonly fields: readonly string[]};

/** The message for a refusal. Nothing of a project file is quoted but action names, line numbers and codes of rules. */
export function refusalMessage(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'repo-not-allowed':
      return `RepoNotAllowedError: the repository ${plainRepo(refusal.repo)} is not one that this backend may use`;
    case 'no-actions':
      return 'JobRequestError: at least one action must be supplied';
    case 'bad-workspace':
      return 'JobRequestError: the workspace name may only hold letters, digits, hyphens and underscores';
    case 'unknown-database':
      return 'JobRequestError: the database must be one of full, slice and dummy';
    case 'database-not-here':
      return 'JobRequestError: the database that was asked for is not set up on this backend';
    case 'bad-branch':
      return 'JobRequestError: the branch name cannot be used';
    case 'repo-not-found':
      return 'GitRepoNotReachableError: the repository was not found, or the backend may not read it';
    case 'not-on-branch':
      return `CommitNotFoundError: the commit ${refusal.commit} is not part of the branch`;
    case 'git':
      return 'GitError: the code could not be fetched from the repository';
    case 'no-project':
      return 'ProjectValidationError: there is no project.yaml at this commit';
    case 'bad-project':
      return `ProjectValidationError: project.yaml is not valid at this commit (line ${refusal.line}, rule ${refusal.rule}); \`study-desk validate\` shows more`;
    case 'unknown-action':
      return 'UnknownActionError: an action that was asked for is not in project.yaml at this commit';
    case 'failed-before':
      return `JobRequestError: the action ${refusal.action}, which is needed, failed when it last ran; run it again first`;
    case 'all-active':
      return 'JobRequestError: all requested actions were already scheduled to run';
    case 'stale-codelists':
      return 'StaleCodelistError: codelists are out of date; update them before running database jobs';
    case 'reusable':
      return `ReusableActionError: the reusable action of ${refusal.action} cannot be used`;
    case 'archived':
      return `JobRequestError: ${MESSAGES.archived}`;
    case 'malformed':
      return `JobRequestError: fields of the request cannot be read: ${refusal.fields.join(', ')}`;
  }
}

/** A repository's address without user, password, query and fragment; only if it looks like one at all. */
function plainRepo(repo: string): string {
  const address = readAddress(repo);
  if (address === null) return '(no address)';
  const {protocol, host, pathname} = address;
  return protocol === 'https:' || protocol === 'http:'
    ? `${protocol}//${host}${pathname}`
    : '(no web address)';
}
