import type {LogBatch, LogLine, LogPage} from '../../shared/log';

/** Lines kept together; reads are made in the same steps. */
export const PAGE_LINES = 500;
/** Pages kept in memory: 60,000 lines, whatever the log's length. */
const MAX_PAGES = 120;

/**
 * The stretches of one log that the window holds. Lines that were not read yet, or that a gap between
 * two batches left out, are simply missing and read when they come into view.
 */
export interface LogPages {
  readonly jobId: string | null;
  /** Lines in the log so far, read or not. */
  readonly totalLines: number;
  /** No more will come. */
  readonly complete: boolean;
  /** By page number, each with `PAGE_LINES` places; the most recently used last. */
  readonly pages: ReadonlyMap<number, readonly (LogLine | undefined)[]>;
}

/** Nothing read of a job's log yet. */
export function emptyLog(jobId: string | null): LogPages {
  return {jobId, totalLines: 0, complete: false, pages: new Map()};
}

/** The line with this number, from 0; undefined while it has not been read. */
export function lineAt(log: LogPages, seq: number): LogLine | undefined {
  return log.pages.get(Math.floor(seq / PAGE_LINES))?.[seq % PAGE_LINES];
}

/** The first line in a range (end exclusive) that has not been read; null when all are here. */
export function firstMissing(log: LogPages, from: number, to: number): number | null {
  const end = Math.min(to, log.totalLines);
  for (let seq = Math.max(0, from); seq < end; seq += 1) {
    if (lineAt(log, seq) === undefined) return seq;
  }
  return null;
}

/** Adds a stretch that `logs:read` answered; one for another job is dropped. */
export function applyPage(log: LogPages, page: LogPage): LogPages {
  if (page.jobId !== log.jobId) return log;
  return {
    ...withLines(log, page.firstSeq, page.lines),
    totalLines: Math.max(log.totalLines, page.totalLines, page.firstSeq + page.lines.length),
    complete: log.complete || page.complete,
  };
}

/** Adds a live batch; where batches were missed in between, the gap is read when it comes into view. */
export function applyBatch(log: LogPages, batch: LogBatch): LogPages {
  if (batch.jobId !== log.jobId) return log;
  const end = batch.firstSeq + batch.lines.length;
  return {
    ...withLines(log, batch.firstSeq, batch.lines),
    totalLines: Math.max(log.totalLines, end),
  };
}

function withLines(log: LogPages, firstSeq: number, lines: readonly LogLine[]): LogPages {
  if (lines.length === 0) return log;
  const pages = new Map(log.pages);
  const firstPage = Math.floor(firstSeq / PAGE_LINES);
  const lastPage = Math.floor((firstSeq + lines.length - 1) / PAGE_LINES);
  for (let number = firstPage; number <= lastPage; number += 1) {
    const page = [...(pages.get(number) ?? [])];
    const start = Math.max(firstSeq, number * PAGE_LINES);
    const end = Math.min(firstSeq + lines.length, (number + 1) * PAGE_LINES);
    for (let seq = start; seq < end; seq += 1) page[seq % PAGE_LINES] = lines[seq - firstSeq];
    pages.delete(number);
    pages.set(number, page);
  }
  for (const oldest of pages.keys()) {
    if (pages.size <= MAX_PAGES) break;
    pages.delete(oldest);
  }
  return {...log, pages};
}
