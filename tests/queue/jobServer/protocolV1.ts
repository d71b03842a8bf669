import * as z from 'zod';
import type {Answer} from './faults';

/** A workspace as the first protocol has it. */
export interface V1Workspace {
  readonly id: number;
  readonly name: string;
  readonly repo: string;
  readonly branch: string;
  readonly db: string;
}

/** A job as the server keeps it; without an address, which depends on the caller. */
export interface V1Job {
  readonly pk: number;
  readonly backend: string;
  readonly started: boolean;
  readonly force_run: boolean;
  readonly force_run_dependencies: boolean;
  readonly action_id: string;
  readonly status_code: number | null;
  readonly status_message: string;
  readonly outputs: readonly {readonly location: string}[];
  readonly needed_by_id: number | null;
  readonly workspace_id: number | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly callback_url: string | null;
}

/** How the server behaves. */
export interface V1Options {
  readonly user: string;
  readonly password: string;
  /** Refuses unknown fields and calls without a password, reading ones too. */
  readonly strict: boolean;
  /** As the first servers did: a job that is claimed again while its old code still stands counts as completed at once. */
  readonly completesOnReclaim: boolean;
  /** As the first servers did: `workspace_id` does not filter. */
  readonly ignoresWorkspaceId: boolean;
}

/** The first protocol: jobs listed, claimed, answered, and pushed. */
export interface ProtocolV1 {
  /** Adds a workspace; answers its id. */
  addWorkspace(workspace: Omit<V1Workspace, 'id'>): number;
  /** Adds a job as a client of the server does; answers its key. */
  addJob(fields: Partial<V1Job> & Pick<V1Job, 'action_id' | 'backend' | 'workspace_id'>): number;
  job(pk: number): V1Job;
  jobs(): readonly V1Job[];
  /** Carries out one call; `path` is what follows the base, such as `12/`. */
  answer(
    method: string,
    path: string,
    query: URLSearchParams,
    authorization: string | null,
    body: unknown,
    base: string,
  ): Answer;
}

const fields = {
  started: z.boolean(),
  force_run: z.boolean(),
  force_run_dependencies: z.boolean(),
  action_id: z.string().min(1),
  backend: z.string().min(1),
  status_code: z.number().int().nullable(),
  status_message: z.string(),
  outputs: z.array(z.strictObject({location: z.string()})),
  needed_by_id: z.number().int().nullable(),
};
const Patch = z.object(fields).partial();
const Push = z
  .object({...fields, workspace_id: z.number().int().nullable(), callback_url: z.string()})
  .partial()
  .required({action_id: true, backend: true, workspace_id: true});

const PAGE = 100;
const refused = (detail: string): Answer => ({status: 400, body: {detail}});

/** A server without jobs. */
export function createProtocolV1(options: V1Options): ProtocolV1 {
  const workspaces = new Map<number, V1Workspace>();
  const jobs = new Map<number, V1Job>();
  const password = Buffer.from(`${options.user}:${options.password}`).toString('base64');
  const now = (): string => new Date().toISOString();
  const add: ProtocolV1['addJob'] = (given) => {
    const pk = jobs.size + 1;
    jobs.set(pk, {
      started: false,
      force_run: false,
      force_run_dependencies: false,
      status_code: null,
      status_message: '',
      outputs: [],
      needed_by_id: null,
      callback_url: null,
      started_at: null,
      completed_at: null,
      ...given,
      created_at: now(),
      pk,
    });
    return pk;
  };
  const job = (pk: number): V1Job => {
    const found = jobs.get(pk);
    if (found === undefined) throw new Error(`No job ${pk}`);
    return found;
  };
  const shown = (each: V1Job, base: string): unknown => {
    const workspace = each.workspace_id === null ? undefined : workspaces.get(each.workspace_id);
    return {
      url: `${base}${each.pk}/`,
      ...each,
      workspace:
        workspace === undefined
          ? null
          : {...workspace, url: `${base}workspaces/${workspace.id}/`, owner: '', created_at: now()},
    };
  };
  const list = (query: URLSearchParams, base: string): Answer => {
    const filters = ['started', 'backend', 'action_id', 'needed_by_id', 'workspace'];
    const own = [...filters, ...(options.ignoresWorkspaceId ? [] : ['workspace_id'])];
    const kept = [...jobs.values()].reverse().filter((each) =>
      own.every((name) => {
        const asked = query.get(name);
        if (asked === null || asked === '') return true;
        const key = name === 'workspace' ? 'workspace_id' : name;
        const value = each[key as keyof V1Job]; // of the names above
        return JSON.stringify(value).replace(/^"|"$/g, '').toLowerCase() === asked.toLowerCase();
      }),
    );
    const limit = Number(query.get('limit') ?? query.get('page_size') ?? PAGE);
    const results = kept.slice(0, limit).map((each) => shown(each, base));
    const next = kept.length > limit ? `${base}?offset=${limit}` : null;
    return {status: 200, body: {count: kept.length, next, previous: null, results}};
  };
  const patch = (each: V1Job, body: unknown, base: string): Answer => {
    if (
      typeof body === 'object' &&
      body !== null &&
      ('workspace' in body || 'workspace_id' in body)
    )
      return refused('A workspace cannot be set');
    const read = (options.strict ? Patch.strict() : Patch).safeParse(body);
    if (!read.success) return refused(read.error.message);
    const {data} = read;
    if (data.outputs !== undefined && each.outputs.length > 0)
      return refused('This job has its outputs already');
    const given = Object.fromEntries(
      Object.entries(data).filter(([, value]) => value !== undefined),
    ) as Partial<V1Job>; // the checked fields that are there
    const changed = {...each, ...given};
    const said = options.completesOnReclaim || data.status_code !== undefined;
    const completes = said && changed.status_code !== null && changed.started;
    const after = {
      ...changed,
      started_at: data.started === true ? now() : changed.started_at,
      completed_at: completes ? now() : changed.completed_at,
    };
    jobs.set(each.pk, after);
    return {status: 200, body: shown(after, base)};
  };
  const push = (body: unknown, base: string): Answer => {
    const read = (options.strict ? Push.strict() : Push).safeParse(body);
    if (!read.success) return refused(read.error.message);
    const {workspace_id} = read.data;
    if (workspace_id !== null && !workspaces.has(workspace_id))
      return refused(`No workspace ${workspace_id}`);
    const given = Object.fromEntries(
      Object.entries(read.data).filter(([, value]) => value !== undefined),
    ) as typeof read.data & Partial<V1Job>; // the checked fields that are there
    const pk = add({...given, workspace_id});
    return {status: 201, body: shown(job(pk), base)};
  };
  return {
    addWorkspace(workspace) {
      const id = workspaces.size + 1;
      workspaces.set(id, {id, ...workspace});
      return id;
    },
    addJob: add,
    job,
    jobs: () => [...jobs.values()],
    answer(method, path, query, authorization, body, base) {
      const allowed = authorization === `Basic ${password}`;
      if (!allowed && (method !== 'GET' || options.strict))
        return {status: authorization === null ? 401 : 403, body: {detail: 'Not allowed'}};
      if (path === '') {
        if (method === 'GET') return list(query, base);
        return method === 'POST' ? push(body, base) : {status: 405, body: {}};
      }
      const found = jobs.get(Number(/^(\d+)\/$/.exec(path)?.[1]));
      if (found === undefined) return {status: 404, body: {detail: 'Not found'}};
      if (method === 'GET') return {status: 200, body: shown(found, base)};
      return method === 'PATCH' ? patch(found, body, base) : {status: 405, body: {}};
    },
  };
}
