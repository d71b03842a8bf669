import * as z from 'zod';
import {RUNNING_CODES, WAITING_CODES} from '../../shared/job';
import {JobSchema} from '../runs/runRecordSchema';

/** The databases of protocols v1 and v2. */
export const DATABASES = ['full', 'slice', 'dummy'] as const;

/** The state of a job for the job server; nothing but this decides what happens to it. */
export type ServedState = 'pending' | 'running' | 'succeeded' | 'failed';

/** Every step of a job, kept here in full; which of them are sent says `wireCode`. */
const SERVED_CODES = [
  ...WAITING_CODES,
  'paused',
  'waiting_db_maintenance',
  ...RUNNING_CODES,
  'succeeded',
  'dependency_failed',
  'nonzero_exit',
  'cancelled_by_user',
  'unmatched_patterns',
  'internal_error',
  'stale_codelists',
  'job_error',
] as const;

/** One step of a job. */
export type ServedCode = (typeof SERVED_CODES)[number];

const Epoch = z.number().int().nonnegative();

/** What protocol v1 needs to know of a job beside what v2 says in a request. */
const OfV1 = z.object({
  pk: z.number().int(),
  workspaceId: z.number().int(),
  forceRun: z.boolean(),
  /** The end of its job has been queued for the server. */
  told: z.boolean(),
});

/** A request as it was taken; never changed afterwards but for its cancelled actions. */
export const ServedRequest = z.object({
  id: z.string(),
  repoUrl: z.string(),
  branch: z.string(),
  /** Full hash; of protocol v1 the head of the branch when the job was taken. */
  commit: z.string(),
  workspace: z.string(),
  database: z.string(),
  requestedActions: z.array(z.string()),
  cancelledActions: z.array(z.string()),
  forceDependencies: z.boolean(),
  codelistsOk: z.boolean(),
  createdBy: z.string().nullable(),
  createdAt: z.string().nullable(),
  v1: OfV1.nullable(),
  /** As the server sent it, for audit. */
  verbatim: z.unknown(),
});
/** A request as it was taken. */
export type ServedRequest = z.infer<typeof ServedRequest>;

/** One execution of one action. Times are seconds since 1970. */
export const ServedJob = z.object({
  id: z.string(),
  requestId: z.string(),
  repoUrl: z.string(),
  commit: z.string(),
  workspace: z.string(),
  database: z.string(),
  action: z.string(),
  createdBy: z.string().nullable(),
  state: z.enum(['pending', 'running', 'succeeded', 'failed']),
  code: z.enum(SERVED_CODES),
  /** Made of fixed texts and allowed values only: it may leave. */
  message: z.string(),
  /** A container is made of it; false for a refusal and for what had nothing to do. */
  runs: z.boolean(),
  usesDatabase: z.boolean(),
  waitForJobIds: z.array(z.string()),
  cancelled: z.boolean(),
  timedOut: z.boolean(),
  createdAt: Epoch,
  updatedAt: Epoch,
  startedAt: Epoch.nullable(),
  completedAt: Epoch.nullable(),
  /** What the engine knows of it; null before its turn. Holds names of files: it stays here. */
  job: JobSchema.nullable(),
});
/** One execution of one action. */
export type ServedJob = z.infer<typeof ServedJob>;

/** True once nothing more will happen to a job. */
export function isOver({state}: Pick<ServedJob, 'state'>): boolean {
  return state === 'succeeded' || state === 'failed';
}

/** What a job is found by in messages, containers, log folders and log lines. */
export function referenceOf(jobId: string): string {
  return `os-job-${jobId}`;
}

/** The action name of a job that stands for a request which could not be taken. */
export const REFUSED = '__error__';

/** Every action of a study, in file order; reserved. */
export const RUN_ALL = 'run_all';
