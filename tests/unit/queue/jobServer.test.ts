import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {BASIC, startJobServer, TOKEN, type JobServer} from '../../queue/jobServer/jobServer';
import {formsOf} from '../../queue/jobServer/recording';
import type {ServedRequest} from '../../queue/jobServer/protocolV2';

let server: JobServer;

beforeEach(async () => {
  server = await startJobServer();
});

afterEach(() => server.close());

function request(identifier: string): ServedRequest {
  return {
    identifier,
    sha: 'a'.repeat(40),
    requested_actions: ['a'],
    cancelled_actions: [],
    force_run_dependencies: false,
    workspace: {name: 'w', repo: 'https://github.com/opensafely/w', branch: 'main', db: 'full'},
    backend: 'tpp',
    created_by: 'someone',
    created_at: '2022-06-01T09:00:00Z',
  };
}

const job = (identifier: string, request: string, more: object = {}): object => ({
  identifier,
  job_request_id: request,
  action: 'a',
  status: 'pending',
  status_code: '',
  status_message: '',
  created_at: '2022-06-01T09:00:00Z',
  updated_at: '2022-06-01T09:00:00Z',
  started_at: null,
  completed_at: null,
  ...more,
});

const DONE = {status: 'succeeded', completed_at: '2022-06-01T10:00:00Z'};

async function list(token: string | null = TOKEN, query = '?backend=tpp'): Promise<Response> {
  const headers: Record<string, string> = token === null ? {} : {Authorization: token};
  return fetch(`${server.endpoint}job-requests/${query}`, {headers});
}

async function listed(): Promise<readonly string[]> {
  const {results} = (await (await list()).json()) as {results: {identifier: string}[]};
  return results.map(({identifier}) => identifier);
}

async function post(body: unknown, token = TOKEN): Promise<number> {
  const headers = {Authorization: token, 'Content-Type': 'application/json'};
  const init = {method: 'POST', headers, body: JSON.stringify(body)};
  return (await fetch(`${server.endpoint}jobs/`, init)).status;
}

describe('the second protocol', () => {
  it('lists a request, newest first, until all its jobs have completed', async () => {
    server.v2.add(request('1'));
    server.v2.add(request('2'));
    expect(await listed()).toEqual(['2', '1']);
    expect(await post([job('x', '1', DONE)])).toBe(200);
    expect(await listed()).toEqual(['2']);
    // a job that ended without saying when keeps its request there
    expect(await post([job('y', '2', {status: 'failed'})])).toBe(200);
    expect(await listed()).toEqual(['2']);
  });

  it('lets the token decide the backend, and refuses an unknown one', async () => {
    server.v2.add({...request('1'), backend: 'emis'});
    server.v2.add(request('2'));
    const answer = (await (await list(TOKEN, '?backend=emis')).json()) as {results: unknown[]};
    expect(answer.results).toHaveLength(1);
    expect((await list('wrong')).status).toBe(401);
    expect(await post([job('x', '2')], 'wrong')).toBe(403);
  });

  it('forgets jobs of a request that are not told again', async () => {
    server.v2.add(request('1'));
    await post([job('x', '1'), job('y', '1')]);
    await post([job('y', '1', DONE)]);
    expect(server.v2.jobsOf('1').map(({identifier}) => identifier)).toEqual(['y']);
    expect(server.v2.jobHistory('x')).toEqual([job('x', '1'), null]);
  });

  it('refuses the whole of what holds one bad part', async () => {
    server.v2.add(request('1'));
    const bad: readonly object[] = [
      job('y', 'unknown'),
      job('y', '1', {created_at: '2022-06-01 09:00:00'}),
      job('y', '1', {created_at: '2022-06-01T09:00:00.5Z'}),
      job('y', '1', {status: 'done'}),
      job('y', '1', {started_at: undefined}),
      job('y', '1', {outputs: {}}),
    ];
    for (const each of bad) expect(await post([job('x', '1'), each])).toBe(400);
    expect(await post({})).toBe(400);
    expect(server.v2.jobsOf('1')).toEqual([]);
  });

  it('refuses a group that is split, or deletes its own other half where it is not strict', async () => {
    const split = [job('x', '1'), job('z', '2'), job('y', '1')];
    server.v2.add(request('1'));
    server.v2.add(request('2'));
    expect(await post(split)).toBe(400);
    await server.close();
    server = await startJobServer({v2: {strict: false}});
    server.v2.add(request('1'));
    server.v2.add(request('2'));
    expect(await post(split)).toBe(200);
    expect(server.v2.jobsOf('1').map(({identifier}) => identifier)).toEqual(['y']);
  });

  it('pages where it is asked to', async () => {
    await server.close();
    server = await startJobServer({v2: {pageSize: 2}});
    for (const id of ['1', '2', '3']) server.v2.add(request(id));
    interface Page {
      readonly count: number;
      readonly next: string | null;
      readonly results: {identifier: string}[];
    }
    const first = (await (await list()).json()) as Page;
    expect(first.count).toBe(3);
    const headers = {Authorization: TOKEN};
    const second = (await (await fetch(first.next ?? '', {headers})).json()) as Page;
    const names = [...first.results, ...second.results].map(({identifier}) => identifier);
    expect(names).toEqual(['3', '2', '1']);
    expect(second.next).toBeNull();
  });
});

describe('the first protocol', () => {
  const password = Buffer.from(`${BASIC.user}:${BASIC.password}`).toString('base64');
  async function call(method: string, path: string, body?: object): Promise<[number, unknown]> {
    const headers = {Authorization: `Basic ${password}`, 'Content-Type': 'application/json'};
    const init =
      body === undefined ? {method, headers} : {method, headers, body: JSON.stringify(body)};
    const answer = await fetch(`${server.endpointV1}${path}`, init);
    return [answer.status, await answer.json()];
  }
  const started = async (): Promise<readonly number[]> => {
    const [, answer] = await call('GET', '?started=False&backend=tpp&page_size=25');
    return (answer as {results: {pk: number}[]}).results.map(({pk}) => pk);
  };

  beforeEach(() => {
    const repo = 'https://github.com/opensafely/w';
    const id = server.v1.addWorkspace({name: 'w', repo, branch: 'main', db: 'full'});
    server.v1.addJob({action_id: 'a', backend: 'tpp', workspace_id: id});
  });

  it('lists what is not claimed, and knows when a job completed', async () => {
    expect(await started()).toEqual([1]);
    expect((await call('PATCH', '1/', {started: true}))[0]).toBe(200);
    expect(await started()).toEqual([]);
    expect(server.v1.job(1).completed_at).toBeNull();
    const outputs = [{location: 'a/table'}];
    await call('PATCH', '1/', {status_code: 0, status_message: 'Done', outputs});
    expect(server.v1.job(1).completed_at).not.toBeNull();
    expect((await call('PATCH', '1/', {outputs}))[0]).toBe(400);
    expect((await call('PATCH', '1/', {workspace_id: 1}))[0]).toBe(400);
    expect((await fetch(`${server.endpointV1}1/`, {method: 'PATCH'})).status).toBe(401);
  });

  it('takes a dependency, and does not complete a postponed job that is claimed again', async () => {
    const push = {
      ...{force_run: false, force_run_dependencies: false, action_id: 'b', backend: 'tpp'},
      ...{needed_by_id: 1, workspace_id: 1},
    };
    const [status, made] = await call('POST', '', push);
    expect([status, (made as {pk: number}).pk]).toEqual([201, 2]);
    expect((await call('POST', '', {...push, more: 1}))[0]).toBe(400);
    await call('PATCH', '1/', {started: true});
    await call('PATCH', '1/', {status_code: 8, status_message: 'Waiting', started: false});
    await call('PATCH', '1/', {started: true});
    expect(server.v1.job(1).completed_at).toBeNull();
    const [, found] = await call('GET', '?backend=tpp&workspace_id=9&action_id=b&limit=1');
    expect((found as {results: unknown[]}).results).toEqual([]);
  });

  it('has the faults of the first servers where they are asked for', async () => {
    await server.close();
    server = await startJobServer({v1: {completesOnReclaim: true, ignoresWorkspaceId: true}});
    const repo = 'https://github.com/opensafely/w';
    const id = server.v1.addWorkspace({name: 'w', repo, branch: 'main', db: 'full'});
    server.v1.addJob({action_id: 'a', backend: 'tpp', workspace_id: id, status_code: 8});
    await call('PATCH', '1/', {started: true});
    expect(server.v1.job(1).completed_at).not.toBeNull();
    const [, found] = await call('GET', '?workspace_id=9');
    expect((found as {results: unknown[]}).results).toHaveLength(1);
  });
});

describe('a fault', () => {
  it('cuts, spoils, delays or loses an answer, for as many calls as asked', async () => {
    server.v2.add(request('1'));
    server.faults.next(1, 'drop');
    await expect(list()).rejects.toThrow();
    server.faults.next(1, 'cut');
    await expect(list().then((answer) => answer.text())).rejects.toThrow();
    server.faults.next(1, 'truncated');
    await expect((await list()).json()).rejects.toThrow();
    server.faults.next(1, 'html');
    expect(await (await list()).text()).toContain('<html>');
    server.faults.next(2, 500);
    expect([(await list()).status, (await list()).status]).toEqual([500, 500]);
    for (const slow of [{delayMs: 120}, {dripMs: 120}] as const) {
      server.faults.next(1, slow);
      const startedAt = Date.now();
      expect(await (await list()).json()).toHaveProperty('results');
      expect(Date.now() - startedAt).toBeGreaterThan(100);
    }
    server.faults.next(1, 'hang');
    const headers = {Authorization: TOKEN};
    const hanging = fetch(`${server.endpoint}job-requests/`, {
      headers,
      signal: AbortSignal.timeout(80),
    });
    await expect(hanging).rejects.toThrow();
    expect(await listed()).toEqual(['1']);
  });

  it('loses the answer of what was stored, of the method that was named', async () => {
    server.v2.add(request('1'));
    server.faults.next(1, 'store-then-drop', 'POST');
    expect(await listed()).toEqual(['1']);
    await expect(post([job('x', '1')])).rejects.toThrow();
    expect(server.v2.jobsOf('1')).toHaveLength(1);
    expect(server.recording.calls.map(({status}) => status)).toEqual([200, null]);
  });
});

describe('the recording', () => {
  it('finds a text however it was coded, wherever it stood', async () => {
    const text = 'NHS 943 476 5919 "x"';
    for (const form of formsOf(text).slice(0, 3)) {
      await list(TOKEN, `?backend=${encodeURIComponent(form)}`);
    }
    server.recording.assertNeverSeen('NHS 943 476 5918');
    expect(() => server.recording.assertNeverSeen(text)).toThrow(/was sent/);
  });

  it.each([0, 1, 2])('finds it in base64 behind %i other bytes', async (before) => {
    const coded = Buffer.from(`${'-'.repeat(before)}pass-of-database-77!tail`).toString('base64');
    await post({coded});
    expect(() => server.recording.assertNeverSeen('pass-of-database-77')).toThrow(/was sent/);
    server.recording.assertNeverSeen('pass-of-datebase-77');
  });
});
