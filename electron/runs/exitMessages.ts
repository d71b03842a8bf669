import type {JobExit} from '../engine/executor';

/** What to tell of a command's end. */
export interface ExitMessage {
  readonly message: string;
  readonly hint: string | null;
}

const EHRQL: Readonly<Record<number, ExitMessage>> = {
  2: {
    message: 'ehrQL did not understand its arguments',
    hint: 'Compare the run line with the usage that ehrQL printed in the log.',
  },
  10: {
    message: 'ehrQL could not read the dataset definition',
    hint: 'The log names the file, the line and the reason.',
  },
  11: {
    message: 'ehrQL could not read a data file',
    hint: 'Check the dummy data named in the run line: its columns, types and values.',
  },
  12: {
    message: 'ehrQL refused a part of the data that this project may not use',
    hint: 'The log names the table or feature that needs permission.',
  },
  13: {
    message: 'The assurance tests of the dataset definition failed',
    hint: 'The log lists each patient whose result differs from what was expected.',
  },
};

/** Gibibytes with two decimals, as the reference prints a limit. */
function gigabytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(2)}GB`;
}

/** The message of an exit code other than 0 (RULES "End of a job"). */
export function exitMessage(
  exit: Pick<JobExit, 'exitCode' | 'outOfMemory'>,
  imageName: string,
  memoryLimitBytes: number | null,
): ExitMessage {
  if (exit.exitCode === 137 && exit.outOfMemory) {
    const limit = memoryLimitBytes === null ? '' : ` (limit was ${gigabytes(memoryLimitBytes)})`;
    return {
      message: `The job ran out of memory${limit}`,
      hint: 'Raise the memory limit of this action, run fewer jobs at a time, or read less data at once.',
    };
  }
  if (exit.exitCode === 137) {
    return {
      message:
        'The job was killed: most likely memory ran out, or something else stopped its container',
      hint: 'Raise the memory limit, or check how much memory the container engine has been given.',
    };
  }
  const ehrql = imageName === 'ehrql' ? EHRQL[exit.exitCode] : undefined;
  if (ehrql !== undefined) return ehrql;
  return {
    message: `The job ended with an error (exit code ${exit.exitCode})`,
    hint: 'The end of the log usually says why.',
  };
}
