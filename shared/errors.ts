import {err, type Result} from './result';

/**
 * What went wrong, by the way out of it. The command line turns the kind into its exit code
 * (electron/cli/README.md); the window into the button it offers.
 */
export type AppErrorKind =
  | 'invalid-project'
  | 'invalid-request'
  | 'not-found'
  | 'no-engine'
  | 'image-missing'
  | 'study-busy'
  | 'file-system'
  | 'network'
  | 'job-failed'
  | 'cancelled'
  | 'bug';

/** An error a person can act on: what happened, why, and what to do next. */
export interface AppError {
  readonly kind: AppErrorKind;
  /** What happened, in one plain sentence. */
  readonly message: string;
  /** Why it happened, where known. */
  readonly why?: string;
  /** What to do next. */
  readonly hint?: string;
  /** Another Study Desk holds the study, which can be taken over from it. */
  readonly takeOver?: true;
  /** A token for git is what it lacks, or has in the wrong place; where one is given differs between window and terminal. */
  readonly wantsToken?: true;
  /** A file or folder that no program could open, for the user to open otherwise; no part of a report. */
  readonly path?: string;
  /** The technical detail, shown folded and copied into reports after redaction. */
  readonly detail?: string;
}

/** Builds an AppError; leaves out the parts that are not known. */
export function appError(
  kind: AppErrorKind,
  message: string,
  parts: Omit<AppError, 'kind' | 'message'> = {},
): AppError {
  return {kind, message, ...parts};
}

/** `appError` as the answer of an operation. */
export function failWith(...error: Parameters<typeof appError>): Result<never, AppError> {
  return err(appError(...error));
}
