import {formatMemory} from '../../shared/format';

/** What an exit code means: to the user of this computer, and in the fixed words that a job server gets (serve/RULES.md). */
export interface ExitWords {
  readonly message: string;
  /** What to do next. */
  readonly hint: string;
  /** Nothing but these words leaves a backend. */
  readonly toServer: string;
}

/** The exit codes of ehrQL that have a meaning of their own. */
export const EHRQL: Readonly<Record<number, ExitWords>> = {
  2: {
    message: 'ehrQL did not understand its arguments',
    hint: 'Compare the run line with the usage that ehrQL printed in the log.',
    toServer: 'ehrQL did not understand its arguments',
  },
  10: {
    message: 'ehrQL could not read the dataset definition',
    hint: 'The log names the file, the line and the reason.',
    toServer: 'Error loading dataset definition',
  },
  11: {
    message: 'ehrQL could not read a data file',
    hint: 'Check the dummy data named in the run line: its columns, types and values.',
    toServer: 'Error loading file',
  },
  12: {
    message: 'ehrQL refused access to data that this project may not use',
    hint: 'The log names the table or feature that needs permission.',
    toServer: 'Permission error: the project may not use a part of the data',
  },
  13: {
    message: 'The assurance tests of the dataset definition failed',
    hint: 'The log lists each patient whose result differs from what was expected.',
    toServer: 'Assurance test failure',
  },
};

/** Exit code 137 where the engine does not say that memory ran out. */
export const KILLED: ExitWords = {
  message: 'The job was killed: most likely it ran out of memory, or its container was stopped',
  hint: 'Raise the memory limit, or check how much memory the container engine has.',
  toServer: 'Job was killed: most likely it ran out of memory, or the backend was stopped',
};

/** Memory ran out at a limit, in bytes. */
export function outOfMemory(limitBytes: number): ExitWords {
  // as the reference prints a limit
  const limit = `${(limitBytes / 1024 ** 3).toFixed(2)}GB`;
  return {
    message: `The job ran out of memory (limit ${formatMemory(limitBytes)})`,
    hint: "Raise this action's memory limit, run fewer jobs at a time, or read less data at once.",
    toServer: `Job ran out of memory (limit was ${limit})`,
  };
}

/** The message of an exit code other than 0, and what to do (RULES "End of a job"). */
export function exitMessage({
  exitCode,
  outOfMemoryBytes,
  imageName,
}: {
  readonly exitCode: number;
  readonly outOfMemoryBytes: number | null;
  readonly imageName: string;
}): Pick<ExitWords, 'message' | 'hint'> {
  const words =
    outOfMemoryBytes !== null
      ? outOfMemory(outOfMemoryBytes)
      : exitCode === 137
        ? KILLED
        : imageName === 'ehrql'
          ? EHRQL[exitCode]
          : undefined;
  return words === undefined
    ? {
        message: `The job ended with an error (exit code ${exitCode})`,
        hint: 'The end of the log usually says why.',
      }
    : {message: words.message, hint: words.hint};
}
