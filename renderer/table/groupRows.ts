import type {FoldNode} from '../groups/fold';
import {
  groupKey,
  groupSimilar,
  isUnfolded,
  type Folding,
  type GroupOf,
} from '../groups/similarActions';
import type {TableRow} from './columns';

/** An action as it is drawn: by itself, or below the heading of its group. */
export interface DrawnAction {
  readonly kind: 'action';
  /** Its name. */
  readonly key: string;
  readonly level: 1 | 2;
  readonly row: TableRow;
}

/** The heading of similar actions. */
export interface DrawnGroup {
  readonly kind: 'group';
  readonly key: string;
  readonly level: 1;
  readonly expanded: boolean;
  readonly group: FoldNode;
  /** Those of its actions that are found, in the order of the table. */
  readonly names: readonly string[];
}

/** A row as it is drawn. */
export type DrawnRow = DrawnAction | DrawnGroup;

/** The rows in their order, similar ones below their group's heading, which is where the first of them would be. */
export function groupRows(
  rows: readonly TableRow[],
  groupOf: GroupOf,
  folding: Folding,
): readonly DrawnRow[] {
  const byName = new Map(rows.map((row) => [row.action.name, row]));
  const drawn = (names: readonly string[], level: 1 | 2): readonly DrawnAction[] =>
    names.flatMap((name) => {
      const row = byName.get(name);
      return row === undefined ? [] : [{kind: 'action', key: name, level, row}];
    });
  return groupSimilar([...byName.keys()], groupOf).flatMap(
    ({group, names}): readonly DrawnRow[] => {
      if (group === null) return drawn(names, 1);
      const key = groupKey(group);
      const expanded = isUnfolded(key, names, folding, group.members);
      return [
        {kind: 'group', key, level: 1, expanded, group, names},
        ...(expanded ? drawn(names, 2) : []),
      ];
    },
  );
}

/** The actions of a row. */
export function namesOf(row: DrawnRow): readonly string[] {
  return row.kind === 'group' ? row.names : [row.key];
}

/** All actions in the order they are drawn in, those of folded groups too. */
export function listedNames(rows: readonly DrawnRow[]): readonly string[] {
  return rows.flatMap((row) => (row.kind === 'group' && row.expanded ? [] : namesOf(row)));
}
