const DATE =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(?:Z|([-+])(\d\d?)(?::(\d\d))?))?)?\n?$/;

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/**
 * A YAML date or date and time in one form (`2020-01-31`, `2020-01-31 12:00:00.5`), times in UTC;
 * null where Python refuses it.
 */
export function parseDate(text: string): string | null {
  const parts = DATE.exec(text);
  if (parts === null) return null;
  const number = (index: number): number => Number(parts[index] ?? '0');
  const [year, month, day] = [number(1), number(2), number(3)];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  const pad = (value: number, length = 2): string => String(value).padStart(length, '0');
  const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
  if (parts[4] === undefined) return date;
  const [hour, minute, second] = [number(4), number(5), number(6)];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const fraction = parts[7] ?? '';
  const microseconds =
    Number(fraction.slice(0, 6).padEnd(6, '0')) + (Number(fraction[6] ?? '0') > 4 ? 1 : 0);
  if (microseconds > 999_999) return null;
  const offset = (parts[8] === '-' ? 1 : -1) * (number(9) * 60 + number(10));
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  moment.setUTCHours(hour, minute + (parts[8] === undefined ? 0 : offset), second);
  const shiftedYear = moment.getUTCFullYear();
  if (shiftedYear < 1 || shiftedYear > 9999) return null;
  const shifted = moment.toISOString().slice(0, 19).replace('T', ' ');
  return microseconds === 0 ? shifted : `${shifted}.${pad(microseconds, 6)}`;
}
