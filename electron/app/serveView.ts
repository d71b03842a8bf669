import {cpus} from 'node:os';
import {type AppError, failWith} from '../../shared/errors';
import type {JobQueue, QueueJob, QueueRequest, QueueSetup} from '../../shared/jobQueue';
import {ok, type Result} from '../../shared/result';
import {protocolOf, readServeConfig, type ServeConfig} from '../serve/config';
import {createJournalReader} from '../serve/state/journal';
import {serveStatus, type JobStatus, type RequestStatus, type ServeStatus} from '../serve/operate';

/** Variables by name. */
type Variables = Readonly<Record<string, string | undefined>>;

/** What a runner's settings and records say. */
export type ServeShown = Pick<JobQueue, 'flags' | 'poll' | 'requests' | 'older'> & {
  readonly setup: QueueSetup;
  /** Some process serves this backend. */
  readonly isServed: boolean;
};

/** Requests that the window is given; older ones are only counted. */
const SHOWN = 500;

/** The window looks every second. */
const readJournal = createJournalReader();

/** Reads what a runner with these settings keeps, whoever started it; changes nothing. */
export async function readServeView(settings: Variables): Promise<Result<ServeShown, AppError>> {
  const config = readServeConfig(settings, protocolOf(settings), cpus().length);
  if (!config.ok) return config;
  try {
    const status = await serveStatus(settings, readJournal);
    if (!status.ok) return status;
    const {flags, poll, running} = status.value;
    const requests = requestsOf(status.value);
    return ok({
      setup: setupOf(config.value),
      flags: flags.map(({name, value}) => ({name, value})),
      poll,
      requests: requests.slice(0, SHOWN),
      older: Math.max(0, requests.length - SHOWN),
      isServed: running !== null,
    });
  } catch (error) {
    return failWith('file-system', 'The runner’s files can’t be read.', {
      hint: 'Check that its folder exists and that you can read it.',
      detail: error instanceof Error ? error.message : String(error),
    });
  }
}

function setupOf(config: ServeConfig): QueueSetup {
  const {backend, protocol, endpoint, databaseUrls, high, medium} = config;
  const databases = config.dummyDataOnly ? [] : Object.keys(databaseUrls);
  return {backend, protocol, server: endpoint, databases, high, medium};
}

/** Newest first. */
function requestsOf({requests, jobs}: ServeStatus): readonly QueueRequest[] {
  const known = new Map(requests.map((request) => [request.id, request]));
  const byRequest = new Map<string, JobStatus[]>();
  for (const job of jobs) {
    const list = byRequest.get(job.requestId);
    if (list === undefined) byRequest.set(job.requestId, [job]);
    else list.push(job);
  }
  return [...byRequest].map(([id, own]) => requestOf(known.get(id), id, own)).reverse();
}

/** After the loss of its state a runner knows jobs whose request is gone. */
function requestOf(
  request: RequestStatus | undefined,
  id: string,
  jobs: readonly JobStatus[],
): QueueRequest {
  return {
    id,
    workspace: request?.workspace ?? jobs[0]?.workspace ?? '',
    repo: request?.repo ?? '',
    branch: request?.branch ?? '',
    commit: request?.commit ?? '',
    database: request?.database ?? '',
    createdBy: request?.createdBy ?? null,
    createdAt: request?.createdAt ?? null,
    jobs: jobs.map(jobOf),
  };
}

function jobOf(job: JobStatus): QueueJob {
  const {id, action, state, code, message, reference, startedAt, completedAt} = job;
  return {id, action, state, code, message, reference, startedAt, completedAt};
}
