import type {AppErrorKind} from '../../shared/errors';
import {assertNever} from '../../shared/result';

/** How a command ended, for the shell. */
export const EXIT = {done: 0, failed: 1, invalid: 2, noEngine: 3, interrupted: 130} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code of a command that ended with an error. */
export function exitCodeOf(kind: AppErrorKind): ExitCode {
  switch (kind) {
    case 'invalid-project':
    case 'invalid-request':
    case 'not-found':
      return EXIT.invalid;
    case 'no-engine':
      return EXIT.noEngine;
    case 'cancelled':
      return EXIT.interrupted;
    case 'image-missing':
    case 'study-busy':
    case 'file-system':
    case 'network':
    case 'job-failed':
    case 'bug':
      return EXIT.failed;
    default:
      return assertNever(kind);
  }
}
