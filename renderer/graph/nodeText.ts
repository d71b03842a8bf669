import {formatCount, formatDuration} from '../../shared/format';
import {TIER_LABELS, TIERS, type TierCounts} from '../../shared/sensitivity';
import {STATE_WORDS, type ActionState, type ActionStatus} from '../../shared/status';
import {peakMemory, secondsTaken, shortReason, stateOf} from '../status/stateWords';

/** States of a need by which an action waits or is blocked. */
const IN_THE_WAY: Readonly<Partial<Record<ActionState, readonly ActionState[]>>> = {
  waiting: ['running', 'waiting'],
  blocked: ['failed', 'cut-off', 'cancelled', 'not-started', 'blocked'],
};

/** The need that keeps an action in this state from running: the first; null where it only waits for its turn. */
export function blockerOf(
  state: ActionState,
  needs: readonly string[],
  statuses: ReadonlyMap<string, ActionStatus>,
): string | null {
  const states = IN_THE_WAY[state] ?? [];
  return needs.find((need) => states.includes(stateOf(statuses.get(need)))) ?? null;
}

/** What comes before a blocker's name where there is little space: `needs count_by_region`, beside the mark of the state. */
export function fewWords(state: ActionState): string {
  return state === 'waiting' ? 'after' : 'needs';
}

/** No outputs of any tier. */
export const NO_OUTPUTS: TierCounts = {
  highly_sensitive: 0,
  moderately_sensitive: 0,
  minimally_sensitive: 0,
};

/** The number of outputs of each tier in words: `3 moderately sensitive`. */
export function tierWords(counts: TierCounts): readonly string[] {
  return TIERS.filter((tier) => counts[tier] > 0).map(
    (tier) => `${formatCount(counts[tier])} ${TIER_LABELS[tier].toLowerCase()}`,
  );
}

/** All that a node shows, in one sentence for screen readers and the tooltip. */
export function spokenName(
  action: string,
  image: string,
  status: ActionStatus | undefined,
  degree: {readonly needs: number; readonly neededBy: number},
  now: Date,
  blocker: string | null = null,
): string {
  const state = stateOf(status);
  const memory = peakMemory(status);
  const seconds = state === 'up-to-date' ? null : secondsTaken(status);
  const word = STATE_WORDS[state];
  const reason = shortReason(status, now, blocker);
  return [
    action,
    word,
    image,
    ...(reason === word.toLowerCase() ? [] : [reason]),
    ...(seconds === null ? [] : [`took ${formatDuration(seconds)}`]),
    ...(memory === null ? [] : [`peak memory ${memory}`]),
    ...tierWords(status?.outputCounts ?? NO_OUTPUTS),
    `needs ${formatCount(degree.needs)}`,
    `needed by ${formatCount(degree.neededBy)}`,
  ].join(', ');
}
