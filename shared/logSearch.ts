import type {LogLine} from './log';

/** What is looked for in logs. */
export interface LogPattern {
  readonly text: string;
  readonly caseSensitive: boolean;
  /** Only where no letter, digit or underscore stands beside it. */
  readonly wholeWord: boolean;
  /** The text is a regular expression as RE2 reads it: without look-around and back references. */
  readonly regex: boolean;
}

/** Whose logs are searched: one job's, those of a run, or all that are kept. */
export type LogScope =
  | {readonly kind: 'job'; readonly jobId: string}
  | {readonly kind: 'run'; readonly runId: string}
  | {readonly kind: 'all'};

/** Line numbers of one log that a search tells at most; all are counted. */
export const MOST_PLACES = 100_000;

/** What has been found in one log since the last time it was told. */
export interface LogFound {
  /** As the search was asked for. */
  readonly searchId: string;
  readonly jobId: string;
  readonly action: string;
  /** Null for a job of `opensafely run`. */
  readonly runId: string | null;
  /** Lines that match so far, each counted once. */
  readonly count: number;
  /** Further lines that match, from 0; with those told before at most MOST_PLACES. */
  readonly lines: readonly number[];
  /** The first line that matches; null while none does. */
  readonly first: {readonly seq: number; readonly line: LogLine} | null;
  /** Lines looked through so far. */
  readonly searched: number;
}

/** How a search ended. */
export interface LogSearchEnd {
  /** Logs that were looked through to their ends. */
  readonly logs: number;
  /** Lines that match in all of them. */
  readonly count: number;
  /** It was stopped, or another one took its place. */
  readonly stopped: boolean;
}
