import {CLOCK_MS} from '../executor/executor';

/** How an engine's clock stands to this computer's. */
export interface EngineClock {
  /** How far it is ahead, in milliseconds; null where the engine does not say. */
  readonly aheadMs: number | null;
  /** So much that may be misjudged, in milliseconds: it took that long to be known. */
  readonly errorMs: number;
}

/** What an engine's own time says, which was asked for and came at these times of ours, in milliseconds since 1970. Pure. */
export function engineClock(engineTime: string, before: number, after: number): EngineClock {
  const time = Date.parse(engineTime);
  return {
    // it looked at its clock at some time in between
    aheadMs: Number.isNaN(time) ? null : time - (before + after) / 2,
    errorMs: (after - before) / 2,
  };
}

/** Whole seconds by which times of an engine are to be set back to be ours; 0 where the clocks may be the same. Pure. */
export function secondsAhead({aheadMs, errorMs}: EngineClock): number {
  return aheadMs === null || Math.abs(aheadMs) - errorMs <= CLOCK_MS
    ? 0
    : Math.round(aheadMs / 1000);
}

/** A time of an engine by this computer's clock: the same text, so many seconds earlier. Pure. */
export function byOurClock(engineTime: string, ahead: number): string {
  const [, seconds, rest] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)((?:\.\d+)?Z)$/u.exec(engineTime) ?? [];
  if (ahead === 0 || seconds === undefined || rest === undefined) return engineTime;
  const time = new Date(Date.parse(`${seconds}Z`) - ahead * 1000).toISOString();
  return `${time.slice(0, seconds.length)}${rest}`;
}
