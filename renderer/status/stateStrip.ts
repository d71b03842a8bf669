import {formatCount} from '../../shared/format';
import {STATE_WORDS, type ActionState, type ActionStatus} from '../../shared/status';
import {BY_URGENCY, stateOf} from './stateWords';

/** The letter of a state in a strip. */
const letterOf = (state: ActionState): string => BY_URGENCY.indexOf(state).toString(36);
const stateOfLetter = (letter: string | undefined): ActionState =>
  BY_URGENCY[Number.parseInt(letter ?? '', 36)] ?? 'checking';

/** States of a group's members in file order, one letter each: an index into BY_URGENCY, to base 36. */
export type StateStrip = string;

type Statuses = ReadonlyMap<string, ActionStatus>;

/** Group, box, overview and table ask for the same of a group, and often; it is worked out once per change. */
export function onceForEach<T>(
  compute: (members: readonly string[], statuses: Statuses) => T,
): (members: readonly string[], statuses: Statuses) => T {
  const known = new WeakMap<Statuses, WeakMap<readonly string[], T>>();
  return (members, statuses) => {
    const ofStatuses = known.get(statuses) ?? new WeakMap<readonly string[], T>();
    known.set(statuses, ofStatuses);
    const before = ofStatuses.get(members);
    if (before !== undefined) return before;
    const made = compute(members, statuses);
    ofStatuses.set(members, made);
    return made;
  };
}

/** The strip of these members; equal strips are equal strings, so a group redraws only when one changed. */
export const stripOf = onceForEach((members, statuses): StateStrip => {
  let strip = '';
  for (const member of members) strip += letterOf(stateOf(statuses.get(member)));
  return strip;
});

/** The most urgent state of the strip, the one the group's mark shows. */
export function leadingState(strip: StateStrip): ActionState {
  // letters of base 36 have the order of what they count
  let first = strip[0];
  for (const letter of strip) if (first !== undefined && letter < first) first = letter;
  return stateOfLetter(first);
}

/** How many of a group's members are in each state, most urgent first: `1 failed`, `23 up to date`. */
export function countsOf(strip: StateStrip): readonly string[] {
  const counts = new Map<string, number>();
  for (const letter of strip) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => Number.parseInt(a, 36) - Number.parseInt(b, 36))
    .map(
      ([letter, count]) =>
        `${formatCount(count)} ${STATE_WORDS[stateOfLetter(letter)].toLowerCase()}`,
    );
}

/** The group in a line: `1 failed, 23 up to date`. */
export function summaryOf(strip: StateStrip): string {
  return countsOf(strip).join(', ');
}

/**
 * The strip cut into at most `slots` pieces of equal length, each by its most urgent state, so that
 * one failure in a thousand still shows.
 */
export function heatSlots(strip: StateStrip, slots: number): readonly ActionState[] {
  const count = Math.min(slots, strip.length);
  return Array.from({length: count}, (_, slot) => {
    const from = Math.floor((slot * strip.length) / count);
    const to = Math.floor(((slot + 1) * strip.length) / count);
    return leadingState(strip.slice(from, to));
  });
}
