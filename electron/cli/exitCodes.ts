import type {AppErrorKind} from '../../shared/errors';
import {assertNever} from '../../shared/result';
import type {RunEvent} from '../../shared/run';
import type {ActionState} from '../../shared/status';

/** How a command ended, for the shell; `underWay`, `toRun` and `notKnown` only with `--exit-code`. */
export const EXIT = {
  done: 0,
  failed: 1,
  invalid: 2,
  noEngine: 3,
  underWay: 4,
  toRun: 5,
  notKnown: 6,
  interrupted: 130,
} as const;

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

/** The exit code of a run that came to its end. */
export function exitCodeOfRun(
  run: Pick<Extract<RunEvent, {event: 'finished'}>, 'outcome' | 'cancelled' | 'error'>,
): ExitCode {
  if (run.cancelled) return EXIT.interrupted;
  if (run.error !== null) return exitCodeOf(run.error.kind);
  return run.outcome === 'succeeded' ? EXIT.done : EXIT.failed;
}

/** What one action's state is to a shell that asked; only what a check found up to date is `done`. */
export function exitCodeOfState(state: ActionState): ExitCode {
  switch (state) {
    case 'up-to-date':
    case 'up-to-date-by-times':
      return EXIT.done;
    case 'failed':
      return EXIT.failed;
    case 'waiting':
    case 'waiting-for-engine':
    case 'running':
      return EXIT.underWay;
    case 'out-of-date':
    case 'upstream-out-of-date':
    case 'outputs-missing':
    case 'never-run':
    case 'blocked':
    case 'not-started':
    case 'cut-off':
    case 'cancelled':
      return EXIT.toRun;
    case 'checking':
    case 'has-errors':
    case 'supplied':
    case 'not-verified':
      return EXIT.notKnown;
    default:
      return assertNever(state);
  }
}

/** What the states of several actions are together: the lowest code that is not 0, so that a failure is never hidden. */
export function exitCodeOfStates(states: readonly ActionState[]): ExitCode {
  return states
    .map(exitCodeOfState)
    .reduce(
      (worst, code) => (worst === EXIT.done || (code !== EXIT.done && code < worst) ? code : worst),
      EXIT.done as ExitCode,
    );
}
