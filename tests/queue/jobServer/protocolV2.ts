import * as z from 'zod';
import type {Answer} from './faults';

/** A job request as the server lists it. */
export interface ServedRequest {
  readonly identifier: string | number;
  readonly sha: string;
  readonly requested_actions: readonly string[];
  readonly cancelled_actions: readonly string[];
  readonly force_run_dependencies: boolean;
  readonly workspace: {
    readonly name: string;
    readonly repo: string;
    readonly branch: string;
    readonly db: string;
  };
  readonly backend: string;
  readonly created_by: string;
  readonly created_at: string;
  readonly codelists_ok?: boolean;
  readonly database_name?: string;
}

const time = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);

const Job = z.strictObject({
  identifier: z.string().min(1),
  job_request_id: z.string().min(1),
  action: z.string().min(1),
  status: z.enum(['pending', 'running', 'succeeded', 'failed']),
  status_code: z.string(),
  status_message: z.string().max(1000),
  created_at: time,
  updated_at: time,
  started_at: time.nullable(),
  completed_at: time.nullable(),
});

/** A job as the runner tells it. */
export type PostedJob = z.infer<typeof Job>;

/** What a job was told to be, in order; null for its deletion. */
export type JobHistory = readonly (PostedJob | null)[];

/** How the server behaves. */
export interface V2Options {
  /** The backend of each token. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Refuses groups that are not contiguous, and fields beyond the ten. Otherwise such groups delete each other. */
  readonly strict: boolean;
  /** Requests on a page; null for all on one. */
  readonly pageSize: number | null;
}

/** The second protocol: requests listed, jobs posted. */
export interface ProtocolV2 {
  /** Adds a request, as the newest. */
  add(request: ServedRequest): void;
  /** Adds something that is none to the list, as the newest; one with an identifier can be answered for, and is then over. */
  addMalformed(item: unknown): void;
  /** Lists a request as often as this in each answer. */
  repeat(identifier: string, times: number): void;
  /** Asks for these actions of a request not to be run. */
  cancel(identifier: string, ...actions: readonly string[]): void;
  /** Alters what is told of a request. */
  alter(identifier: string, change: Partial<ServedRequest>): void;
  /** The jobs of a request as they stand. */
  jobsOf(identifier: string): readonly PostedJob[];
  /** Identifiers of requests that are still listed. */
  active(): readonly string[];
  jobHistory(job: string): JobHistory;
  list(query: URLSearchParams, token: string | null, self: string): Answer;
  post(body: unknown, token: string | null): Answer;
}

const refused = (detail: string): Answer => ({status: 400, body: {detail}});

/** A server without requests. */
export function createProtocolV2(options: V2Options): ProtocolV2 {
  const requests = new Map<string, ServedRequest>();
  const malformed = new Map<number, unknown>();
  const order: (string | number)[] = [];
  const times = new Map<string, number>();
  const jobs = new Map<string, PostedJob>();
  const histories = new Map<string, (PostedJob | null)[]>();
  const jobsOf = (request: string): readonly PostedJob[] =>
    [...jobs.values()].filter((job) => job.job_request_id === request);
  const ofMalformed = (item: unknown): string | null => {
    const named = z.object({identifier: z.union([z.string(), z.number()])}).safeParse(item);
    return named.success ? String(named.data.identifier) : null;
  };
  const isActive = (request: string): boolean => {
    const own = jobsOf(request);
    return own.length === 0 || own.some(({completed_at}) => completed_at === null);
  };
  const note = (id: string, job: PostedJob | null): void => {
    const history = histories.get(id) ?? [];
    histories.set(id, [...history, job]);
  };
  const listed = (backend: string): readonly unknown[] =>
    order.flatMap((entry): readonly unknown[] => {
      if (typeof entry === 'number') {
        const item = malformed.get(entry);
        const id = ofMalformed(item);
        return id === null || isActive(id) ? [item] : [];
      }
      const request = requests.get(entry);
      if (request === undefined || !isActive(entry) || request.backend !== backend) return [];
      return Array.from({length: times.get(entry) ?? 1}, () => request);
    });
  /** Takes the jobs of one request, and forgets those it had and that are not among them. */
  const replace = (request: string, posted: readonly PostedJob[]): void => {
    const kept = new Set(posted.map(({identifier}) => identifier));
    for (const {identifier} of jobsOf(request).filter((job) => !kept.has(job.identifier))) {
      jobs.delete(identifier);
      note(identifier, null);
    }
    for (const job of posted) {
      jobs.set(job.identifier, job);
      note(job.identifier, job);
    }
  };
  return {
    add(request) {
      requests.set(String(request.identifier), request);
      order.unshift(String(request.identifier));
    },
    addMalformed(item) {
      malformed.set(malformed.size, item);
      order.unshift(malformed.size - 1);
    },
    repeat: (identifier, count) => void times.set(identifier, count),
    cancel(identifier, ...actions) {
      const request = requests.get(identifier);
      if (request === undefined) throw new Error(`No request ${identifier}`);
      const cancelled_actions = [...request.cancelled_actions, ...actions];
      requests.set(identifier, {...request, cancelled_actions});
    },
    alter(identifier, change) {
      const request = requests.get(identifier);
      if (request === undefined) throw new Error(`No request ${identifier}`);
      requests.set(identifier, {...request, ...change});
    },
    jobsOf,
    active: () => [...requests.keys()].filter(isActive),
    jobHistory: (job) => histories.get(job) ?? [],
    list(query, token, self) {
      const backend = token === null ? query.get('backend') : options.tokens[token];
      if (backend === undefined) return {status: 401, body: {detail: 'Invalid token'}};
      const all = backend === null ? [] : listed(backend);
      if (options.pageSize === null) return {status: 200, body: {results: all}};
      const from = Number(query.get('offset') ?? 0);
      const till = from + options.pageSize;
      const page = (offset: number): string => {
        const asked = new URLSearchParams(query);
        asked.set('offset', String(offset));
        return `${self}?${asked.toString()}`;
      };
      return {
        status: 200,
        body: {
          count: all.length,
          next: till < all.length ? page(till) : null,
          previous: from > 0 ? page(Math.max(0, from - options.pageSize)) : null,
          results: all.slice(from, till),
        },
      };
    },
    post(body, token) {
      const backend = token === null ? undefined : options.tokens[token];
      if (backend === undefined) return {status: 403, body: {detail: 'Invalid token'}};
      const known = options.strict ? Job : z.object(Job.shape);
      const read = z.array(known).safeParse(body);
      if (!read.success) return refused(read.error.message);
      const groups: PostedJob[][] = [];
      for (const job of read.data) {
        const last = groups.at(-1);
        if (last?.[0]?.job_request_id === job.job_request_id) last.push(job);
        else groups.push([job]);
      }
      const named = groups.map(([first]) => first?.job_request_id ?? '');
      const answerable = new Set([...malformed.values()].map(ofMalformed));
      const unknown = named.find(
        (request) => requests.get(request)?.backend !== backend && !answerable.has(request),
      );
      if (unknown !== undefined) return refused(`Unknown job request ${unknown}`);
      if (options.strict && new Set(named).size < named.length)
        return refused('The jobs of a request do not stand together');
      for (const group of groups) replace(group[0]?.job_request_id ?? '', group);
      return {status: 200, body: {status: 'success'}};
    },
  };
}
