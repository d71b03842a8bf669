import {formatClock, formatCount, formatDuration, formatMemory} from '../../shared/format';
import {assertNever} from '../../shared/result';
import {TIERS, TIER_LABELS, type TierCounts} from '../../shared/sensitivity';
import {
  STATE_WORDS,
  actionStateOf,
  type ActionStatus,
  type ActionState,
  type LastJob,
  type OutOfDateReason,
} from '../../shared/status';

/** The state an action is shown in; being checked as long as nothing is known of it. */
export function stateOf(status: ActionStatus | undefined): ActionState {
  return status === undefined ? 'checking' : actionStateOf(status);
}

/** Seconds between start and end of a job; up to `now` while it runs; null before it started. */
export function durationOf(job: LastJob | null, now: Date): number | null {
  if (job?.startedAt === null || job === null) return null;
  const end = job.completedAt === null ? now.getTime() : Date.parse(job.completedAt);
  const seconds = (end - Date.parse(job.startedAt)) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

/** The need that keeps an action waiting: the first that is not done; null where it only waits for its turn. */
export function waitsFor(
  needs: readonly string[],
  statuses: ReadonlyMap<string, ActionStatus>,
): string | null {
  const open: readonly ActionState[] = ['running', 'waiting'];
  return needs.find((need) => open.includes(stateOf(statuses.get(need)))) ?? null;
}

/**
 * The few words a node has room for: why it is in its state, or how long it took.
 * `blocker` is the need that keeps it waiting, where known.
 */
export function shortReason(
  status: ActionStatus | undefined,
  now: Date,
  blocker: string | null = null,
): string {
  const state = stateOf(status);
  const job = status?.lastJob ?? null;
  const seconds = durationOf(job, now);
  switch (state) {
    case 'running':
      return seconds === null ? 'starting' : `running ${formatClock(seconds)}`;
    case 'waiting':
      return blocker === null ? 'waiting' : `waiting for ${blocker}`;
    case 'failed':
      return failureWords(job);
    case 'out-of-date':
      return status?.provenance.kind === 'out-of-date'
        ? outOfDateWords(status.provenance.reasons)
        : 'out of date';
    case 'upstream-out-of-date':
      return 'upstream';
    case 'blocked':
      return 'a need failed';
    case 'checking':
      return 'checking…';
    case 'up-to-date':
      return seconds === null ? 'up to date' : formatDuration(seconds);
    case 'up-to-date-by-times':
      return 'by file times';
    case 'not-verified':
    case 'outputs-missing':
    case 'waiting-for-engine':
    case 'not-started':
    case 'cut-off':
    case 'cancelled':
    case 'never-run':
      return STATE_WORDS[state].toLowerCase();
    default:
      return assertNever(state);
  }
}

function failureWords(job: LastJob | null): string {
  if (job?.statusCode === 'unmatched_patterns') return 'outputs missing';
  return job?.exitCode === null || job === null ? 'failed' : `exit ${job.exitCode}`;
}

const STALE_WORDS: Readonly<Record<OutOfDateReason['kind'], string>> = {
  'run-line': 'run line changed',
  config: 'config changed',
  image: 'image changed',
  code: 'code changed',
  codelist: 'codelist changed',
  input: 'input changed',
  'output-patterns': 'outputs changed',
  'output-changed': 'output edited',
  upstream: 'upstream',
  'not-verified': 'not verified',
};

/** Letters of a file's name beside which there is room to say what became of it. */
const LONGEST_FILE = 12;

/** Why an action is out of date in the few words there is room for: `cox.R changed`. */
export function outOfDateWords(reasons: readonly OutOfDateReason[]): string {
  const first = reasons[0];
  if (first === undefined) return 'out of date';
  const file = first.path?.slice(first.path.lastIndexOf('/') + 1);
  const named = file !== undefined && file.length <= LONGEST_FILE;
  const words =
    first.onlyComments === true
      ? 'comments changed'
      : named && (first.kind === 'code' || first.kind === 'codelist')
        ? `${file} changed`
        : STALE_WORDS[first.kind];
  return reasons.length > 1 ? `${words} + ${reasons.length - 1}` : words;
}

/** Seconds the last attempt took; null while it is under way. */
export function secondsTaken(status: ActionStatus | undefined): number | null {
  const job = status?.lastJob ?? null;
  return job === null || job.completedAt === null ? null : durationOf(job, new Date(0));
}

/** Peak memory of the last attempt, e.g. `1.2 GB`; null where it was not seen. */
export function peakMemory(status: ActionStatus | undefined): string | null {
  const bytes = status?.lastJob?.peakMemoryBytes ?? null;
  return bytes === null ? null : formatMemory(bytes);
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
  return [
    action,
    STATE_WORDS[state],
    image,
    shortReason(status, now, blocker),
    ...(seconds === null ? [] : [`took ${formatDuration(seconds)}`]),
    ...(memory === null ? [] : [`peak memory ${memory}`]),
    ...tierWords(status?.outputCounts ?? NO_OUTPUTS),
    `needs ${formatCount(degree.needs)}`,
    `needed by ${formatCount(degree.neededBy)}`,
  ].join(', ');
}
