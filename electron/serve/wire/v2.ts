import * as z from 'zod';
import {err, ok, type Result} from '../../../shared/result';
import {isOver, type ServedJob, type ServedRequest} from '../records';

/** Ids end up in names of containers and folders of logs only by way of a hash, so any text will do that has no control characters. */
const Identifier = z
  .union([z.string(), z.number().int()])
  .transform(String)
  .refine((id) => /^[^\p{Cc}]{1,200}$/u.test(id));
const Names = z.array(z.string());
const Optional = z.string().nullish();

/** A request as protocol v2 sends it; fields that are not named here are left alone. */
const WireRequest = z.object({
  identifier: Identifier,
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  requested_actions: Names,
  cancelled_actions: Names.nullish(),
  force_run_dependencies: z.boolean().nullish(),
  codelists_ok: z.boolean().nullish(),
  database_name: Optional,
  backend: Optional,
  created_by: Optional,
  created_at: Optional,
  workspace: z.object({
    name: z.string(),
    repo: z.string(),
    branch: z.string(),
    db: Optional,
  }),
});

/** One entry of a list that can't be used; with its id where that can be read, so that the server can be answered. */
export interface Malformed {
  readonly id: string | null;
  /** Names of the fields that are wrong; never their values. */
  readonly fields: readonly string[];
}

/** One page of `GET job-requests/`. */
export interface RequestPage {
  readonly requests: readonly ServedRequest[];
  readonly malformed: readonly Malformed[];
  /** Ids of requests for other backends, which are left alone. */
  readonly elsewhere: readonly string[];
  /** Address of the next page; null on the last. */
  readonly next: string | null;
}

const Page = z.object({results: z.array(z.unknown()), next: z.string().nullish()});

/**
 * Reads one page of requests. An entry that can't be used costs no other one; an error where the whole is no page. With
 * `backend` requests that name another are set aside.
 */
export function decodeRequestPage(body: unknown, backend: string): Result<RequestPage, string> {
  const page = Page.safeParse(body);
  if (!page.success) return err('The reply is no list of job requests.');
  const requests: ServedRequest[] = [];
  const malformed: Malformed[] = [];
  const elsewhere: string[] = [];
  for (const entry of page.data.results) {
    const read = WireRequest.safeParse(entry);
    if (!read.success) {
      const fields = read.error.issues.map(({path}) => path.join('.') || 'request');
      malformed.push({id: idOf(entry), fields: [...new Set(fields)]});
    } else if (read.data.backend !== undefined && !isFor(read.data.backend, backend))
      elsewhere.push(read.data.identifier);
    else requests.push(toRequest(read.data, entry));
  }
  return ok({requests, malformed, elsewhere, next: page.data.next ?? null});
}

function isFor(named: string | null, backend: string): boolean {
  return named === null || named === '' || named === backend;
}

function idOf(entry: unknown): string | null {
  const named = z.object({identifier: Identifier}).safeParse(entry);
  return named.success ? named.data.identifier : null;
}

function toRequest(read: z.infer<typeof WireRequest>, verbatim: unknown): ServedRequest {
  const {workspace} = read;
  return {
    id: read.identifier,
    repoUrl: workspace.repo,
    branch: workspace.branch,
    commit: read.sha,
    workspace: workspace.name,
    database: read.database_name ?? workspace.db ?? '',
    requestedActions: read.requested_actions,
    cancelledActions: read.cancelled_actions ?? [],
    forceDependencies: read.force_run_dependencies ?? false,
    codelistsOk: read.codelists_ok ?? true,
    createdBy: read.created_by ?? null,
    createdAt: read.created_at ?? null,
    v1: null,
    verbatim,
  };
}

/** The codes that a server of protocol v2 knows; any other is sent as the empty text unless it asked for more. */
const BASIC_CODES: ReadonlySet<string> = new Set([
  'waiting_on_dependencies',
  'dependency_failed',
  'waiting_on_workers',
  'nonzero_exit',
  'cancelled_by_user',
]);

/** A job as `POST jobs/` takes it: these ten fields and no other. */
export interface WireJob {
  readonly identifier: string;
  readonly job_request_id: string;
  readonly action: string;
  readonly status: string;
  readonly status_code: string;
  readonly status_message: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
}

/** A job for the wire. A job that is over always says when: else its request would stay active for ever. */
export function encodeJob(job: ServedJob, extendedCodes: boolean): WireJob {
  return {
    identifier: job.id,
    job_request_id: job.requestId,
    action: job.action,
    status: job.state,
    status_code: extendedCodes || BASIC_CODES.has(job.code) ? job.code : '',
    status_message: job.message,
    created_at: wireTime(job.createdAt),
    updated_at: wireTime(job.updatedAt),
    started_at: job.startedAt === null ? null : wireTime(job.startedAt),
    completed_at: isOver(job) ? wireTime(job.completedAt ?? job.updatedAt) : null,
  };
}

/**
 * The body of `POST jobs/` for some requests: of each every job there is, since the server deletes those of a named request
 * that are left out, and next to each other, since it takes a request that comes up twice for two lists.
 */
export function encodeJobs(
  requestIds: readonly string[],
  jobsOf: (requestId: string) => readonly ServedJob[],
  extendedCodes: boolean,
): readonly WireJob[] {
  return [...new Set(requestIds)].flatMap((id) =>
    jobsOf(id).map((job) => encodeJob(job, extendedCodes)),
  );
}

/** Seconds since 1970 as UTC with whole seconds. */
export function wireTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}
