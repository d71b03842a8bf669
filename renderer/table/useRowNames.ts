import {useMemo} from 'react';
import type {Action} from '../../shared/project';
import {groupKey, type GroupOf} from '../groups/similarActions';
import {useDistinctNames} from '../groups/useDistinctNames';
import type {DrawnRow} from './groupRows';

/** Pixels by which actions are set in below their heading, and what a heading's arrow, count and gaps take. */
const INDENT = 32;
const HEADING = 80;

const NO_NAMES: readonly string[] = [];

/**
 * The label of each row's name in so many pixels; a member's is without what all in its group share. Undefined
 * until it has been worked out.
 */
export function useRowNames(
  rows: readonly DrawnRow[],
  actions: readonly Action[],
  groupOf: GroupOf,
  space: number,
): (row: DrawnRow) => string | undefined {
  const groups = useMemo(() => [...new Set(groupOf.values())], [groupOf]);
  const unfolded = rows.flatMap((row) => (row.kind === 'group' && row.expanded ? row.key : []));
  const unfoldedKeys = unfolded.join('\n');
  // as in the list, what is folded away leaves its words to what is seen
  const families = useMemo(() => {
    const keys = new Set(unfoldedKeys.split('\n'));
    return groups.filter((group) => keys.has(groupKey(group))).map(({members}) => members);
  }, [groups, unfoldedKeys]);
  const alone = useMemo(() => namesByThemselves(rows, actions), [rows, actions]);
  const headings = groups.map(({label}) => label);

  const aloneNames = useDistinctNames(alone, space);
  const memberNames = useDistinctNames(NO_NAMES, space - INDENT, families);
  const headingNames = useDistinctNames(headings, space - HEADING);
  return (row) => {
    if (row.kind === 'group') return headingNames.get(row.group.label);
    return (row.level === 1 ? aloneNames : memberNames).get(row.key);
  };
}

/** Actions that are drawn below no heading, in file order, so that sorting renames none of them. */
function namesByThemselves(
  rows: readonly DrawnRow[],
  actions: readonly Action[],
): readonly string[] {
  const drawn = new Set(rows.flatMap(({level, key}) => (level === 1 ? [key] : [])));
  return actions.flatMap(({name}) => (drawn.has(name) ? [name] : []));
}
