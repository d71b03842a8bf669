import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';

/** A double as the shortest text that reads back as the same value. */
export function doubleText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A float of 32 bits as the shortest text that reads back as the same 32 bits: 0.1, not 0.10000000149011612. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return doubleText(short);
  }
  return doubleText(Number(value.toPrecision(9)));
}

const DAY_SECONDS = 86_400n;

/** Rounds down, as the calendar wants it before 1970. */
function splitDown(value: bigint, unit: bigint): readonly [bigint, bigint] {
  const rest = ((value % unit) + unit) % unit;
  return [(value - rest) / unit, rest];
}

function padded(value: bigint | number, width: number): string {
  return String(value).padStart(width, '0');
}

/** Days since 1970-01-01 as `YYYY-MM-DD`, in the calendar of today carried backwards. */
export function dateText(days: bigint): string {
  // days since 0000-03-01 in cycles of 400 years, so that leap days end a year
  const [era, dayOfEra] = splitDown(days + 719_468n, 146_097n);
  const yearOfEra = (dayOfEra - dayOfEra / 1460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const monthFromMarch = (5n * dayOfYear + 2n) / 153n;
  const day = dayOfYear - (153n * monthFromMarch + 2n) / 5n + 1n;
  const month = monthFromMarch < 10n ? monthFromMarch + 3n : monthFromMarch - 9n;
  const year = era * 400n + yearOfEra + (month <= 2n ? 1n : 0n);
  const sign = year < 0n ? '-' : '';
  return `${sign}${padded(year < 0n ? -year : year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

/** A time of day, counted in `perSecond` parts of a second: `HH:MM:SS[.f]`, without zeros at the end. */
export function timeText(value: bigint, perSecond: bigint): string {
  const [seconds, part] = splitDown(value, perSecond);
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n]
    .map((each) => padded(each, 2))
    .join(':');
  if (part === 0n) return clock;
  const digits = String(perSecond).length - 1;
  return `${clock}.${padded(part, digits).replace(/0+$/, '')}`;
}

/** A point in time since 1970, in `perSecond` parts of a second: `YYYY-MM-DD HH:MM:SS[.f]`. */
export function timestampText(value: bigint, perSecond: bigint): string {
  const [days, inDay] = splitDown(value, DAY_SECONDS * perSecond);
  return `${dateText(days)} ${timeText(inDay, perSecond)}`;
}

/** Bytes in hex. */
export function bytesText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A value of a DuckDB column as it is shown; null stands for a missing value. */
export function cellText(value: DuckDBValue, type: DuckDBTypeId): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number')
    return type === DuckDBTypeId.FLOAT ? floatText(value) : doubleText(value);
  if (value instanceof DuckDBDateValue) return dateText(BigInt(value.days));
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue)
    return timestampText(value.micros, 1_000_000n);
  if (value instanceof DuckDBTimestampNanosecondsValue)
    return timestampText(value.nanos, 1_000_000_000n);
  if (value instanceof DuckDBTimestampMillisecondsValue) return timestampText(value.millis, 1000n);
  if (value instanceof DuckDBTimestampSecondsValue) return timestampText(value.seconds, 1n);
  if (value instanceof DuckDBBlobValue) return bytesText(value.bytes);
  // booleans, whole numbers, decimals, times and nested values say themselves exactly
  return String(value);
}
