/**
 * How numbers, sizes, times and names read on screen and in the terminal: British English,
 * the same in both (renderer/ui/README.md). Pure: the time of day is passed in.
 */

const DECIMAL_UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** Whole numbers with thousands separated, e.g. `2,191`. */
export function formatCount(count: number): string {
  const digits = String(Math.abs(Math.round(count)));
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, ',');
  return Math.round(count) < 0 ? `-${grouped}` : grouped;
}

/** A counted noun, e.g. `1 job`, `2,191 actions`; the plural is the noun with an s unless given. */
export function formatPlural(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

function scaled(amount: number, base: number): string {
  let value = amount / base;
  let unit = 0;
  // 999.5 would round to 1,000 of a unit that has a larger one
  while (value >= base - 0.5 && unit < DECIMAL_UNITS.length - 1) {
    value /= base;
    unit += 1;
  }
  const shown = value < 9.95 ? trimZero(value.toFixed(1)) : formatCount(value);
  return `${shown} ${DECIMAL_UNITS[unit] ?? 'TB'}`;
}

function trimZero(text: string): string {
  return text.endsWith('.0') ? text.slice(0, -2) : text;
}

/** The size of a file: `12 bytes`, `0.4 kB`, `88 kB`, `1.4 MB`; units of 1,000. */
export function formatBytes(bytes: number): string {
  return bytes < 100 ? formatPlural(bytes, 'byte') : scaled(bytes, 1000);
}

/** Memory in units of 1,024, as the `4G` of `docker run` counts: 4 × 1024³ is `4 GB`. */
export function formatMemory(bytes: number): string {
  return bytes < 100 ? formatPlural(bytes, 'byte') : scaled(bytes, 1024);
}

/** A length of time in words: `0.4 s`, `8 s`, `1 m 12 s`, `2 h 5 m`, `3 d 4 h`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${trimZero(Math.max(0, seconds).toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), 'm', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'm');
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function pair(major: number, majorUnit: string, minor: number, minorUnit: string): string {
  const head = `${formatCount(major)} ${majorUnit}`;
  return minor === 0 ? head : `${head} ${minor} ${minorUnit}`;
}

/** A running clock: `0:08`, `1:42`, `1:02:05`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor((whole % 3600) / 60), whole % 60];
  if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
  return parts.map((part, index) => (index === 0 ? String(part) : twoDigits(part))).join(':');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

const MONTHS = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

/** Local time of day, `12:03`; an empty text for a time that can't be read. */
export function formatTimeOfDay(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

/** Local time of day with seconds, `12:06:41`, for log lines. */
export function formatTimeWithSeconds(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  return `${formatTimeOfDay(iso)}:${twoDigits(date.getSeconds())}`;
}

/**
 * A day and time: `Today 11:58`, `Yesterday 09:12`, `3 Mar 2026 14:02`; in a sentence `today at 11:58`, `yesterday at
 * 09:12`, `on 3 Mar 2026 at 14:02`.
 */
export function formatDayTime(iso: string, now: Date, where?: 'in a sentence'): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const midnight = (day: Date) => new Date(day.getFullYear(), day.getMonth(), day.getDate());
  const days = Math.round((midnight(now).getTime() - midnight(date).getTime()) / 86_400_000);
  const time = formatTimeOfDay(iso);
  const day = `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''} ${date.getFullYear()}`;
  if (where === undefined) return `${['Today', 'Yesterday'][days] ?? day} ${time}`;
  return `${['today', 'yesterday'][days] ?? `on ${day}`} at ${time}`;
}

/** Relative under a day, a date from then on: `just now`, `12 min ago`, `3 h ago`, `3 Mar`, `3 Mar 2025`. */
export function formatWhen(iso: string, now: Date): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const seconds = (now.getTime() - date.getTime()) / 1000;
  // a clock that was set back must not read "-3 min ago"
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  const day = `${date.getDate()} ${MONTHS[date.getMonth()] ?? ''}`;
  return date.getFullYear() === now.getFullYear() ? day : `${day} ${date.getFullYear()}`;
}

/** Shortens from the middle, so that both ends of a name stay readable: `model_prim…_stroke`. */
export function truncateMiddle(text: string, maxLength: number): string {
  const letters = [...text];
  if (letters.length <= maxLength) return text;
  if (maxLength <= 1) return '…';
  const head = Math.ceil((maxLength - 1) / 2);
  const tail = maxLength - 1 - head;
  return `${letters.slice(0, head).join('')}…${tail > 0 ? letters.slice(-tail).join('') : ''}`;
}

/** A list in a sentence: `a`, `a and b`, `a, b and 3 more`. */
export function formatList(items: readonly string[], shown = 3): string {
  if (items.length === 0) return '';
  const visible = items.slice(0, items.length <= shown ? items.length : Math.max(1, shown - 1));
  const rest = items.length - visible.length;
  const all = rest > 0 ? [...visible, `${formatCount(rest)} more`] : visible;
  const last = all[all.length - 1] ?? '';
  return all.length === 1 ? last : `${all.slice(0, -1).join(', ')} and ${last}`;
}

/** Says that files are edited in the window and not written: `project.yaml has unsaved changes.` */
export function unsavedWords(paths: readonly string[]): string {
  return `${formatList(paths)} ${paths.length === 1 ? 'has' : 'have'} unsaved changes.`;
}

const MEMORY_FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/** Reads an amount of memory in the units `docker run` takes (`4G`, `512m`, `1.5g`); null when it is none. */
export function parseMemory(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?\s*$/i.exec(text);
  if (match === null) return null;
  const factor = MEMORY_FACTORS[(match[2] ?? '').toLowerCase()];
  const bytes = factor === undefined ? 0 : Math.round(Number(match[1]) * factor);
  return bytes > 0 ? bytes : null;
}

/** Gigabytes with one decimal, however few: what is compared with one another keeps its unit. */
export function formatGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
