import type {ActionState} from '../../shared/status';
import type {TreeRow} from '../lists/TreeList';

/** A row of the list of actions: a group's heading, or an action, whose key is its name. */
export interface ActionRow extends TreeRow {
  readonly kind: 'group' | 'action';
  readonly words: string;
  readonly count: number;
}

/** Groups in the order of attention; what is alike to whoever reads the list stands together. */
const GROUPS: readonly {readonly words: string; readonly states: readonly ActionState[]}[] = [
  {words: 'Running', states: ['running']},
  {words: 'Waiting for engine', states: ['waiting-for-engine']},
  {words: 'Waiting', states: ['waiting']},
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

/** The rows of the list: each non-empty group with its actions, unless it is folded. */
export function groupActions(
  byState: ReadonlyMap<ActionState, readonly string[]>,
  found: ReadonlySet<string> | null,
  folded: readonly string[],
): readonly ActionRow[] {
  return GROUPS.flatMap(({words, states}) => {
    const names = states
      .flatMap((state) => byState.get(state) ?? [])
      .filter((name) => found === null || found.has(name));
    if (names.length === 0) return [];
    // names of actions hold no colon, so that a group's key is never one
    const key = `group:${states[0] ?? ''}`;
    const expanded = !folded.includes(key);
    const heading: ActionRow = {
      kind: 'group',
      key,
      level: 1,
      expanded,
      words,
      count: names.length,
    };
    if (!expanded) return [heading];
    return [
      heading,
      ...names.map((name): ActionRow => ({
        kind: 'action',
        key: name,
        level: 2,
        words: name,
        count: 1,
      })),
    ];
  });
}
