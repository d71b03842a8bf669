import {groupBy} from '../../shared/groupBy';
import type {CheckFinding} from '../../shared/check';
import {RULE_NUMBERS} from '../../shared/disclosureRules';
import {wholeNumber} from './cellValue';
import {finding} from './checkedTable';
import {roundingOf} from './countRules';
import type {CountColumn, TableFacts} from './tableColumns';

const SMALL = RULE_NUMBERS.redactUpTo.value;

/** Tables with the same columns that each is compared with. */
const COMPARED_WITH = 40;

/** What is kept of a column of counts to compare it with others. */
export interface GroupCounts {
  readonly path: string;
  readonly column: string;
  /** Names of the columns of groups, and of the counts: only what agrees in them is compared. */
  readonly signature: string;
  /** Its counts are rounded, or happen to look so. */
  readonly rounded: boolean;
  /** By group: the count and its row, from 0. */
  readonly groups: ReadonlyMap<string, {readonly row: number; readonly count: number}>;
}

/** The counts of a table by group. */
export function groupCounts(facts: TableFacts): readonly GroupCounts[] {
  const {table, keys, counts} = facts;
  const keyColumns = keys.filter(
    ({days, numeric, meaning}) => !numeric || days !== null || meaning === 'key',
  );
  if (keyColumns.length === 0) return [];
  return counts.flatMap((count) => {
    if (count.evidence === 'weak') return [];
    const groups = groupsOf(
      facts,
      count,
      keyColumns.map(({index}) => index),
    );
    return groups === null
      ? []
      : [
          {
            path: table.path,
            column: count.column.name,
            rounded: roundingOf(count) !== 'none',
            signature: JSON.stringify([
              keyColumns.map(({name}) => name.toLowerCase().trim()),
              count.column.name.toLowerCase().trim(),
            ]),
            groups,
          },
        ];
  });
}

/** Null where a group has more than one row: then it is no group of this table. */
function groupsOf(
  {table}: TableFacts,
  {column, rows}: CountColumn,
  keys: readonly number[],
): GroupCounts['groups'] | null {
  const groups = new Map<string, {row: number; count: number}>();
  for (const row of rows) {
    const count = wholeNumber(column.cells[row] ?? {kind: 'text'});
    const group = JSON.stringify(keys.map((key) => table.rows[row]?.[key]?.trim() ?? null));
    if (count === null) continue;
    if (groups.has(group)) return null;
    groups.set(group, {row, count});
  }
  return groups;
}

/**
 * Tables of the same groups of which one may be part of the other, as none of its counts is larger: where subtracting
 * leaves 1 to 7. It is reported at the cell of the smaller table.
 */
export function differencingFindings(all: readonly GroupCounts[]): readonly CheckFinding[] {
  const bySignature = groupBy(all, ({signature}) => signature);
  return [...bySignature.values()].flatMap((alike) =>
    alike.flatMap((one, at) =>
      alike.slice(at + 1, at + 1 + COMPARED_WITH).flatMap((other) => compare(one, other)),
    ),
  );
}

function compare(one: GroupCounts, other: GroupCounts): readonly CheckFinding[] {
  // two rounded counts give no exact difference
  if (one.path === other.path || (one.rounded && other.rounded)) return [];
  const shared = [...one.groups].flatMap(([group, mine]) => {
    const theirs = other.groups.get(group);
    return theirs === undefined ? [] : [{mine, theirs}];
  });
  const fewest = Math.min(one.groups.size, other.groups.size);
  if (shared.length < RULE_NUMBERS.sharedGroups.value || shared.length < fewest * 0.8) return [];
  const differences = shared.map(({mine, theirs}) => mine.count - theirs.count);
  const larger = differences.every((difference) => difference >= 0)
    ? one
    : differences.every((difference) => difference <= 0)
      ? other
      : null;
  if (larger === null) return [];
  const smaller = larger === one ? other : one;
  return shared.flatMap(({mine, theirs}) => {
    const [whole, part] = larger === one ? [mine, theirs] : [theirs, mine];
    const left = whole.count - part.count;
    if (left < 1 || left > SMALL) return [];
    return [
      finding(
        smaller.path,
        'differencing',
        // years and waves are no part of each other; of a rounded table the difference may be less exact than it looks
        one.rounded || other.rounded || onlyDigitsDiffer(one.path, other.path)
          ? 'check'
          : 'question',
        `\`${part.count}\` here and \`${whole.count}\` in the same group of ${larger.path} (row ${whole.row + 1}) differ by ${left}: this code does not round counts, so subtracting one table from the other leaves a small count.`,
        {row: part.row, column: smaller.column},
      ),
    ];
  });
}

function onlyDigitsDiffer(one: string, other: string): boolean {
  return one.replace(/\d+/g, '0') === other.replace(/\d+/g, '0');
}
