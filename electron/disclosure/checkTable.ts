import type {CheckedColumn, CheckFinding} from '../../shared/check';
import {RULE_NUMBERS} from '../../shared/disclosureRules';
import {isLeftOut} from './cellValue';
import type {CheckedTable} from './checkedTable';
import {countFindings, isMidpoint} from './countRules';
import {groupCounts, type GroupCounts} from './differencing';
import {shapeFindings} from './shapeRules';
import {tableFacts, type TableFacts} from './tableColumns';
import {rateFindings, totalFindings} from './totalRules';

/** What a table alone gives. */
export interface TableCheck {
  readonly findings: readonly CheckFinding[];
  readonly columns: readonly CheckedColumn[];
  /** To be compared with other tables. */
  readonly groups: readonly GroupCounts[];
  /** It has counts of patients, so a figure may be made from it. */
  readonly hasCounts: boolean;
}

/** Holds a table against every rule that needs no other file. */
export function checkTable(table: CheckedTable): TableCheck {
  const facts = tableFacts(table);
  return {
    findings: [
      ...shapeFindings(facts),
      ...countFindings(facts),
      ...totalFindings(facts),
      ...rateFindings(facts),
    ],
    columns: checkedColumns(facts),
    groups: groupCounts(facts),
    hasCounts: facts.counts.some(({evidence}) => evidence !== 'weak'),
  };
}

function checkedColumns({columns, counts}: TableFacts): readonly CheckedColumn[] {
  return columns.map((column): CheckedColumn => {
    const numbers = column.cells.flatMap((cell) => (cell.kind === 'number' ? [cell.value] : []));
    const other = numbers.filter((value) => value !== 0);
    return {
      name: column.name,
      counts: counts.some((count) => count.column === column && count.evidence !== 'weak'),
      numeric: numbers.length,
      redacted: column.cells.filter(isLeftOut).length,
      min: smallest(numbers),
      smallestNonZero: smallest(other),
      max: smallest(
        numbers.map((value) => -value),
        -1,
      ),
      multiplesOf5: numbers.every((value) => value % RULE_NUMBERS.roundTo.value === 0),
      midpoint6: numbers.every(isMidpoint),
    };
  });
}

function smallest(values: readonly number[], sign = 1): string | null {
  if (values.length === 0) return null;
  return String(sign * values.reduce((least, value) => Math.min(least, value)));
}
