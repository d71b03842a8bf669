import {formatDuration} from '../../shared/format';
import {TIERS, type TierCounts} from '../../shared/sensitivity';
import {onceForEach} from '../status/stateStrip';
import {secondsTaken} from '../status/stateWords';
import {NO_OUTPUTS, tierWords} from './nodeText';

/** What a group's members have together: seconds of their last attempts, outputs by tier, and both in words. */
export interface GroupSum {
  readonly seconds: number;
  readonly outputs: TierCounts;
  /** E.g. `took 12 min in all, 24 moderately sensitive`; may be empty. */
  readonly words: string;
}

/** The sum of these members. */
export const sumOf = onceForEach((members, statuses): GroupSum => {
  let seconds = 0;
  const outputs = {...NO_OUTPUTS};
  for (const member of members) {
    const status = statuses.get(member);
    if (status === undefined) continue;
    seconds += secondsTaken(status) ?? 0;
    for (const tier of TIERS) outputs[tier] += status.outputCounts[tier];
  }
  const took = seconds > 0 ? [`took ${formatDuration(seconds)} in all`] : [];
  return {seconds, outputs, words: [...took, ...tierWords(outputs)].join(', ')};
});
