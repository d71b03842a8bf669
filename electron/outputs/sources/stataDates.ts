import {dateText, timestampText} from '../tables/cellText';

/** How Stata counts time: days, milliseconds, weeks, months, quarters, half-years from 1960, or years. */
export type StataDate = 'td' | 'tc' | 'tw' | 'tm' | 'tq' | 'th' | 'ty';

/** Days from 1960 to 1970, where other counts begin. */
const DAYS_TO_1970 = 3653n;
const MS_TO_1970 = DAYS_TO_1970 * 86_400_000n;

/** The way a display format counts time; null for a format of numbers. */
export function stataDateOf(format: string): StataDate | null {
  const [, unit] = /^%-?(t[dcCwmqhy]|d)/.exec(format) ?? [];
  switch (unit) {
    case 'd':
    case 'td':
      return 'td';
    case 'tc':
    case 'tC':
      return 'tc';
    case 'tw':
    case 'tm':
    case 'tq':
    case 'th':
    case 'ty':
      return unit;
    default:
      return null;
  }
}

/** A point in time as ISO text; of longer periods their first day. */
export function stataDateText(unit: StataDate, value: number): string {
  const whole = Math.floor(value);
  switch (unit) {
    case 'td':
      return dateText(BigInt(whole) - DAYS_TO_1970);
    case 'tc':
      // haven writes a hair less or more than whole milliseconds
      return timestampText(BigInt(Math.round(value)) - MS_TO_1970, 1000n);
    case 'tw': {
      // a Stata year has 52 weeks, the last of which is longer
      const year = 1960 + Math.floor(whole / 52);
      const week = ((whole % 52) + 52) % 52;
      return firstDay(year, 0, week * 7);
    }
    case 'tm':
      return month(whole);
    case 'tq':
      return month(whole * 3);
    case 'th':
      return month(whole * 6);
    case 'ty':
      return firstDay(whole, 0, 0);
  }
}

function month(sinceStart: number): string {
  return firstDay(1960 + Math.floor(sinceStart / 12), ((sinceStart % 12) + 12) % 12, 0);
}

function firstDay(year: number, monthOfYear: number, daysLater: number): string {
  const start = new Date(0);
  start.setUTCFullYear(year, monthOfYear, 1 + daysLater);
  return dateText(BigInt(Math.round(start.getTime() / 86_400_000)));
}
