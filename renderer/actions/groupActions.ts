import {STATE_WORDS, type ActionState} from '../../shared/status';
import {
  groupKey,
  groupSimilar,
  isUnfolded,
  type Folding,
  type GroupOf,
} from '../groups/similarActions';
import type {TreeRow} from '../lists/TreeList';

/** A row of the list of actions: a state's heading, similar actions together, or an action, whose key is its name. */
export interface ActionRow extends TreeRow {
  readonly kind: 'state' | 'group' | 'action';
  readonly words: string;
  readonly state: ActionState;
  /** Its actions, in file order. */
  readonly names: readonly string[];
}

/** States in the order of attention; what is out of date because of an action upstream is with the others. */
const LISTED: readonly ActionState[] = [
  ...(['running', 'waiting-for-engine', 'waiting', 'has-errors', 'failed', 'cut-off'] as const),
  ...(['blocked', 'not-verified', 'outputs-missing', 'out-of-date', 'cancelled'] as const),
  ...(['not-started', 'never-run', 'checking', 'supplied'] as const),
  ...(['up-to-date-by-times', 'up-to-date'] as const),
];

/** The rows of the list, of what is found: each state with its actions, similar ones under the name the graph gives them; states too are folded by their keys. */
export function groupActions(
  byState: ReadonlyMap<ActionState, readonly string[]>,
  groupOf: GroupOf,
  folding: Folding,
): readonly ActionRow[] {
  const {found = null, toggled} = folding;
  return LISTED.flatMap((state) => {
    const upstream = state === 'out-of-date' ? byState.get('upstream-out-of-date') : undefined;
    const names = [...(byState.get(state) ?? []), ...(upstream ?? [])].filter(
      (name) => found === null || found.has(name),
    );
    const words = STATE_WORDS[state];
    if (names.length === 0) return [];
    // names of actions hold no colon, so that a group's key is never one
    const key = `group:${state}`;
    const expanded = !toggled.has(key);
    const heading: ActionRow = {kind: 'state', key, level: 1, expanded, words, state, names};
    if (!expanded) return [heading];
    return [heading, ...similarRows(state, names, groupOf, folding)];
  });
}

function similarRows(
  state: ActionState,
  names: readonly string[],
  groupOf: GroupOf,
  folding: Folding,
): readonly ActionRow[] {
  const rowOf = (name: string, level: number): ActionRow => ({
    ...{kind: 'action', key: name, level, words: name, state, names: [name]},
  });
  return groupSimilar(names, groupOf).flatMap(({group, names: members}): readonly ActionRow[] => {
    if (group === null) return members.map((name) => rowOf(name, 2));
    const key = groupKey(group, state);
    const expanded = isUnfolded(key, members, folding, group.members);
    const heading: ActionRow = {
      ...{kind: 'group', key, level: 2, expanded, words: group.label, state, names: members},
    };
    return [heading, ...(expanded ? members.map((member) => rowOf(member, 3)) : [])];
  });
}
