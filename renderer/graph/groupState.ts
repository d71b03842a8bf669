import {formatCount} from '../../shared/format';
import {DISPLAY_STATE_LABELS, type ActionStatus, type DisplayState} from '../../shared/status';
import {stateOf} from './nodeText';

/** States from what needs a look most to what needs none; a group goes by its first. */
export const BY_URGENCY: readonly DisplayState[] = [
  'failed',
  'running',
  'waiting',
  'out-of-date',
  'upstream-out-of-date',
  'cancelled',
  'never-run',
  'up-to-date',
];

/** States of a group's members in file order, one digit each: an index into BY_URGENCY. */
export type StateStrip = string;

/** The strip of these members; equal strips are equal strings, so a group redraws only when one changed. */
export function stripOf(
  members: readonly string[],
  statuses: ReadonlyMap<string, ActionStatus>,
): StateStrip {
  const known = strips.get(statuses)?.get(members);
  if (known !== undefined) return known;
  let strip = '';
  for (const member of members) strip += BY_URGENCY.indexOf(stateOf(statuses.get(member)));
  const ofStatuses = strips.get(statuses) ?? new WeakMap<readonly string[], StateStrip>();
  strips.set(statuses, ofStatuses.set(members, strip));
  return strip;
}

/** Group, box and overview ask for the same strips; each is worked out once per change. */
const strips = new WeakMap<
  ReadonlyMap<string, ActionStatus>,
  WeakMap<readonly string[], StateStrip>
>();

/** The state at a place of the strip. */
export function stateAt(strip: StateStrip, index: number): DisplayState {
  return BY_URGENCY[Number(strip[index])] ?? 'never-run';
}

/** The most urgent state of the strip, the one the group's mark shows. */
export function leadingState(strip: StateStrip): DisplayState {
  return BY_URGENCY.find((_, index) => strip.includes(String(index))) ?? 'never-run';
}

/** The group in a line: `1 failed, 23 up to date`. */
export function summaryOf(strip: StateStrip): string {
  const counts = new Map<string, number>();
  for (const digit of strip) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([digit, count]) => {
      const state = BY_URGENCY[Number(digit)] ?? 'never-run';
      return `${formatCount(count)} ${DISPLAY_STATE_LABELS[state].toLowerCase()}`;
    })
    .join(', ');
}

/**
 * The strip cut into at most `slots` pieces of equal length, each by its most urgent state, so that
 * one failure in a thousand still shows.
 */
export function heatSlots(strip: StateStrip, slots: number): readonly DisplayState[] {
  const count = Math.min(slots, strip.length);
  return Array.from({length: count}, (_, slot) => {
    const from = Math.floor((slot * strip.length) / count);
    const to = Math.floor(((slot + 1) * strip.length) / count);
    return leadingState(strip.slice(from, to));
  });
}
