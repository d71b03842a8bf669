import {
  formatClock,
  formatCount,
  formatDuration,
  formatMemory,
  formatTimeOfDay,
  formatWhen,
} from '../../shared/format';
import type {Job, JobState, StatusCode} from '../../shared/job';
import {attemptText} from '../../shared/planReason';
import {assertNever} from '../../shared/result';
import {
  actionStateOf,
  attemptWithoutResult,
  STATE_WORDS,
  type ActionProblem,
  type ActionState,
  type ActionStatus,
  type LastJob,
  type OutOfDateReason,
} from '../../shared/status';
import {phaseOf, type JobPhase} from '../state/runWords';

/** The state an action is shown in; being checked as long as nothing is known of it. */
export function stateOf(status: ActionStatus | undefined): ActionState {
  return status === undefined ? 'checking' : actionStateOf(status);
}

const PHASE_WORDS: Readonly<Record<JobPhase, string>> = {
  waiting: 'Waiting for its turn',
  starting: 'Preparing files…',
  running: 'Running…',
  collecting: 'Collecting outputs…',
  ended: 'Ended',
};

/** How far a job is, for people; the same words wherever one is spoken of. */
export function phaseWords(statusCode: StatusCode): string {
  return statusCode === 'waiting_on_dependencies'
    ? 'Waiting for actions it needs'
    : statusCode === 'waiting_on_workers'
      ? 'Waiting for other jobs to finish'
      : PHASE_WORDS[phaseOf(statusCode)];
}

/** What became of an attempt, as plans say it too; its state where nothing more is to be said. */
export function reasonOf(job: LastJob, now: Date): string {
  const {state} = job;
  const isOpen = state === 'waiting' || state === 'waiting-for-engine' || state === 'running';
  return isOpen || state === 'succeeded'
    ? STATE_WORDS[state].toLowerCase()
    : attemptText(state, job, now);
}

/** Seconds between start and end of a job; up to `now` while it runs; null before it started. */
export function durationOf(job: LastJob | null, now: Date): number | null {
  if (job?.startedAt === null || job === null) return null;
  const end = job.completedAt === null ? now.getTime() : Date.parse(job.completedAt);
  const seconds = (end - Date.parse(job.startedAt)) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

/**
 * The few words a node has space for: why it is in its state, or how long it took.
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
    case 'running': {
      const phase = phaseOf(job?.statusCode ?? 'preparing');
      return phase === 'running' && seconds !== null
        ? `running ${formatClock(seconds)}`
        : phase === 'collecting'
          ? 'collecting'
          : 'starting';
    }
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
      return blocker === null ? 'blocked' : `blocked by ${blocker}`;
    case 'checking':
      return 'checking…';
    case 'up-to-date':
      return seconds === null || job?.state !== 'succeeded'
        ? 'up to date'
        : formatDuration(seconds);
    case 'up-to-date-by-times':
      return 'by file times';
    case 'has-errors':
      return status?.provenance.kind === state ? errorWords(status.provenance.problems) : 'errors';
    case 'supplied':
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

/** Why a job failed, in few words. */
export function failureWords(job: LastJob | null): string {
  if (job?.statusCode === 'unmatched_patterns') return 'outputs missing';
  if ((job?.outOfMemoryBytes ?? null) !== null) return 'out of memory';
  const code = job?.exitCode ?? null;
  return code === null ? 'failed' : (EXIT_WORDS[code] ?? `exit ${code}`);
}

/** What an exit code means whatever ran. */
const EXIT_WORDS: Readonly<Partial<Record<number, string>>> = {
  126: 'can’t be run',
  127: 'not found',
  137: 'killed',
};

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

/** Where project.yaml must be fixed, in few words: `error in line 41`, `2 errors from line 41`. */
export function errorWords(problems: readonly ActionProblem[]): string {
  const line = formatCount(Math.min(...problems.map((problem) => problem.line)));
  return problems.length === 1
    ? `error in line ${line}`
    : `${formatCount(problems.length)} errors from line ${line}`;
}

/** Letters of a file's name beside which there is space for what happened to it. */
const LONGEST_FILE = 12;

/** Why an action is out of date in the few words there is space for: `cox.R changed`. */
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

/** When the attempt ended that the state is of; null where a later one had no result, or none has ended. */
export function endedAt(status: ActionStatus | undefined): string | null {
  if (status === undefined || attemptWithoutResult(status) !== null) return null;
  return status.lastJob?.completedAt ?? null;
}

/** When something ended, by the clock under half a day ago. */
export function endedWords(ended: string, now: Date): string {
  const recent = now.getTime() - Date.parse(ended) < 12 * 3_600_000;
  return recent ? formatTimeOfDay(ended) : formatWhen(ended, now);
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

/** Ends of an attempt that no exit code shows. */
const WORDED: readonly JobState[] = ['cancelled', 'not-started', 'cut-off', 'blocked'];

/** What one attempt came to, e.g. `2 m 41 s · peak 1.2 GB` or `exit 1`. */
export function outcomeWords(job: Job): string {
  const parts: string[] = [];
  if (job.exitCode !== null && job.exitCode !== 0) parts.push(`exit ${job.exitCode}`);
  if (job.statusCode === 'unmatched_patterns') parts.push('outputs missing');
  if (WORDED.includes(job.state)) parts.push(STATE_WORDS[job.state].toLowerCase());
  if (job.startedAt !== null && job.completedAt !== null) {
    parts.push(formatDuration((Date.parse(job.completedAt) - Date.parse(job.startedAt)) / 1000));
  }
  if (job.peakMemoryBytes !== null) parts.push(`peak ${formatMemory(job.peakMemoryBytes)}`);
  return parts.join(' · ');
}

/** States from what needs a look most to what needs none; a group goes by its first. */
export const BY_URGENCY: readonly ActionState[] = [
  'has-errors',
  'failed',
  'cut-off',
  'waiting-for-engine',
  'running',
  'waiting',
  'blocked',
  'not-verified',
  'outputs-missing',
  'out-of-date',
  'upstream-out-of-date',
  'cancelled',
  'not-started',
  'never-run',
  'checking',
  'supplied',
  'up-to-date-by-times',
  'up-to-date',
];
