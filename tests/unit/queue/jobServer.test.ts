import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {startJobServer, TOKEN, type JobServer} from '../../queue/jobServer/jobServer';
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

async function list(token: string | null = TOKEN, query = '?backend=tpp'): Promise<Response> {
  const headers: Record<string, string> = token === null ? {} : {Authorization: token};
  return fetch(`${server.endpoint}job-requests/${query}`, {headers});
}

async function post(body: unknown, token = TOKEN): Promise<number> {
  const headers = {Authorization: token, 'Content-Type': 'application/json'};
  const init = {method: 'POST', headers, body: JSON.stringify(body)};
  return (await fetch(`${server.endpoint}jobs/`, init)).status;
}

describe('the second protocol', () => {
  it('lets the token decide the backend, and refuses an unknown one', async () => {
    server.v2.add({...request('1'), backend: 'emis'});
    server.v2.add(request('2'));
    const answer = (await (await list(TOKEN, '?backend=emis')).json()) as {results: unknown[]};
    expect(answer.results).toHaveLength(1);
    expect((await list('wrong')).status).toBe(401);
    expect(await post([job('x', '2')], 'wrong')).toBe(403);
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
