import {mkdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {readPieces} from '../files/openFile';
import {type AppError, failWith} from '../../shared/errors';
import type {QueueJob, QueueRequest} from '../../shared/jobQueue';
import {ok, type Result} from '../../shared/result';
import {createDockerEngine} from '../docker/dockerExecutor';
import {lockHolder} from '../runs/studyLock';
import {readHighRoot, readRunnerPlaces, type Environment} from './config';
import {waitingAgain} from './jobs/jobInputs';
import {isOver, referenceOf, type ServedJob, type ServedRequest} from './records';
import {studyIdOf, takeLocks} from './startUp';
import {readJournal} from './state/journal';
import {readFlags, setFlag, type Flag} from './state/flags';
import {readPollFact, type PollFact} from './pollWatch';
import {journalFile, ServeState, stateFolder} from './state/serveState';
import {readableLog} from './storage/jobRecord';
import {HIGH_FOLDER, keptJobs} from './storage/places';

/** The state of a runner, seen from outside; nothing is changed by that. */
export interface ServeStatus {
  readonly backend: string;
  /** The process that serves it; null where none does. */
  readonly running: {readonly pid: number; readonly since: string} | null;
  readonly flags: readonly Flag[];
  readonly poll: PollFact | null;
  readonly requests: readonly RequestStatus[];
  readonly jobs: readonly JobStatus[];
}

/** A request as operators see it; `createdAt` is the server's. */
export interface RequestStatus extends Omit<QueueRequest, 'jobs'> {
  readonly actions: readonly string[];
  /** Not all of its jobs are over. */
  readonly open: boolean;
}

/** A job as operators see it. */
export interface JobStatus extends QueueJob {
  readonly requestId: string;
  readonly workspace: string;
  readonly createdAt: string;
}

/** Reads the state of this environment's runner; its journal by `read`. */
export async function serveStatus(
  env: Environment,
  read = readJournal,
): Promise<Result<ServeStatus, AppError>> {
  const places = readRunnerPlaces(env);
  if (!places.ok) return places;
  const {backend, workdir} = places.value;
  const stateDir = stateFolder(workdir, backend);
  const [journal, flags, poll, holder] = await Promise.all([
    read(journalFile(stateDir)),
    readFlags(stateDir),
    readPollFact(stateDir),
    lockHolder(join(stateDir, 'lock.json')),
  ]);
  const jobs = [...(journal?.jobs.values() ?? [])];
  const open = new Set(jobs.filter((job) => !isOver(job)).map(({requestId}) => requestId));
  return ok({
    backend,
    running: holder === null ? null : {pid: holder.pid, since: holder.since},
    flags,
    poll,
    requests: [...(journal?.requests.values() ?? [])].map((request) =>
      requestStatus(request, open.has(request.id)),
    ),
    jobs: jobs.map(jobStatus),
  });
}

function requestStatus(request: ServedRequest, open: boolean): RequestStatus {
  const {id, workspace, repoUrl, branch, commit, database, createdBy, createdAt} = request;
  const actions = request.requestedActions;
  return {
    id,
    workspace,
    repo: repoUrl,
    branch,
    commit,
    database,
    actions,
    createdBy,
    createdAt,
    open,
  };
}

function jobStatus(job: ServedJob): JobStatus {
  const {id, requestId, workspace, action, state, code, message} = job;
  const time = (seconds: number): string => new Date(seconds * 1000).toISOString();
  return {
    id,
    requestId,
    workspace,
    action,
    state,
    code,
    message,
    reference: referenceOf(id),
    createdAt: time(job.createdAt),
    startedAt: job.startedAt === null ? null : time(job.startedAt),
    completedAt: job.completedAt === null ? null : time(job.completedAt),
  };
}

/** Sets a flag of the runner, or with null clears it; it looks at them at once while jobs are open, else with its next poll. */
export async function changeFlag(
  env: Environment,
  name: string,
  value: string | null,
): Promise<Result<readonly Flag[], AppError>> {
  const places = readRunnerPlaces(env);
  if (!places.ok) return places;
  if (!/^[A-Za-z0-9_-]{1,50}$/.test(name) || (value !== null && !/^[ -~]{1,200}$/.test(value)))
    return failWith(
      'invalid-request',
      'A flag has a name of letters, digits, - and _, and a value of plain text.',
    );
  const stateDir = stateFolder(places.value.workdir, places.value.backend);
  await mkdir(stateDir, {recursive: true, mode: HIGH_FOLDER});
  await setFlag(stateDir, name, value, new Date());
  return ok(await readFlags(stateDir));
}

/** A log that was found by a piece of its reference. */
export interface FoundLog {
  readonly id: string;
  readonly path: string;
}

/** The logs whose job's id holds a piece of a reference, latest month last; a whole id finds its own alone. */
export async function findLogs(
  env: Environment,
  fragment: string,
): Promise<Result<readonly FoundLog[], AppError>> {
  const high = readHighRoot(env);
  if (!high.ok) return high;
  const wanted = fragment.trim().toLowerCase();
  if (wanted === '')
    return failWith('invalid-request', 'Give a piece of the reference, such as four characters.');
  const kept = await keptJobs(high.value);
  const whole = kept.filter(({id}) => [id, referenceOf(id)].includes(wanted));
  const matching =
    whole.length > 0 ? whole : kept.filter(({id}) => referenceOf(id).includes(wanted));
  const found: FoundLog[] = [];
  for (const {id, folder} of matching) {
    const path = readableLog(folder);
    // a job that still runs has none yet
    if ((await stat(path).catch(() => null))?.isFile() === true) found.push({id, path});
  }
  if (found.length > 0) return ok(found);
  return failWith('not-found', `No log of a job with "${fragment}" in its reference is here.`, {
    hint: "The reference is at the end of a failed job's message, such as (ref os-job-seajb3o3e2zsubw3). The log of a job that runs comes with its end.",
  });
}

/** The text of a log, piece by piece. */
export function readLog({path}: FoundLog): AsyncIterable<Buffer> {
  return readPieces(path);
}

/**
 * Puts all jobs that count as running back among the waiting ones and removes their containers, as after a restart of the computer
 * in which they ended; refused while a runner serves the backend. Answers how many.
 */
export async function resetRunning(env: Environment): Promise<Result<number, AppError>> {
  const places = readRunnerPlaces(env);
  if (!places.ok) return places;
  const high = readHighRoot(env);
  if (!high.ok) return high;
  const {backend, workdir} = places.value;
  const stateDir = stateFolder(workdir, backend);
  // also the lock of the tree: a runner with a state elsewhere has its containers there too
  const locks = await takeLocks({backend, high: high.value}, stateDir, Date.now());
  if (!locks.ok) return locks;
  const {executor} = createDockerEngine();
  try {
    const found = await executor.recover(await studyIdOf({backend, high: high.value}));
    if (!found.ok) return found;
    for (const running of found.value) {
      await running.stop();
      await running.remove();
    }
    const now = Math.floor(Date.now() / 1000);
    const state = await ServeState.load(stateDir, high.value, now);
    const running = state.openJobs().filter(({state: is}) => is === 'running');
    await state.commit({jobs: running.map((job) => waitingAgain(job, now))});
    await state.close();
    return ok(running.length);
  } finally {
    await executor.close();
    for (const lock of locks.value) await lock.release();
  }
}
