import type {CheckFinding} from '../../shared/check';
import {RULE_NUMBERS} from '../../shared/disclosureRules';
import {formatCount} from '../../shared/format';
import {isLeftOut, wholeNumber} from './cellValue';
import {finding} from './checkedTable';
import {isTotalLabel} from './columnNames';
import {nameOf, roundingOf} from './countRules';
import type {CountColumn, TableFacts} from './tableColumns';

const SMALL = RULE_NUMBERS.redactUpTo.value;

/** Cells that make up a total: each its place, and its count or null where it was left out. */
interface Parts {
  readonly total: number;
  readonly parts: readonly {readonly row: number; readonly value: number | null}[];
}

/** Redacted counts that can be worked out again from a total, down a column or along a row. */
export function totalFindings(facts: TableFacts): readonly CheckFinding[] {
  return [...downColumns(facts), ...alongRows(facts)];
}

function downColumns(facts: TableFacts): readonly CheckFinding[] {
  const {table, keys, counts} = facts;
  return keys.flatMap((key) => {
    const blocks = blocksOf(facts, key.index);
    if (blocks.length === 0) return [];
    return counts.flatMap((count) => {
      const rounded = roundingOf(count) !== 'none';
      return blocks.flatMap(({totalRow, partRows}) => {
        const total = countAt(count, totalRow);
        if (total === null) return [];
        const given = givenAway({
          total,
          parts: partRows.map((row) => ({row, value: countAt(count, row)})),
        });
        return given.map(({row, value}) =>
          finding(
            table.path,
            'total-gives-away',
            // what is left of rounded counts is no exact count
            rounded ? 'check' : 'question',
            rounded
              ? `${nameOf(facts, count)} is redacted here, and the total of ${formatCount(total)} is not the sum of the other rows but ${value} more: this code does not work totals out from the rounded counts.`
              : `${nameOf(facts, count)} is redacted here, but the total of ${formatCount(total)} less the other rows leaves ${value}: this code does not keep redacted counts from being worked out.`,
            {row, column: count.column.name},
          ),
        );
      });
    });
  });
}

/** A total with the rows that it may be of. */
interface Block {
  readonly totalRow: number;
  readonly partRows: readonly number[];
}

/** Rows that are alike in all keys but one, as far as just one of them is a total. */
function blocksOf(facts: TableFacts, without: number): readonly Block[] {
  const isTotal = facts.table.rows.map((row) => isTotalLabel(row[without] ?? null));
  if (!isTotal.includes(true)) return [];
  const blocks = new Map<string, {totals: number[]; parts: number[]}>();
  isTotal.forEach((total, row) => {
    const key = blockKey(facts, row, without);
    const block = blocks.get(key) ?? {totals: [], parts: []};
    blocks.set(key, block);
    (total ? block.totals : block.parts).push(row);
  });
  return [...blocks.values()].flatMap(({totals: [totalRow, ...more], parts}) =>
    totalRow === undefined || more.length > 0 ? [] : [{totalRow, partRows: parts}],
  );
}

function blockKey({table, keys}: TableFacts, row: number, without: number): string {
  return JSON.stringify(
    keys.filter(({index}) => index !== without).map(({index}) => table.rows[row]?.[index] ?? null),
  );
}

function countAt({column, counted}: CountColumn, row: number): number | null {
  return counted.has(row) ? wholeNumber(column.cells[row] ?? {kind: 'text'}) : null;
}

/**
 * The redacted parts that a total leaves no doubt about: the only one, or several that must all be 1, or all 7. What is
 * left must be a small count, or the total is not one of these parts.
 */
function givenAway({
  total,
  parts,
}: Parts): readonly {readonly row: number; readonly value: number}[] {
  const hidden = parts.filter(({value}) => value === null);
  if (hidden.length === 0 || hidden.length === parts.length) return [];
  const left = total - parts.reduce((sum, {value}) => sum + (value ?? 0), 0);
  const each = left / hidden.length;
  const certain = hidden.length === 1 || each === 1 || each === SMALL;
  return certain && Number.isInteger(each) && each >= 1 && each <= SMALL
    ? hidden.map(({row}) => ({row, value: each}))
    : [];
}

/** A column of totals beside the columns that make it up, as rows without anything redacted show. */
function alongRows(facts: TableFacts): readonly CheckFinding[] {
  const {table, counts} = facts;
  const whole = counts.find(({column}) => isTotalColumn(column.name));
  if (whole === undefined || counts.length < 3) return [];
  const parts = counts.filter((count) => count !== whole);
  if ([whole, ...parts].every((count) => roundingOf(count) !== 'none')) return [];
  let complete = 0;
  const found: CheckFinding[] = [];
  for (const row of table.rows.keys()) {
    const total = countAt(whole, row);
    if (total === null) continue;
    const values = parts.map((count) => ({row: count.column.index, value: countAt(count, row)}));
    if (values.every(({value}) => value !== null)) {
      if (values.reduce((sum, {value}) => sum + (value ?? 0), 0) !== total) return [];
      complete += 1;
      continue;
    }
    for (const {row: column, value} of givenAway({total, parts: values}))
      found.push(
        finding(
          table.path,
          'total-gives-away',
          'question',
          `\`${table.columns[column] ?? ''}\` is redacted here, but \`${whole.column.name}\` less the other columns leaves ${value}: this code does not keep redacted counts from being worked out.`,
          {row, column: table.columns[column] ?? ''},
        ),
      );
  }
  return complete > 0 ? found : [];
}

function isTotalColumn(name: string): boolean {
  return /^(n_?)?(total|totals|all|overall)(_?n)?$/i.test(name.trim());
}

/** Rates beside a redacted count, and rates that the counts beside them do not give. */
export function rateFindings(facts: TableFacts): readonly CheckFinding[] {
  return [...ratesOfRedacted(facts), ...ratesOfUnrounded(facts)];
}

function ratesOfRedacted(facts: TableFacts): readonly CheckFinding[] {
  const {table, columns} = facts;
  const {counts} = facts;
  const rates = columns.filter(({meaning, numeric}) => numeric && meaning === 'rate');
  if (counts.length === 0 || rates.length === 0) return [];
  return rates.flatMap((rate) => {
    const own = countsOfRate(rate.name, counts);
    return table.rows.flatMap((_, row) => {
      const shown = rate.cells[row];
      // a rate of 0 or 100 says nothing that a rounded count would not
      if (shown?.kind !== 'number' || shown.value === 0) return [];
      const redacted = own.filter(({column, counted}) => {
        const cell = column.cells[row];
        return counted.has(row) && cell !== undefined && isLeftOut(cell);
      });
      const [first] = redacted;
      if (first === undefined) return [];
      const certain = own.length <= 2 && rates.length === 1;
      return [
        finding(
          table.path,
          'rate-gives-away',
          certain ? 'question' : 'check',
          `${nameOf(facts, first)} is redacted here, but \`${rate.name}\` is not: this code does not redact rates with their counts.`,
          {row, column: rate.name},
        ),
      ];
    });
  });
}

/** The counts whose names share most with a rate's, such as `reviewed_2019` with `percent_2019`; else all. */
function countsOfRate(name: string, counts: readonly CountColumn[]): readonly CountColumn[] {
  const parts = new Set(name.toLowerCase().split(/[^a-z\d]+/));
  const shared = counts.map(
    ({column}) =>
      column.name
        .toLowerCase()
        .split(/[^a-z\d]+/)
        .filter((part) => parts.has(part)).length,
  );
  const most = Math.max(...shared);
  return most === 0 ? counts : counts.filter((_, at) => shared[at] === most);
}

const SCALES = [1, 100, 1000, 10_000, 100_000];

/** `ratio`, `numerator` and `denominator` by their names, as ehrQL's measures have them. */
function ratesOfUnrounded(facts: TableFacts): readonly CheckFinding[] {
  const {table, columns, counts} = facts;
  const above = counts.find(({column}) => /^numerator/i.test(column.name));
  const below = counts.find(({column}) => /^denominator/i.test(column.name));
  const rate = columns.find(
    ({name, numeric}) => numeric && /^(ratio|rate|value|proportion|percent(age)?)$/i.test(name),
  );
  if (above === undefined || below === undefined || rate === undefined) return [];
  if (roundingOf(above) === 'none' || roundingOf(below) === 'none') return [];
  const rows = table.rows.flatMap((_, row) => {
    const shown = rate.cells[row];
    const part = countAt(above, row);
    const all = countAt(below, row);
    if (shown?.kind !== 'number' || part === null || all === null || all === 0) return [];
    return [{row, shown: shown.value, decimals: shown.decimals, exact: part / all}];
  });
  const fits = (scale: number) => (each: (typeof rows)[number]) =>
    Math.abs(each.shown - each.exact * scale) <=
    Math.max(10 ** -Math.min(each.decimals, 12), Math.abs(each.exact * scale) * 1e-9);
  const scale = SCALES.map((each) => ({each, fit: rows.filter(fits(each)).length})).sort(
    (one, other) => other.fit - one.fit,
  )[0];
  if (scale === undefined || rows.length === 0) return [];
  // none of them fits at any scale: the nearest one
  const by =
    scale.fit > 0
      ? scale.each
      : nearestScale(rows.map(({shown, exact}) => (exact === 0 ? 0 : shown / exact)));
  return rows
    .filter((each) => !fits(by)(each))
    .slice(0, RULE_NUMBERS.shownPerColumn.value)
    .map(({row, shown, exact}) =>
      finding(
        table.path,
        'rate-unrounded',
        'question',
        `\`${rate.name}\` is ${shown} here, but the rounded counts beside it give ${Number((exact * by).toPrecision(4))}: this code works rates out from unrounded counts.`,
        {row, column: rate.name},
      ),
    );
}

function nearestScale(factors: readonly number[]): number {
  const known = factors.filter((factor) => factor > 0).sort((one, other) => one - other);
  const middle = known[Math.floor(known.length / 2)] ?? 1;
  return SCALES.reduce((best, each) =>
    Math.abs(Math.log(each / middle)) < Math.abs(Math.log(best / middle)) ? each : best,
  );
}
