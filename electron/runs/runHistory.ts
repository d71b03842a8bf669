import {isFinal, stateOf, type Job} from '../../shared/job';
import type {OutputFile} from '../../shared/output';
import {lastJobOf, RESTORED_MESSAGE, type LastJob, type Supplied} from '../../shared/status';
import type {OpensafelyJob} from './opensafelyState';

/** The latest success of an action. */
export interface PastSuccess {
  readonly jobId: string;
  /** Null where only the job is known. */
  readonly runId: string | null;
  /** ISO 8601 UTC. */
  readonly completedAt: string;
  /** Sizes and digests of what `opensafely run` made are not known: -1 and empty. */
  readonly outputs: readonly OutputFile[];
  readonly excluded: Job['excluded'];
  readonly imageId: string | null;
  /** Its outputs were put back from the cache since, or no job here made them. */
  readonly reused?: 'restored' | 'supplied';
  /** The job itself where it ran under `opensafely run`. */
  readonly reference: OpensafelyJob | null;
}

/** Outputs of an earlier success that were put back in their places. */
export interface RestoredOutputs {
  readonly action: string;
  /** The job that made them. */
  readonly jobId: string;
  /** ISO 8601 UTC. */
  readonly restoredAt: string;
  readonly outputs: readonly OutputFile[];
  /** Where they are from, if no job here made them. */
  readonly supplied?: Supplied | undefined;
}

/** What is known of an action's earlier attempts, under Study Desk and `opensafely run` alike. */
export interface ActionPast {
  /** The latest attempt of all, cancelled ones included. */
  readonly last: LastJob;
  /** How the latest attempt that was not cancelled ended; null where there is none. */
  readonly outcome: 'succeeded' | 'failed' | null;
  /** When that was, in milliseconds since 1970. */
  readonly outcomeAt: number;
  readonly success: PastSuccess | null;
  /** Seconds of the latest successes, oldest first, at most DURATIONS_KEPT. */
  readonly durations: readonly number[];
  /** What the latest attempts took whose command ran, oldest first, at most DURATIONS_KEPT; failed ones too. */
  readonly uses: readonly AttemptUse[];
}

/** What an attempt took, as far as it was seen. */
export interface AttemptUse {
  readonly peakMemoryBytes: number | null;
  /** Processors it kept busy. */
  readonly cpus: number | null;
}

/** How many durations an expectation is taken from. */
const DURATIONS_KEPT = 5;

/** The earlier attempts of a study's actions; grows as jobs end. */
export type RunHistory = ReturnType<typeof createRunHistory>;

/** A history that knows of nothing yet. */
export function createRunHistory() {
  const pasts = new Map<string, ActionPast>();
  // a run may be read again, after another process was at work
  const noted = new Set<string>();
  let byPath: ReadonlyMap<string, OutputFile> | null = null;
  return {
    past: (action: string): ActionPast | null => pasts.get(action) ?? null,
    actions: (): readonly string[] => [...pasts.keys()],
    /** The output at a study-relative path, of the latest success that made it; the disk is not looked at. */
    output(path: string): OutputFile | null {
      byPath ??= indexOutputs(pasts.values());
      return byPath.get(path) ?? null;
    },
    /** The file at a study-relative path was supplied as an output. */
    isSupplied: (path: string): boolean =>
      [...pasts.values()].some(
        ({success}) =>
          success?.reused === 'supplied' && success.outputs.some((output) => output.path === path),
      ),
    /** Knows of nothing again. */
    clear(): void {
      pasts.clear();
      noted.clear();
      byPath = null;
    },
    /** Takes in a job of ours that has ended. */
    note(job: Job): void {
      if (!isFinal(job.statusCode) || noted.has(job.id)) return;
      noted.add(job.id);
      byPath = null;
      pasts.set(job.action, afterJob(pasts.get(job.action) ?? null, job));
    },
    /** Takes in outputs put back, unless a later attempt has been noted. */
    noteRestored(restored: RestoredOutputs): void {
      const {action, jobId, restoredAt, outputs, supplied} = restored;
      const past = pasts.get(action) ?? null;
      const at = Date.parse(restoredAt);
      const last = supplied === undefined ? past?.last : suppliedAt(jobId, restoredAt);
      if (last === undefined || at < (past?.outcomeAt ?? 0)) return;
      byPath = null;
      const state = 'succeeded';
      const message = supplied === undefined ? RESTORED_MESSAGE : `Supplied from ${supplied.from}`;
      pasts.set(action, {
        durations: past?.durations ?? [],
        uses: past?.uses ?? [],
        outcome: state,
        outcomeAt: at,
        last: {...last, state, statusCode: state, message, notCollected: 0},
        success: {
          jobId,
          runId: past?.success?.jobId === jobId ? past.success.runId : null,
          completedAt: restoredAt,
          outputs,
          excluded: [],
          imageId: supplied === undefined ? (past?.success?.imageId ?? null) : null,
          reused: supplied === undefined ? 'restored' : 'supplied',
          reference: null,
        },
      });
    },
    /** Takes in what `opensafely run` recorded; what is older than what is known changes nothing. */
    noteOpensafely(jobs: readonly OpensafelyJob[]): void {
      byPath = null;
      for (const job of jobs) {
        if (job.state !== 'succeeded' && job.state !== 'failed') continue;
        const past = pasts.get(job.action) ?? null;
        const endedAt = (job.completedAt ?? job.createdAt) * 1000;
        // the reference keeps whole seconds
        if (past !== null && endedAt <= past.outcomeAt - (past.outcomeAt % 1000)) continue;
        pasts.set(job.action, afterOpensafelyJob(past, job, job.state, endedAt));
      }
    },
  };
}

/** What stands in place of a job where outputs came from elsewhere. */
function suppliedAt(jobId: string, completedAt: string): LastJob {
  return {
    ...{jobId, runId: '', state: 'succeeded', statusCode: 'succeeded', message: ''},
    ...{startedAt: null, completedAt, exitCode: null, outOfMemoryBytes: null},
    ...{peakMemoryBytes: null, cpuSeconds: null, notCollected: 0, ranBy: 'elsewhere'},
  };
}

/** All outputs by path; where two actions made the same file, the first one's, as in the list. */
function indexOutputs(pasts: Iterable<ActionPast>): ReadonlyMap<string, OutputFile> {
  const found = new Map<string, OutputFile>();
  for (const {success} of pasts)
    for (const output of success?.outputs ?? [])
      if (!found.has(output.path)) found.set(output.path, output);
  return found;
}

/** Seconds between two ISO times; null where one is missing or the clock went back. */
function secondsBetween(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null;
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return seconds >= 0 ? seconds : null;
}

function withDuration(past: ActionPast | null, seconds: number | null): readonly number[] {
  const known = past?.durations ?? [];
  return seconds === null ? known : [...known, seconds].slice(-DURATIONS_KEPT);
}

function withUse(past: ActionPast | null, job: Job): readonly AttemptUse[] {
  const known = past?.uses ?? [];
  const {peakMemoryBytes, cpuSeconds} = job;
  if (peakMemoryBytes === null && cpuSeconds === null) return known;
  const seconds = secondsBetween(job.startedAt, job.completedAt) ?? 0;
  const cpus = cpuSeconds === null || seconds === 0 ? null : cpuSeconds / seconds;
  return [...known, {peakMemoryBytes, cpus}].slice(-DURATIONS_KEPT);
}

function afterJob(past: ActionPast | null, job: Job): ActionPast {
  const last = lastJobOf(job);
  // neither says anything of the action itself
  if (job.state === 'cancelled' || job.state === 'not-started')
    return {
      last,
      outcome: past?.outcome ?? null,
      outcomeAt: past?.outcomeAt ?? 0,
      success: past?.success ?? null,
      durations: past?.durations ?? [],
      uses: past?.uses ?? [],
    };
  const completedAt = job.completedAt ?? job.createdAt;
  const succeeded = job.statusCode === 'succeeded';
  return {
    last,
    outcome: succeeded ? 'succeeded' : 'failed',
    outcomeAt: Date.parse(completedAt),
    success: succeeded
      ? {
          jobId: job.id,
          runId: job.runId,
          completedAt,
          outputs: job.outputs,
          excluded: job.excluded,
          imageId: job.imageId,
          reference: null,
        }
      : (past?.success ?? null),
    durations: withDuration(
      past,
      succeeded ? secondsBetween(job.startedAt, job.completedAt) : null,
    ),
    uses: withUse(past, job),
  };
}

function isoTime(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString();
}

/** The codes of the reference that Study Desk shares; others are known by their coarse state. */
function statusCodeOf(job: OpensafelyJob, state: 'succeeded' | 'failed'): LastJob['statusCode'] {
  if (state === 'succeeded') return 'succeeded';
  switch (job.statusCode) {
    case 'dependency_failed':
    case 'unmatched_patterns':
    case 'internal_error':
    case 'cancelled_by_user':
      return job.statusCode;
    default:
      return 'nonzero_exit';
  }
}

function afterOpensafelyJob(
  past: ActionPast | null,
  job: OpensafelyJob,
  state: 'succeeded' | 'failed',
  endedAt: number,
): ActionPast {
  const startedAt = isoTime(job.startedAt);
  const completedAt = isoTime(job.completedAt);
  return {
    last: {
      jobId: job.id,
      runId: job.runId,
      state: stateOf(statusCodeOf(job, state)),
      statusCode: statusCodeOf(job, state),
      message: job.message,
      startedAt,
      completedAt,
      exitCode: null,
      outOfMemoryBytes: null,
      peakMemoryBytes: null,
      cpuSeconds: null,
      notCollected: 0,
      ranBy: 'opensafely',
    },
    outcome: state,
    outcomeAt: endedAt,
    success:
      state === 'succeeded'
        ? {
            jobId: job.id,
            runId: job.runId,
            completedAt: completedAt ?? new Date(endedAt).toISOString(),
            outputs: job.outputs.map(({path, tier}) => ({path, tier, size: -1, sha256: ''})),
            excluded: [],
            imageId: null,
            reference: job,
          }
        : (past?.success ?? null),
    durations: withDuration(
      past,
      state === 'succeeded' ? secondsBetween(startedAt, completedAt) : null,
    ),
    uses: past?.uses ?? [],
  };
}
