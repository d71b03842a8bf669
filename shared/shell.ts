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
  'It works in a copy of the code and inputs, as they are now: what you write there is thrown away when the shell ends, and no output is collected.',
  'Image, user, memory, processors and missing network are those of the action’s job.',
  'The action’s own command is not started: type it, or let it be typed.',
];
