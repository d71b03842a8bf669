import type {LogFound} from '../../shared/logSearch';

/** What a search has found in one log so far. */
export interface FoundInLog extends Omit<LogFound, 'searchId'> {
  /** All places found so far, in their order. */
  readonly lines: readonly number[];
}

/** What a search has found so far, by job, in the order in which logs are searched. */
export type LogFinds = ReadonlyMap<string, FoundInLog>;

/** Adds what was found since. */
export function withFound(finds: LogFinds, {searchId: _, ...found}: LogFound): LogFinds {
  const before = finds.get(found.jobId)?.lines ?? [];
  const lines = [...before, ...found.lines];
  // a line that came in pieces is found behind later ones
  if ((before.at(-1) ?? -1) > (found.lines[0] ?? Infinity)) lines.sort((a, b) => a - b);
  return new Map(finds).set(found.jobId, {...found, lines});
}

/** The place, as an index of `lines`, of the first line at or behind `seq`; the first of all where none is. */
export function placeFrom(lines: readonly number[], seq: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((lines[middle] ?? Infinity) < seq) low = middle + 1;
    else high = middle;
  }
  return low < lines.length ? low : 0;
}

/** Whether a line is among the places. */
export function isPlace(lines: readonly number[], seq: number): boolean {
  return lines[placeFrom(lines, seq)] === seq;
}

/** Shares of the log's length, from 0 to 1, at which there is something: at most `most` of them. */
export function marksOf(
  lines: readonly number[],
  totalLines: number,
  most: number,
): readonly number[] {
  const rows = new Set<number>();
  for (const line of lines) rows.add(Math.floor((line / Math.max(1, totalLines)) * most));
  return [...rows].map((row) => (row + 0.5) / most);
}
