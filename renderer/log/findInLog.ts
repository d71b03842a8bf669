import type {HostApi} from '../../shared/contract/contract';
import {plainText} from './ansiText';

/** Lines of a log that hold a text. */
export interface LogMatches {
  /** Line numbers from 0, in order; no more than `MOST_MATCHES`. */
  readonly lines: readonly number[];
  readonly searched: number;
  readonly complete: boolean;
}

const READ_LINES = 5000;
/** Enough to walk through; more are no longer a search result. */
export const MOST_MATCHES = 10_000;

/** Searches a whole stored log, case ignored; calls back after each stretch so that the first hits show at once. */
export async function findInLog(
  host: HostApi,
  jobId: string,
  text: string,
  onProgress: (matches: LogMatches) => void,
  signal: AbortSignal,
): Promise<void> {
  const wanted = text.toLowerCase();
  const lines: number[] = [];
  for (let fromSeq = 0; !signal.aborted;) {
    const page = await host.request('logs:read', {jobId, fromSeq, limit: READ_LINES});
    if (signal.aborted || !page.ok) return;
    page.value.lines.forEach((line, index) => {
      if (lines.length >= MOST_MATCHES) return;
      if (plainText(line.text).toLowerCase().includes(wanted))
        lines.push(page.value.firstSeq + index);
    });
    fromSeq = page.value.firstSeq + page.value.lines.length;
    const complete =
      page.value.lines.length === 0 ||
      fromSeq >= page.value.totalLines ||
      lines.length >= MOST_MATCHES;
    onProgress({lines: [...lines], searched: fromSeq, complete});
    if (complete) return;
  }
}
