import {type ServedCode, type ServedJob, isOver} from '../records';
import {MESSAGES, waitingForDependencies} from './messages';

/** What operators have asked for. */
export interface Asked {
  /** Nothing new is started. */
  readonly paused: boolean;
  /** The database is being worked on: its jobs wait, those that run are taken back. */
  readonly maintenance: boolean;
}

/** What a look at all jobs comes to. */
export interface NextSteps {
  /** Jobs whose user has cancelled them. */
  readonly cancel: readonly string[];
  /** Running jobs to be stopped and put back among the waiting ones. */
  readonly putBack: readonly string[];
  /** Waiting jobs of which something they wait for has failed. */
  readonly dependencyFailed: readonly string[];
  /** Jobs to be started, in this order. */
  readonly start: readonly string[];
  /** Jobs that go on waiting, and what for. */
  readonly wait: readonly {
    readonly id: string;
    readonly code: ServedCode;
    readonly message: string;
  }[];
}

/** What deciding takes. */
export interface NextStepsInput {
  /** Every job that is not over, in order of creation. */
  readonly jobs: readonly ServedJob[];
  /** Any job by its id; null for one that nothing is known of any more. */
  readonly jobById: (id: string) => ServedJob | null;
  readonly weightOf: (job: ServedJob) => number;
  readonly maxWorkers: number;
  readonly asked: Asked;
  /** Jobs that hold no place any more, as only their files are fetched. */
  readonly fetching: ReadonlySet<string>;
}

/**
 * Decides for every job what happens next (rules of serving, "Order of jobs"): cancelled first, then the flags, failed and unfinished needs,
 * and room: the weights of what runs and its own must stay within `maxWorkers`, though a heavier job runs alone. Among those
 * that could start, first the workspace with the least running, then database jobs, then the oldest; nothing overtakes a job
 * that is next and does not fit yet.
 */
export function nextSteps({
  jobs,
  jobById,
  weightOf,
  maxWorkers,
  asked,
  fetching,
}: NextStepsInput): NextSteps {
  const cancel: string[] = [];
  const putBack: string[] = [];
  const dependencyFailed: string[] = [];
  const wait: NextSteps['wait'][number][] = [];
  const ready: ServedJob[] = [];
  const busy = new Map<string, number>();
  let used = 0;
  for (const job of jobs) {
    if (job.cancelled) cancel.push(job.id);
    else if (job.state === 'running' && asked.maintenance && job.usesDatabase) putBack.push(job.id);
    if (job.state !== 'running' || fetching.has(job.id)) continue;
    used += weightOf(job);
    busy.set(job.workspace, (busy.get(job.workspace) ?? 0) + 1);
  }
  const failed = failedNeeds(jobs, jobById);
  for (const job of jobs) {
    if (job.cancelled || job.state !== 'pending') continue;
    const waits = (code: ServedCode, message: string): void => {
      wait.push({id: job.id, code, message});
    };
    const open = job.waitForJobIds.filter((id) => {
      const need = jobById(id);
      return need !== null && !isOver(need);
    });
    if (failed.has(job.id)) dependencyFailed.push(job.id);
    else if (asked.paused) waits('paused', MESSAGES.paused);
    else if (asked.maintenance && job.usesDatabase)
      waits('waiting_db_maintenance', MESSAGES.maintenance);
    else if (open.length > 0) waits('waiting_on_dependencies', waitingForDependencies(open.length));
    else ready.push(job);
  }
  const start: string[] = [];
  const left = [...ready];
  while (used < maxWorkers) {
    const job = takeNext(left, busy);
    if (job === null) break;
    const weight = weightOf(job);
    if (used + weight > maxWorkers && used > 0) {
      // nothing overtakes it: else lighter jobs could keep a heavy one waiting for ever
      left.push(job);
      break;
    }
    used += weight;
    busy.set(job.workspace, (busy.get(job.workspace) ?? 0) + 1);
    start.push(job.id);
  }
  for (const {id} of left)
    wait.push({id, code: 'waiting_on_workers', message: MESSAGES.waitingForWorkers});
  return {cancel, putBack, dependencyFailed, start, wait};
}

/** Takes out the job whose turn it is. */
function takeNext(left: ServedJob[], busy: ReadonlyMap<string, number>): ServedJob | null {
  let best = 0;
  for (let index = 1; index < left.length; index += 1) {
    const [one, other] = [left[index], left[best]];
    if (one !== undefined && other !== undefined && comesBefore(one, other, busy)) best = index;
  }
  return left.splice(best, 1)[0] ?? null;
}

function comesBefore(one: ServedJob, other: ServedJob, busy: ReadonlyMap<string, number>): boolean {
  const load = (busy.get(one.workspace) ?? 0) - (busy.get(other.workspace) ?? 0);
  if (load !== 0) return load < 0;
  if (one.usesDatabase !== other.usesDatabase) return one.usesDatabase;
  return one.createdAt < other.createdAt;
}

/** Waiting jobs of which a need has failed, or a need's need. */
function failedNeeds(
  jobs: readonly ServedJob[],
  jobById: (id: string) => ServedJob | null,
): ReadonlySet<string> {
  const failed = new Set<string>();
  // needs were made before what needs them
  for (const job of jobs) {
    if (job.state !== 'pending') continue;
    const isFailed = (id: string): boolean =>
      failed.has(id) || jobById(id)?.state === 'failed' || jobById(id)?.cancelled === true;
    if (job.waitForJobIds.some((id) => isFailed(id) && jobById(id)?.state !== 'succeeded'))
      failed.add(job.id);
  }
  return failed;
}
