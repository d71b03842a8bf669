/** One line of a job's log. */
export interface LogLine {
  /** RFC 3339 time with nanoseconds, as the engine stamps it. */
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  /** Without the line end. */
  readonly text: string;
  /** In a page of several logs merged: which of them it is of, from 0. */
  readonly of?: number;
}

/** Lines of one job in order; `firstSeq` numbers the first of them from 0. */
export interface LogBatch {
  readonly jobId: string;
  readonly action: string;
  readonly firstSeq: number;
  readonly lines: readonly LogLine[];
}

/** Ends the text of a line of which there is more than pages hold; `logs:line` has it. */
export const CUT_HERE = ' … (line cut here)';

/** Characters of one line that `logs:line` answers at most. */
export const WHOLE_LINE_LENGTH = 1024 * 1024;

/** A line that is too long for a page. */
export interface WholeLine {
  readonly text: string;
  /** There is more than WHOLE_LINE_LENGTH of it. */
  readonly cut: boolean;
}

/** An attempt at an action whose log is kept. */
export interface KeptLog {
  readonly jobId: string;
  readonly runId: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string | null;
}

/** Logs that are merged at most. */
export const MOST_MERGED = 100;

/** A stretch of a stored log. */
export interface LogPage {
  readonly jobId: string;
  readonly firstSeq: number;
  readonly lines: readonly LogLine[];
  /** Lines in the log so far. */
  readonly totalLines: number;
  /** No more will come. */
  readonly complete: boolean;
}

/** `metadata/<action>.log` of a job whose log Study Desk does not keep, and what stands below its lines. */
export interface ActionLogFile {
  /** By which its lines are read. */
  readonly jobId: string;
  readonly action: string;
  /** Study-relative. */
  readonly path: string;
  /** How the job ended, in the words of the program that ran it; this and all below null where the file does not say. */
  readonly message: string | null;
  readonly exitCode: number | null;
  /** Id of the image. */
  readonly image: string | null;
  readonly commit: string | null;
  readonly hint: string | null;
  /** ISO 8601 UTC. */
  readonly createdAt: string | null;
  readonly completedAt: string | null;
  /** Tiers as they are spelt there. */
  readonly outputs: readonly {readonly path: string; readonly tier: string}[];
  /** What else it lists, such as outputs that would be kept back. */
  readonly notes: readonly {readonly heading: string; readonly rows: readonly string[]}[];
}
