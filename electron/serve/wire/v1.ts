import * as z from 'zod';
import type {ServedCode, ServedJob} from '../records';

const Workspace = z.object({
  id: z.number().int(),
  name: z.string(),
  repo: z.string(),
  branch: z.string(),
  db: z.string(),
});

/** A job as protocol v1 lists it; fields that are not named here are left alone. */
const WireJobV1 = z.object({
  pk: z.number().int().nonnegative(),
  backend: z.string().nullish(),
  started: z.boolean(),
  force_run: z.boolean().nullish(),
  force_run_dependencies: z.boolean().nullish(),
  action_id: z.string(),
  status_code: z.number().int().nullish(),
  needed_by_id: z.number().int().nullish(),
  workspace: Workspace.nullish(),
  started_at: z.string().nullish(),
  completed_at: z.string().nullish(),
});

/** A job as protocol v1 has it. */
export interface JobV1 {
  readonly pk: number;
  readonly action: string;
  readonly started: boolean;
  readonly forceRun: boolean;
  readonly forceDependencies: boolean;
  readonly code: number | null;
  readonly neededById: number | null;
  readonly workspace: z.infer<typeof Workspace>;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
}

/** A list of jobs, newest first; what can't be read is left out, with the names of its fields. */
export interface JobPageV1 {
  readonly jobs: readonly JobV1[];
  readonly malformed: readonly {readonly pk: number | null; readonly fields: readonly string[]}[];
}

const Page = z.object({results: z.array(z.unknown())});

/** Reads a list of jobs; null where the reply is none. Jobs of other backends are left out. */
export function decodeJobPage(body: unknown, backend: string): JobPageV1 | null {
  const page = Page.safeParse(body);
  if (!page.success) return null;
  const jobs: JobV1[] = [];
  const malformed: JobPageV1['malformed'][number][] = [];
  for (const entry of page.data.results) {
    const read = WireJobV1.safeParse(entry);
    const workspace = read.success ? (read.data.workspace ?? null) : null;
    if (read.success && workspace !== null) {
      if ((read.data.backend ?? backend) === backend) jobs.push(toJob(read.data, workspace));
      continue;
    }
    const pk = z.object({pk: z.number().int()}).safeParse(entry);
    const fields = read.success ? ['workspace'] : read.error.issues.map(({path}) => path.join('.'));
    malformed.push({pk: pk.success ? pk.data.pk : null, fields: [...new Set(fields)]});
  }
  return {jobs, malformed};
}

function toJob(read: z.infer<typeof WireJobV1>, workspace: z.infer<typeof Workspace>): JobV1 {
  return {
    pk: read.pk,
    action: read.action_id,
    started: read.started,
    forceRun: read.force_run ?? false,
    forceDependencies: read.force_run_dependencies ?? false,
    code: read.status_code ?? null,
    neededById: read.needed_by_id ?? null,
    workspace,
    startedAt: read.started_at ?? null,
    completedAt: read.completed_at ?? null,
  };
}

/** Codes of protocol v1. */
export const V1_CODES = {
  succeeded: 0,
  containerError: 1,
  failed: 2,
  noRepository: 3,
  notAllowed: 4,
  cloneFailed: 5,
  notFinished: 6,
  dependencyFailed: 7,
  postponed: 8,
  badProject: 9,
  timedOut: -1,
  neverStarted: -2,
  other: 99,
} as const;

/** The state of an earlier job of a needed action. */
export type EarlierJob = 'none' | 'succeeded' | 'failed' | 'open' | 'stale';

/** A claimed job that is not finished after this time never will be. */
const STALE_MS = 24 * 3600 * 1000;

/**
 * The state of the newest earlier job of a needed action. Codes 6 and 8 are no end, whatever else the server says: some servers
 * count a postponed job that is claimed again as completed at once.
 */
export function earlierJob(job: JobV1 | null, now: number): EarlierJob {
  if (job === null) return 'none';
  const isEnd =
    job.completedAt !== null &&
    job.code !== null &&
    job.code !== V1_CODES.notFinished &&
    job.code !== V1_CODES.postponed;
  if (isEnd) return job.code === V1_CODES.succeeded ? 'succeeded' : 'failed';
  if (!job.started || job.startedAt === null) return 'open';
  return now - Date.parse(job.startedAt) > STALE_MS ? 'stale' : 'open';
}

const CODE_OF: Readonly<Partial<Record<ServedCode, number>>> = {
  succeeded: V1_CODES.succeeded,
  nonzero_exit: V1_CODES.failed,
  unmatched_patterns: V1_CODES.failed,
  dependency_failed: V1_CODES.dependencyFailed,
};

/** The code of a job that is over. */
export function endCodeV1(job: Pick<ServedJob, 'code' | 'timedOut' | 'startedAt'>): number {
  if (job.timedOut) return V1_CODES.timedOut;
  return CODE_OF[job.code] ?? (job.startedAt === null ? V1_CODES.containerError : V1_CODES.other);
}

/** A message of this protocol, as JSON. */
export type MessageV1 = Readonly<Record<string, unknown>>;

/** The report of a job's end: of a success its outputs; a failure's text ends with the key of the job, as users know it. */
export function endMessage(
  pk: number,
  code: number,
  text: string,
  locations: readonly string[],
): MessageV1 {
  if (code !== V1_CODES.succeeded)
    return {status_code: code, status_message: `${text} id job#${pk}`};
  return {
    status_code: code,
    status_message: text,
    outputs: locations.map((location) => ({location})),
  };
}

/** Lets go of a job, which is to be claimed again later. */
export function postponedMessage(text: string): MessageV1 {
  return {status_code: V1_CODES.postponed, status_message: text, started: false};
}

/** Asks for a job of an action that another needs: exactly these six fields. */
export function pushMessage(push: {
  readonly action: string;
  readonly backend: string;
  /** Of the job that needs it. */
  readonly pk: number;
  readonly workspaceId: number;
  readonly force: boolean;
}): MessageV1 {
  return {
    force_run: push.force,
    force_run_dependencies: push.force,
    action_id: push.action,
    backend: push.backend,
    needed_by_id: push.pk,
    workspace_id: push.workspaceId,
  };
}

/** Marks a job that was claimed and never came to its end. */
export function staleMessage(job: JobV1, backend: string): MessageV1 {
  return {
    force_run: job.forceRun,
    force_run_dependencies: job.forceDependencies,
    action_id: job.action,
    backend,
    needed_by_id: job.neededById,
    status_code: V1_CODES.neverStarted,
  };
}

/** The name under which a workspace's outputs are kept: all that distinguishes it, in plain characters. */
export function volumeName(
  backend: string,
  {repo, branch, db, name}: Pick<z.infer<typeof Workspace>, 'repo' | 'branch' | 'db' | 'name'>,
): string {
  return [backend, repo, branch, db, name]
    .join('-')
    .replace(/[^0-9a-z-]/g, '-')
    .replace(/-+/g, '-');
}
