import {formatTimeWithSeconds} from '../../shared/format';
import {remember} from '../state/selectors';

/** What stands before a line about the time it was printed at; null where nothing should. */
export type TimeColumn = ((time: string) => string) | null;

/** The column as the user chose it; `startedAt` is when the job began. The same choice is the same function. */
export function timeColumnOf(choice: string, startedAt: string | null): TimeColumn {
  if (choice === 'off') return null;
  if (choice !== 'since' || startedAt === null) return formatTimeWithSeconds;
  return sinceColumn(startedAt);
}

const sinceColumn = remember((startedAt: string) => {
  const begun = Date.parse(startedAt);
  return (time: string): string => formatSince((Date.parse(time) - begun) / 1000);
});

/** Seconds as `+0.4`, `+1:02.4` or `+1:00:02.4`; a clock that went back gives a minus. */
export function formatSince(seconds: number): string {
  const tenths = Math.round(Math.abs(seconds) * 10);
  const sign = seconds < 0 && tenths > 0 ? '−' : '+';
  const rest = `${Math.floor(tenths / 10) % 60}.${tenths % 10}`;
  const minutes = Math.floor(tenths / 600) % 60;
  const hours = Math.floor(tenths / 36_000);
  if (hours > 0)
    return `${sign}${hours}:${String(minutes).padStart(2, '0')}:${rest.padStart(4, '0')}`;
  return minutes > 0 ? `${sign}${minutes}:${rest.padStart(4, '0')}` : `${sign}${rest}`;
}
