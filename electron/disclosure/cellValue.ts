/** What a cell of a table says, as far as the checks ask. */
export type CellValue =
  | {
      readonly kind: 'number';
      readonly value: number;
      /** Digits behind the point, as written. */
      readonly decimals: number;
      /** Written as a count with its percentage, such as `12 (3.4%)`. */
      readonly withPercent: boolean;
    }
  /** It says that a count was left out. */
  | {readonly kind: 'redacted'}
  /** Empty or `NA`; in a column of counts it stands for one that was left out. */
  | {readonly kind: 'missing'}
  | {readonly kind: 'text'};

const MISSING: CellValue = {kind: 'missing'};
const REDACTED: CellValue = {kind: 'redacted'};
const TEXT: CellValue = {kind: 'text'};

const NOTHING = /^(na|n\/a|nan|null|none|-|–|—|\.|\.\.)?$/i;
const LEFT_OUT = /^[[(<]?\s*(redacted|suppressed|masked|\[?c\]?|\*+)\s*[\])>]?$/i;
/** `<8`, `<=7`, `≤7`, `< 5`, `1-7`: a range where a small count was. */
const BOUND = /^(<|<=|≤|&lt;=?)\s*\d{1,2}$|^[01]\s*[-–]\s*\d{1,2}$/;
const NUMBER = /^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?(e[+-]?\d+)?$/i;
const WITH_PERCENT = /^(\d{1,3}(?:,\d{3})+|\d+)\s*\(\s*\d+(?:\.\d+)?\s*%\s*\)$/;

/** Reads a cell as it is shown; null is a missing value. */
export function cellValue(text: string | null): CellValue {
  const trimmed = text?.trim() ?? '';
  if (NOTHING.test(trimmed)) return MISSING;
  if (LEFT_OUT.test(trimmed) || BOUND.test(trimmed)) return REDACTED;
  const [, counted] = WITH_PERCENT.exec(trimmed) ?? [];
  if (counted !== undefined)
    return {
      kind: 'number',
      value: Number(counted.replaceAll(',', '')),
      decimals: 0,
      withPercent: true,
    };
  if (!NUMBER.test(trimmed)) return TEXT;
  const value = Number(trimmed.replaceAll(',', ''));
  const fraction = /\.(\d+)$/.exec(trimmed)?.[1] ?? '';
  return {kind: 'number', value, decimals: fraction.length, withPercent: false};
}

/** A number as tables write it, alone or as a bound or percentage; or the word that stands for one left out. */
const FIGURE = String.raw`(?:[<>≤≥]?=?\s*[+-]?[\d,]*\.?\d+\s*%?|[[(<]?(?:redacted|suppressed)[\])>]?)`;
/** `12 (34%)`, `5.2 [1.3, 9.1]`, `34% (12)`, `5.2 ± 1.3`. */
const TWO_STATISTICS = new RegExp(
  String.raw`^${FIGURE}\s*(?:[([]\s*(?:95% CI:?\s*)?${FIGURE}(?:\s*(?:[,;–-]|to)\s*${FIGURE})?\s*[)\]]|(?:±|\+\/-)\s*${FIGURE})$`,
  'i',
);

/** True for a cell that holds a statistic and another one beside it, such as `12 (34%)` or `5.2 (1.3–9.1)`. */
export function holdsTwoStatistics(text: string | null): boolean {
  return text !== null && text.length < 100 && TWO_STATISTICS.test(text.trim());
}

/** A whole number from 0, as counts are; `12.0` is one too. Null for anything else. */
export function wholeNumber(cell: CellValue): number | null {
  return cell.kind === 'number' && Number.isInteger(cell.value) && cell.value >= 0
    ? cell.value
    : null;
}

/** A cell in whose place a count was left out. */
export function isLeftOut(cell: CellValue): boolean {
  return cell.kind === 'redacted' || cell.kind === 'missing';
}

/** `2020-03-14`, also with a time behind it, or `14/03/2020`: as YYYY-MM-DD; null for anything else. */
export function dayOf(text: string | null): string | null {
  const trimmed = text?.trim() ?? '';
  const [, iso] = /^(\d{4}-\d{2}-\d{2})(?:[ T].*)?$/.exec(trimmed) ?? [];
  if (iso !== undefined) return Number.isNaN(Date.parse(iso)) ? null : iso;
  const [, day, month, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(trimmed) ?? [];
  if (day === undefined || month === undefined || year === undefined) return null;
  const written = `${year}-${month}-${day}`;
  return Number.isNaN(Date.parse(written)) ? null : written;
}
