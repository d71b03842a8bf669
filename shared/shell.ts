import type {AppError} from './errors';

/** A shell in an action's image, on a copy of what its job would be given. */
export interface Shell {
  readonly id: string;
  readonly action: string;
  /** Full image name. */
  readonly image: string;
  /** What the job would run, as it is typed in a shell. */
  readonly command: string;
  /** What of its inputs is not there, in sentences. */
  readonly notices: readonly string[];
  /** Null while it goes on. */
  readonly ended: {readonly exitCode: number | null; readonly error: AppError | null} | null;
}

/** A stretch of what a shell printed; `end` counts all characters from its start on. */
export interface ShellOutput {
  readonly id: string;
  readonly text: string;
  readonly end: number;
}

/** What a shell is and is not, beside a run. */
export const SHELL_DIFFERENCES: readonly string[] = [
  'It works in a copy of the current code and inputs: changes are discarded when the shell ends, and no outputs are collected.',
  'It has the same image, user, memory and processors as the action’s job, and no network.',
  'The action’s command does not start by itself: type it, or press Type command.',
];
