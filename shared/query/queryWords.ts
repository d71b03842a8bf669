import {assertNever} from '../result';
import {type Tier, TIERS} from '../sensitivity';
import {type ActionStatus, ACTION_STATES, actionStateOf} from '../status';

/** Out of date by itself or through what it needs; what can't be judged counts, as it does for `--stale`. */
export function isOutOfDate(status: ActionStatus): boolean {
  const kind = status.provenance.kind;
  return kind === 'out-of-date' || kind === 'upstream-out-of-date' || kind === 'not-verified';
}

type StatusTest = (status: ActionStatus) => boolean;

const display =
  (state: ReturnType<typeof actionStateOf>): StatusTest =>
  (status) =>
    actionStateOf(status) === state;

/** What can follow `status:`, and which actions it means. */
export const STATUS_WORDS: ReadonlyMap<string, StatusTest> = new Map<string, StatusTest>([
  ...ACTION_STATES.map((state) => [state, display(state)] as const),
  ['succeeded', (status) => status.lastJob?.state === 'succeeded'],
  ['stale', isOutOfDate],
]);

/** The tiers a value after `tier:` means: `high`, `moderate`, `minimal` or the whole names, by their beginnings. */
export function tiersOf(value: string): readonly Tier[] {
  const wanted = value.toLowerCase().replaceAll('-', '_');
  return TIERS.filter((tier) => tier.startsWith(wanted) || shortName(tier) === wanted);
}

/** The word a tier goes by in queries. */
export function shortName(tier: Tier): string {
  switch (tier) {
    case 'highly_sensitive':
      return 'high';
    case 'moderately_sensitive':
      return 'moderate';
    case 'minimally_sensitive':
      return 'minimal';
    default:
      return assertNever(tier);
  }
}
