import type {EditPreview} from './projectEdit';

/** A word of a run line that can be another one in each repeat. */
export interface RunParameter {
  /** Its index in argv. */
  readonly at: number;
  /** The option that it is the value of; null for one that has none. */
  readonly option: string | null;
  readonly value: string;
}

/** How an action is made into several. */
export interface Repeat {
  readonly action: string;
  /** Of the parameter, in argv (`RunParameter`). */
  readonly at: number;
  readonly values: readonly string[];
  /** Actions that are repeated with it; each needs it, or another of them. */
  readonly downstream: readonly string[];
}

/** What repeating an action would do. */
export interface Repeating {
  readonly change: EditPreview;
  /** Names of the new actions, in the order of the file. */
  readonly actions: readonly string[];
  /** What is left to do by hand, in sentences. */
  readonly notes: readonly string[];
}

/** The parameters of a run line: behind `--` where there is one, else behind its script. */
export function parametersOf(argv: readonly string[]): readonly RunParameter[] {
  const dashes = argv.indexOf('--');
  const script = argv.findIndex((word) => /\.(?:py|r|do|jl|sh|ipynb|rmd|qmd)$/i.test(word));
  const isEhrql = argv[0]?.startsWith('ehrql:') === true;
  // an option of ehrQL's own is none: the definition does not see it
  if (dashes < 0 && isEhrql) return [];
  const from = dashes >= 0 ? dashes + 1 : script >= 0 ? script + 1 : 1;
  const found: RunParameter[] = [];
  for (let at = from; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    const [, option = null, value = word] = /^(--?[A-Za-z][\w-]*)=(.+)$/s.exec(word) ?? [];
    const before = argv[at - 1] ?? '';
    if (option !== null) found.push({at, option, value});
    else if (!word.startsWith('-') && word !== '')
      found.push({
        at,
        option: at > from && /^--?[A-Za-z][\w-]*$/.test(before) ? before : null,
        value: word,
      });
  }
  return found;
}

/** How far apart the dates of a repeat are. */
export type DateStep = 'month' | 'quarter' | 'year';

const MONTHS = {month: 1, quarter: 3, year: 12} as const;
/** Values that one action is repeated for at most. */
export const MOST_VALUES = 500;

/**
 * The dates from `first` to `last`, both as YYYY-MM-DD, and both among them where the step comes to `last`; the last day of a
 * shorter month where it lacks the day. Empty where one is no date; never more than one over `MOST_VALUES`.
 */
export function datesBy(step: DateStep, first: string, last: string): readonly string[] {
  const from = dateOf(first);
  if (from === null || dateOf(last) === null) return [];
  const dates: string[] = [];
  for (let number = 0; dates.length <= MOST_VALUES; number += 1) {
    const months = from.year * 12 + from.month - 1 + number * MONTHS[step];
    const [year, month] = [Math.floor(months / 12), (months % 12) + 1];
    const day = Math.min(from.day, daysIn(year, month));
    const date = [String(year).padStart(4, '0'), two(month), two(day)].join('-');
    if (date > last || year > 9999) break;
    dates.push(date);
  }
  return dates;
}

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function dateOf(text: string): Day | null {
  const [, year = 0, month = 0, day = 0] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number);
  const isDate = year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  return isDate ? {year, month, day} : null;
}

function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
