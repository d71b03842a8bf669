import {useEffect, useMemo, useState} from 'react';
import type {ActionState} from '../../shared/status';
import type {FoldNode} from '../groups/fold';
import type {GroupOf} from '../groups/similarActions';
import {distinctNames} from '../groups/distinctNames';
import type {ActionRow} from './groupActions';

/** Pixels that a row takes beside its name and its detail: edges, mark, gaps, the scroll bar. */
const TAKEN: Readonly<Record<Naming, number>> = {alone: 76, group: 76, member: 92};
/** Pixels that "× 40" behind the name of a group takes. */
const COUNT = 36;
/** Pixels that the detail behind a name takes, by state; what only repeats the heading is not shown. */
const DETAIL: Partial<Readonly<Record<ActionState, number>>> = {
  running: 48,
  failed: 64,
  'out-of-date': 100,
  'upstream-out-of-date': 100,
  'up-to-date': 64,
};
/** A list that keeps changing is waited for, in milliseconds. */
const SETTLED_MS = 100;

/** How a row is named: the heading of similar actions, one below it, or one by itself. */
type Naming = 'group' | 'member' | 'alone';
type Labels = ReadonlyMap<string, string>;

function namingOf({kind, level}: ActionRow): Naming {
  if (kind === 'group') return 'group';
  return level === 3 ? 'member' : 'alone';
}

function spaceOf(row: ActionRow, width: number): number {
  return Math.max(80, width - TAKEN[namingOf(row)] - (DETAIL[row.state] ?? 0));
}

/**
 * The label of each name in so many pixels, no two the same; a member's leaves out what is in its group's heading.
 * `items` are actions by themselves, else groups by id.
 */
export function labelsIn(
  naming: Naming,
  space: number,
  items: ReadonlySet<string>,
  groupOf: GroupOf,
): Labels {
  if (naming === 'alone') return distinctNames({families: [], alone: [...items]}, space);
  const groups = [...new Set(groupOf.values())].filter(({id}) => items.has(id));
  return naming === 'group'
    ? distinctNames({families: [], alone: groups.map(({label}) => label)}, space - COUNT)
    : distinctNames({families: groups.map(({members}) => members), alone: []}, space);
}

/** What has been named in one space. */
interface NamedItems {
  readonly items: ReadonlySet<string>;
  readonly labels: Labels;
}
const NONE: ReadonlyMap<string, NamedItems> = new Map();

/**
 * The label of each row's name in a list of this width. What is listed later gets a name unlike all others
 * once the list has settled, and stays so: states change hundreds of times a second, names do not.
 */
export function useRowLabels(
  rows: readonly ActionRow[],
  groupOf: GroupOf,
  width: number,
): (row: ActionRow) => string {
  const listed = useMemo(() => listedItems(rows, groupOf, width), [rows, groupOf, width]);
  const [known, setKnown] = useState({groupOf, width, named: NONE});
  let {named} = known;
  if (known.groupOf !== groupOf || known.width !== width || (named === NONE && listed.size > 0)) {
    named = withItems(NONE, listed, groupOf);
    setKnown({groupOf, width, named});
  }
  useEffect(() => {
    const isNew = ([key, items]: [string, ReadonlySet<string>]) =>
      [...items].some((item) => named.get(key)?.items.has(item) !== true);
    const missing = [...listed].filter(isNew);
    if (missing.length === 0) return;
    const timer = window.setTimeout(
      () => setKnown({groupOf, width, named: withItems(named, new Map(missing), groupOf)}),
      SETTLED_MS,
    );
    return () => window.clearTimeout(timer);
  }, [listed, groupOf, width, named]);
  return (row) =>
    named.get(keyOf(row, width))?.labels.get(row.words) ?? labelInGroup(row, groupOf, width);
}

const inGroups = new WeakMap<FoldNode, Map<number, Labels>>();

/** The label of a name that has just been listed: unlike those of its group alone. */
function labelInGroup(row: ActionRow, groupOf: GroupOf, width: number): string {
  const group = namingOf(row) === 'member' ? groupOf.get(row.words) : undefined;
  if (group === undefined) return row.words;
  const space = spaceOf(row, width);
  const bySpace = inGroups.get(group) ?? new Map<number, Labels>();
  inGroups.set(group, bySpace);
  const labels = bySpace.get(space) ?? distinctNames({families: [group.members], alone: []}, space);
  bySpace.set(space, labels);
  return labels.get(row.words) ?? row.words;
}

type Items = ReadonlyMap<string, ReadonlySet<string>>;

/** The actions and groups that are listed, by how they are named and the space they have. */
function listedItems(rows: readonly ActionRow[], groupOf: GroupOf, width: number): Items {
  const byKey = new Map<string, Set<string>>();
  for (const row of rows) {
    if (row.kind === 'state') continue;
    const [first = ''] = row.names;
    const item = namingOf(row) === 'alone' ? first : (groupOf.get(first)?.id ?? first);
    const key = keyOf(row, width);
    const items = byKey.get(key);
    if (items === undefined) byKey.set(key, new Set([item]));
    else items.add(item);
  }
  return byKey;
}

function withItems(
  named: ReadonlyMap<string, NamedItems>,
  listed: Items,
  groupOf: GroupOf,
): ReadonlyMap<string, NamedItems> {
  const added = [...listed].map(([key, items]): [string, NamedItems] => {
    const [naming = 'alone', space = '0'] = key.split(' ') as [Naming, string];
    const all = new Set([...(named.get(key)?.items ?? []), ...items]);
    return [key, {items: all, labels: labelsIn(naming, Number(space), all, groupOf)}];
  });
  return new Map([...named, ...added]);
}

function keyOf(row: ActionRow, width: number): string {
  return `${namingOf(row)} ${spaceOf(row, width)}`;
}
