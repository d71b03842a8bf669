import type {ActionState} from '../../shared/status';
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

/** Groups in the order of attention; states that read the same are together. */
const GROUPS: readonly {readonly words: string; readonly states: readonly ActionState[]}[] = [
  {words: 'Running', states: ['running']},
  {words: 'Waiting for engine', states: ['waiting-for-engine']},
  {words: 'Waiting', states: ['waiting']},
  {words: 'Has errors', states: ['has-errors']},
  {words: 'Failed', states: ['failed']},
  {words: 'Cut off', states: ['cut-off']},
  {words: 'Blocked', states: ['blocked']},
  {words: 'Not verified', states: ['not-verified']},
  {words: 'Outputs missing', states: ['outputs-missing']},
  {words: 'Out of date', states: ['out-of-date', 'upstream-out-of-date']},
  {words: 'Cancelled', states: ['cancelled']},
  {words: 'Not started', states: ['not-started']},
  {words: 'Never run', states: ['never-run']},
  {words: 'Checking', states: ['checking']},
  {words: 'Up to date by file times', states: ['up-to-date-by-times']},
  {words: 'Up to date', states: ['up-to-date']},
];

/** The rows of the list, of what is found: each state with its actions, similar ones under the name the graph gives them; states too are folded by their keys. */
export function groupActions(
  byState: ReadonlyMap<ActionState, readonly string[]>,
  groupOf: GroupOf,
  folding: Folding,
): readonly ActionRow[] {
  const {found = null, toggled} = folding;
  return GROUPS.flatMap(({words, states}) => {
    const names = states
      .flatMap((state) => byState.get(state) ?? [])
      .filter((name) => found === null || found.has(name));
    const [state = 'checking'] = states;
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
