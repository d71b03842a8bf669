import {lastLine} from './messageWords';
import {formatMemory} from '../../../shared/format';
import type {CauseWords, FailureFacts, KnownFailure} from '../failureFacts';

/** Failures known from the job itself, whatever was printed. */
export function jobFailure(facts: FailureFacts): KnownFailure | null {
  return (
    memoryFailure(facts) ?? outputsFailure(facts) ?? endingFailure(facts) ?? engineFailure(facts)
  );
}

function memoryFailure({outOfMemoryBytes, peakMemoryBytes}: FailureFacts): KnownFailure | null {
  if (outOfMemoryBytes === null) return null;
  const peak = peakMemoryBytes === null ? '' : ` Peak: ${formatMemory(peakMemoryBytes)}.`;
  return {
    rule: 'job-memory',
    title: `The job ran out of memory. Limit: ${formatMemory(outOfMemoryBytes)}.${peak}`,
    at: null,
    remedies: [
      "Raise this action's memory limit (More for this action, or `-m` on the command line), up to what the engine has.",
      'Read fewer columns or rows at a time, and free tables you no longer need.',
    ],
    place: null,
    button: 'limits',
  };
}

function outputsFailure({
  statusCode,
  unmatchedPatterns,
  unmatchedFiles,
  message,
}: FailureFacts): KnownFailure | null {
  const [first = ''] = unmatchedPatterns;
  // what matches and could not be collected is reported with its reason
  if (statusCode !== 'unmatched_patterns' || unmatchedPatterns.length === 0) return null;
  return {
    rule: 'job-outputs',
    title:
      unmatchedPatterns.length === 1
        ? `The job finished without errors but didn't write \`${first}\`.`
        : `${message}.`,
    at: null,
    remedies: [
      unmatchedFiles.length === 0
        ? 'It wrote no other file either: check that the script saves its results, and where.'
        : 'Have the script and `outputs` in project.yaml name the same path.',
    ],
    place: null,
    subject: {kind: 'outputs'},
    button: 'script',
  };
}

interface JobCause extends Omit<CauseWords, 'search' | 'subject'> {
  readonly rule: string;
  readonly message: RegExp;
}

/** How a job was ended from outside, by the sentence that Study Desk gives it (electron/runs). */
export const ENDING_CAUSES: readonly JobCause[] = [
  {
    rule: 'job-killed',
    message: /^The job was killed: most likely it ran out of memory/,
    title: 'The job was killed: most likely it ran out of memory, or its container was stopped.',
    remedies: [
      "Raise this action's memory limit, up to what the engine has; Docker Desktop has a limit of its own, in its settings.",
      'Run fewer jobs at a time, or read fewer columns or rows at once.',
    ],
    button: 'limits',
  },
  {
    rule: 'job-time',
    message: /^Stopped at its time limit of /,
    title: 'The job was still at work at its time limit.',
    remedies: [
      'Look at the end of the log for what it was waiting for.',
      'Raise the time limit of this action.',
    ],
    button: 'limits',
  },
  {
    rule: 'job-engine',
    message: /^Stopped because the container engine stopped$/,
    title: 'The container engine was stopped while the job ran.',
    remedies: ['Run the action again. Its earlier outputs are unchanged.'],
    button: 'rerun',
  },
];

function endingFailure({statusCode, message}: FailureFacts): KnownFailure | null {
  if (statusCode !== 'nonzero_exit') return null;
  const known = ENDING_CAUSES.find((cause) => cause.message.test(message));
  return known === undefined ? null : {...wordsOf(known), at: null, place: null};
}

function wordsOf({rule, title, remedies, button}: JobCause) {
  return {rule, title, remedies, ...(button === undefined ? {} : {button})};
}

/** The engine's error for a job that it could not start, in its own words or Study Desk's. */
export const ENGINE_CAUSES: readonly JobCause[] = [
  {
    rule: 'docker-command',
    message:
      /exec: "[^"]+": (?:executable file not found in \$PATH|stat .*no such file or directory)/,
    title: "The image doesn't contain the program named in the run line.",
    remedies: [
      'Check the first word after the image: `python:v2` needs `python` before the script, `r:v2` and `stata-mp:v1` take the script itself.',
    ],
    button: 'project',
  },
  {
    rule: 'docker-not-executable',
    message: /exec: "[^"]+": (?:permission denied|is a directory)/,
    title: 'What the run line gives after the image cannot be run as a program.',
    remedies: ['Name the program that is to run it, such as `bash` before a script.'],
    button: 'project',
  },
  {
    rule: 'docker-image',
    message:
      /(?:manifest unknown|manifest for \S+ not found|pull access denied|repository does not exist)/,
    title: 'There is no such image.',
    remedies: ['Check name and version before the first blank of `run`, such as `python:v2`.'],
    button: 'project',
  },
  {
    rule: 'docker-disk',
    message: /no space left on device/i,
    title: 'The disk of the container engine is full.',
    remedies: ['Free space: images and containers that are no longer needed take much of it.'],
    button: 'clean-up',
  },
  {
    rule: 'docker-platform',
    message: /exec format error|no matching manifest for \S+ in the manifest list/,
    title: 'The image is for another kind of processor.',
    remedies: [
      'The images are for Intel and AMD; on a Mac with Apple silicon switch Rosetta on in the settings of Docker Desktop.',
    ],
    button: 'doctor',
  },
];

function engineFailure({statusCode, message, lines}: FailureFacts): KnownFailure | null {
  if (statusCode !== 'internal_error') return null;
  for (const cause of ENGINE_CAUSES) {
    const at = lastLine(lines, (line) => cause.message.test(line));
    if (at < 0 && !cause.message.test(message)) continue;
    return {...wordsOf(cause), at: at < 0 ? null : at, place: null};
  }
  return null;
}
