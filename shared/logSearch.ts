import type {LogLine} from './log';
import {levelOf, type LogLevel} from './logText';

/** What is looked for in logs. */
export interface LogPattern {
  /** Empty only where a filter leaves lines out: then all that pass are found. */
  readonly text: string;
  readonly caseSensitive: boolean;
  /** Only where no letter, digit or underscore stands beside it. */
  readonly wholeWord: boolean;
  /** The text is a regular expression as RE2 reads it: without look-around and back references. */
  readonly regex: boolean;
}

/** Which lines are looked at; null is all of them. */
export interface LogFilter {
  readonly stream: LogLine['stream'] | null;
  /** Lines that speak of an error; with `warning` those that speak of a warning too (`levelOf`). */
  readonly level: LogLevel | null;
  /** ISO 8601 UTC; lines printed then or later. */
  readonly from: string | null;
  /** ISO 8601 UTC; lines printed before it. */
  readonly to: string | null;
}

/** All lines are looked at. */
export const NO_FILTER: LogFilter = {stream: null, level: null, from: null, to: null};

/** Whether some lines are left out. */
export function isFilter({stream, level, from, to}: LogFilter): boolean {
  return stream !== null || level !== null || from !== null || to !== null;
}

/** Whether a line is looked at; `text` as it reads on the screen. */
export function passes(
  filter: LogFilter,
  time: string,
  stream: LogLine['stream'],
  text: string,
): boolean {
  if (filter.stream !== null && stream !== filter.stream) return false;
  // stamps have more digits behind the second, so what stands before the Z is compared
  if (filter.from !== null && time < filter.from.slice(0, -1)) return false;
  if (filter.to !== null && time >= filter.to.slice(0, -1)) return false;
  if (filter.level === null) return true;
  const level = levelOf(text);
  return level === 'error' || level === filter.level;
}

/** Whose logs are searched: one job's, those of a run, or all that are kept. */
export type LogScope =
  | {readonly kind: 'job'; readonly jobId: string}
  | {readonly kind: 'run'; readonly runId: string}
  | {readonly kind: 'all'};

/** Line numbers of one log that a search lists at most; all are counted. */
export const MOST_PLACES = 100_000;

/** What has been found in one log since the last report. */
export interface LogFound {
  /** As the search was asked for. */
  readonly searchId: string;
  readonly jobId: string;
  readonly action: string;
  /** Null for a job of `opensafely run`. */
  readonly runId: string | null;
  /** Lines that match so far, each counted once. */
  readonly count: number;
  /** Further lines that match, from 0; with those listed before at most MOST_PLACES. */
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
