import {appError, type AppError} from '../../shared/errors';
import type {NotCollected} from '../../shared/job';
import {nearestPath} from '../../shared/nearestName';
import {fileSystemError, keepsFile} from '../files/fileSystemError';
import {exitMessage} from './exitCodes';
import type {JobEnding} from './jobMachine';

/** What decides how a job ended, once its command has. */
export interface EndingFacts {
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  readonly imageName: string;
  readonly memoryLimitBytes: number;
  /** Seconds of the time limit that it ran into; null where it did not. */
  readonly timedOutAfter: number | null;
  /** The engine was stopped while the command ran. */
  readonly engineLost: boolean;
  readonly unmatchedPatterns: readonly string[];
  /** New files that no pattern matched. */
  readonly unmatchedFiles: readonly string[];
  /** Number of moderately sensitive files that would be kept back. */
  readonly excluded: number;
  readonly notCollected: readonly NotCollected[];
}

/** Seconds in words: 90 → "1 min 30 s". */
export function inWords(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = Math.round(seconds % 60);
  const parts = [
    hours > 0 ? `${hours} h` : '',
    minutes > 0 ? `${minutes} min` : '',
    rest > 0 || seconds < 1 ? `${rest} s` : '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function unmatchedHint(patterns: readonly string[], files: readonly string[]): string {
  for (const pattern of patterns) {
    const near = nearestPath(pattern, files);
    if (near !== null)
      return `Did the script mean ${pattern} when it wrote ${near}? Change one to match the other.`;
  }
  if (files.length === 0)
    return 'The job wrote no other files. Check that the script saves its results, and where.';
  const more = files.length > 5 ? ` and ${files.length - 5} more` : '';
  return `The job wrote these files instead: ${files.slice(0, 5).join(', ')}${more}.`;
}

/** Where there is something that matches but is no file that can be collected, that is what to look at. */
function notCollectedHint(notCollected: readonly NotCollected[]): string | null {
  const [first] = notCollected;
  if (first === undefined) return null;
  const more = notCollected.length > 1 ? ` The log names ${notCollected.length - 1} more.` : '';
  return `${first.path} was not collected. ${first.reason}${more}`;
}

/** Exit codes of a command that was asked to end, or ended by force: an engine does so when it is stopped. */
const STOPPED_FROM_OUTSIDE: readonly number[] = [137, 143, 255];

/** The status of a job whose command ended by itself or by its time limit (RULES "End of a job"). */
export function endingOf(facts: EndingFacts): JobEnding {
  if (facts.timedOutAfter !== null)
    return {
      statusCode: 'nonzero_exit',
      message: `Stopped at its time limit of ${inWords(facts.timedOutAfter)}`,
      hint: 'Raise the time limit of this action, or check the log for what it was waiting for.',
    };
  if (facts.engineLost && STOPPED_FROM_OUTSIDE.includes(facts.exitCode))
    return {
      statusCode: 'nonzero_exit',
      message: 'Stopped because the container engine stopped',
      hint: 'Run the action again. Its earlier outputs are unchanged.',
    };
  if (facts.exitCode !== 0) {
    // a command may end with 137 for other reasons too
    const outOfMemory = facts.outOfMemory && facts.exitCode === 137;
    const outOfMemoryBytes = outOfMemory ? facts.memoryLimitBytes : null;
    const words = exitMessage({...facts, outOfMemoryBytes});
    return {statusCode: 'nonzero_exit', ...words, outOfMemoryBytes};
  }
  if (facts.unmatchedPatterns.length > 0) {
    const count = facts.unmatchedPatterns.length;
    return {
      statusCode: 'unmatched_patterns',
      message: `No file matches ${count === 1 ? 'the output pattern' : 'the output patterns'} ${facts.unmatchedPatterns.join(', ')}`,
      hint:
        notCollectedHint(facts.notCollected) ??
        unmatchedHint(facts.unmatchedPatterns, facts.unmatchedFiles),
    };
  }
  return succeeded(facts.notCollected.length, facts.excluded);
}

/** A success, with all that is to be known of it. */
function succeeded(notCollected: number, excluded: number): JobEnding {
  const but: string[] = [];
  if (notCollected > 0)
    but.push(
      notCollected === 1
        ? '1 file that matches was not collected'
        : `${notCollected} files that match were not collected`,
    );
  if (excluded > 0)
    but.push(
      `${excluded} moderately sensitive ${excluded === 1 ? 'file' : 'files'} would be kept back from level 4`,
    );
  return {
    statusCode: 'succeeded',
    message: ['Completed successfully', ...(but.length > 0 ? [but.join(', and ')] : [])].join(
      ', but ',
    ),
    hint: but.length > 0 ? 'The log names each file and the reason.' : null,
  };
}

/** The status of a job that a fault of the engine, the disk or ours brought to its end. */
export function faultEnding(error: AppError): JobEnding {
  const why = error.why === undefined ? '' : ` ${error.why}`;
  return {
    statusCode: 'internal_error',
    message: `${error.message}${why}`,
    hint: error.hint ?? error.detail ?? null,
  };
}

/** The status of a job in whose course something was thrown: what the system refused, or a fault of ours. */
export function thrownEnding(error: unknown): JobEnding {
  if (keepsFile(error)) return faultEnding(fileSystemError('The job could not go on.', error));
  return {
    statusCode: 'internal_error',
    message: 'Study Desk failed while it ran this job',
    hint: error instanceof Error ? error.message : String(error),
  };
}

/** What ends a whole run when something is thrown outside of any job. */
export function thrownFault(error: unknown): AppError {
  if (keepsFile(error)) return fileSystemError('The run could not go on.', error);
  const detail = error instanceof Error ? error.message : String(error);
  return appError('bug', 'The run ended because of an error in Study Desk.', {detail});
}

/** The words for a job that was cut off while it ran. */
export const CUT_OFF: JobEnding = {
  statusCode: 'cut_off',
  message: 'Interrupted when Study Desk was closed; nothing was left to collect',
  hint: 'Run the action again. Its earlier outputs are unchanged.',
};

/** The end of a cut-off job of which it is not on record what it was to do: written before any job begins, or damaged. */
export function withoutDefinition(begun: boolean): JobEnding {
  if (!begun) return NEVER_STARTED;
  return {
    ...CUT_OFF,
    message: 'Interrupted when Study Desk was closed; its record of what to do is missing',
  };
}

/** The words for a job whose turn had not come when Study Desk was closed. */
export const NEVER_STARTED: JobEnding = {
  statusCode: 'not_started',
  message: 'Not started: Study Desk was closed before its turn',
  hint: null,
};
