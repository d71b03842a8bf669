import type {CheckFinding, CheckLevel} from '../../shared/check';
import {RULE_NUMBERS, type DisclosureRule} from '../../shared/disclosureRules';
import {formatCount, formatPlural} from '../../shared/format';
import {wholeNumber} from './cellValue';
import {finding} from './checkedTable';
import {isTotalLabel} from './columnNames';
import type {CountColumn, TableFacts} from './tableColumns';

const SMALL = RULE_NUMBERS.redactUpTo.value;
const ROUND = RULE_NUMBERS.roundTo.value;
const ALSO = RULE_NUMBERS.alsoRoundedTo.value;
const MIDPOINT = RULE_NUMBERS.midpoint.value;
const HALF = Math.floor(MIDPOINT / 2);
const ENOUGH = RULE_NUMBERS.valuesForRounding.value;
const SHOWN = RULE_NUMBERS.shownPerColumn.value;

/** How the counts of a column are rounded, as far as they show it. */
export type Rounding = 'none' | 'to-5' | 'to-7' | 'midpoint6' | 'midpoint6-derived';

/** 0, 3, 9, 15 and so on. */
export function isMidpoint(value: number): boolean {
  return value === 0 || value % MIDPOINT === HALF;
}

/** How a column's counts are rounded; of one without any count above 0, to 5. */
export function roundingOf({column, midpoint, rows}: CountColumn): Rounding {
  const values = new Set(
    rows.flatMap((row) => wholeNumber(column.cells[row] ?? {kind: 'text'}) ?? []),
  );
  values.delete(0);
  const all = [...values];
  if (all.length === 0) return 'to-5';
  if (midpoint === 'midpoint6') return 'midpoint6';
  if (midpoint === 'derived') return 'midpoint6-derived';
  if (all.every((value) => value % ROUND === 0)) return 'to-5';
  if (all.length >= ENOUGH && all.every(isMidpoint)) return 'midpoint6';
  if (all.length > ENOUGH && all.every((value) => value % MIDPOINT === 0))
    return 'midpoint6-derived';
  if (all.length > ENOUGH && all.every((value) => value % ALSO === 0)) return 'to-7';
  return 'none';
}

/** Counts of 1 to 7, and counts that are not rounded. */
export function countFindings(facts: TableFacts): readonly CheckFinding[] {
  return facts.counts.flatMap((counts) => {
    if (counts.evidence === 'weak') return weakFindings(facts, counts);
    const rounding = roundingOf(counts);
    const found = [...smallCounts(facts, counts, rounding), ...unrounded(facts, counts, rounding)];
    const unnamed = counts.midpoint === null && rounding.startsWith('midpoint6');
    if (unnamed)
      found.push(
        finding(
          facts.table.path,
          'midpoint6-name',
          'check',
          `${nameOf(facts, counts)} holds numbers as midpoint 6 rounding gives them. A name that ends with \`_midpoint6\`${rounding === 'midpoint6' ? '' : ' or `_midpoint6_derived`'} says so.`,
          {column: counts.column.name},
        ),
      );
    return found;
  });
}

function smallCounts(
  facts: TableFacts,
  counts: CountColumn,
  rounding: Rounding,
): readonly CheckFinding[] {
  const small = cellsOf(counts).filter(({value}) => value >= 1 && value <= SMALL);
  // a 3 stands for 1 to 6 there, and a 6 is worked out from it
  const shown = small.filter(
    ({value}) =>
      !(rounding === 'midpoint6' && isMidpoint(value)) &&
      !(rounding === 'midpoint6-derived' && value % HALF === 0),
  );
  return eachUpTo(
    facts,
    counts,
    'small-count',
    'question',
    shown,
    (value) =>
      `${nameOf(facts, counts)} has ${value}: counts of 1 to ${SMALL} must be suppressed${rounding === 'to-5' ? ' before rounding' : ''}.`,
  );
}

function unrounded(
  facts: TableFacts,
  counts: CountColumn,
  rounding: Rounding,
): readonly CheckFinding[] {
  const wanted =
    rounding === 'midpoint6' || rounding === 'midpoint6-derived' ? 'midpoint 6' : `${ROUND}`;
  const off = cellsOf(counts).filter(({row, value}) => {
    if (value === 0) return false;
    switch (rounding) {
      case 'midpoint6':
        // a sum of such numbers is a multiple of 3
        return isTotalRow(facts, row) ? value % HALF !== 0 : !isMidpoint(value);
      case 'midpoint6-derived':
        return value % HALF !== 0;
      case 'to-5':
      case 'to-7':
        return false;
      case 'none':
        return value > SMALL && value % ROUND !== 0;
    }
  });
  return eachUpTo(
    facts,
    counts,
    'unrounded-count',
    'question',
    off,
    (value) =>
      `${nameOf(facts, counts)} has ${formatCount(value)}: counts should be rounded to ${wanted}.`,
  );
}

/** What may be counts is asked about once for the column, and never with certainty. */
function weakFindings(facts: TableFacts, counts: CountColumn): readonly CheckFinding[] {
  const small = cellsOf(counts).filter(({value}) => value >= 1 && value <= SMALL);
  const off = cellsOf(counts).filter(({value}) => value > SMALL && value % ROUND !== 0);
  const say = (
    rule: DisclosureRule,
    cells: readonly {readonly row: number}[],
    words: string,
  ): readonly CheckFinding[] =>
    cells.length === 0
      ? []
      : [
          finding(
            facts.table.path,
            rule,
            'check',
            `If ${nameOf(facts, counts)} counts patients, this code does not ${words} (${formatPlural(cells.length, 'cell')}).`,
            {column: counts.column.name},
          ),
        ];
  return roundingOf(counts) === 'none'
    ? [
        ...say('small-count', small, 'suppress small counts'),
        ...say('unrounded-count', off, `round them to ${ROUND}`),
      ]
    : [];
}

interface CountCell {
  readonly row: number;
  readonly value: number;
}

function cellsOf({column, rows}: CountColumn): readonly CountCell[] {
  return rows.flatMap((row) => {
    const value = wholeNumber(column.cells[row] ?? {kind: 'text'});
    return value === null ? [] : [{row, value}];
  });
}

function eachUpTo(
  facts: TableFacts,
  {column}: CountColumn,
  rule: DisclosureRule,
  level: CheckLevel,
  cells: readonly CountCell[],
  words: (value: number) => string,
): CheckFinding[] {
  const {path} = facts.table;
  const shown = cells
    .slice(0, SHOWN)
    .map(({row, value}) => finding(path, rule, level, words(value), {row, column: column.name}));
  const more = cells.length - shown.length;
  if (more > 0)
    shown.push(
      finding(
        path,
        rule,
        level,
        `\`${column.name}\` has ${formatPlural(more, 'more such count')}; the first ${SHOWN} are listed.`,
        {column: column.name},
      ),
    );
  return shown;
}

/** A column as messages name it. */
export function nameOf(
  {table}: Pick<TableFacts, 'table'>,
  {column}: Pick<CountColumn, 'column'>,
): string {
  return table.within === null ? `\`${column.name}\`` : `\`${column.name}\` of ${table.within}`;
}

/** A row that stands for all others of its group. */
function isTotalRow({keys, table}: TableFacts, row: number): boolean {
  return keys.some(({index}) => isTotalLabel(table.rows[row]?.[index] ?? null));
}
