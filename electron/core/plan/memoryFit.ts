import {formatList, formatMemory} from '../../../shared/format';
import type {RunFinding} from '../../../shared/preview';

/** What a planned job may take, and what it took before. */
export interface JobUse {
  readonly action: string;
  readonly limitBytes: number;
  /** Most memory that its latest attempts took; null where that was not seen. */
  readonly peakBytes: number | null;
  /** Processors it kept busy; null where that was not seen. */
  readonly cpus: number | null;
}

/** From this share of its limit on a job is likely to run out of memory when its data grows a little. */
const NEAR = 0.9;
/** What a job may take beyond what it took, and what of the engine's memory is the system's own. */
const MARGIN = 1.25;
const SHARE = 0.9;
/** More jobs at a time than the setting can say are not suggested. */
const MOST = 64;

/** Warns of jobs that came near their limit of memory before; null where none did. Pure. */
export function nearLimit(uses: readonly JobUse[]): RunFinding | null {
  const near = uses.filter(({peakBytes, limitBytes}) => (peakBytes ?? 0) >= NEAR * limitBytes);
  if (near.length === 0) return null;
  const peaks = near.map(
    ({action, peakBytes, limitBytes}) =>
      `\`${action}\` (${formatMemory(peakBytes ?? 0)} of ${formatMemory(limitBytes)})`,
  );
  return {
    level: 'warning',
    check: 'memory',
    message: `${formatList(peaks)} nearly ran out of memory in a recent run.`,
    hint: `Raise ${near.length === 1 ? 'its limit' : 'their limits'}, or read less data at once.`,
  };
}

/**
 * How many of these jobs fit in the engine at a time, whichever they are, by what they took before; null where of any
 * that is not known.
 */
export function fitting(
  uses: readonly JobUse[],
  engine: {readonly memoryBytes: number; readonly cpus: number},
): number | null {
  const peaks = uses.flatMap(({peakBytes}) => peakBytes ?? []);
  const busy = uses.flatMap(({cpus}) => cpus ?? []);
  if (uses.length === 0 || peaks.length < uses.length || busy.length < uses.length) return null;
  const memory = countWithin(peaks, (SHARE * engine.memoryBytes) / MARGIN);
  const processors = countWithin(busy, engine.cpus);
  return Math.max(1, Math.min(memory, processors, MOST));
}

/** How many of the largest values stay within a sum together. */
function countWithin(values: readonly number[], sum: number): number {
  const sorted = [...values].sort((one, other) => other - one);
  let left = sum;
  let count = 0;
  for (const value of sorted) {
    left -= value;
    if (left < 0) break;
    count += 1;
  }
  return count;
}

/** Suggests another number of jobs at a time where one fits better; null where the number is as good as any. Pure. */
export function betterConcurrency(
  uses: readonly JobUse[],
  engine: {readonly memoryBytes: number; readonly cpus: number},
  concurrency: number,
): RunFinding | null {
  const fit = fitting(uses, engine);
  if (fit === null) return null;
  const together = Math.min(concurrency, uses.length);
  const better = Math.min(fit, uses.length);
  if (better === together) return null;
  const memory = formatMemory(engine.memoryBytes);
  const words = `${better} jobs at a time fit in the engine’s ${memory} and ${engine.cpus} CPUs, going by earlier runs`;
  return better > together
    ? {level: 'ok', check: 'concurrency', message: `${words}.`, hint: null, concurrency: better}
    : {
        level: 'warning',
        check: 'concurrency',
        message: `Only ${words}; ${together} would start.`,
        hint: null,
        concurrency: better,
      };
}
