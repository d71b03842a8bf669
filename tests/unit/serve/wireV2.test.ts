import {describe, expect, it} from 'vitest';
import {decodeRequestPage, encodeJob, encodeJobs, wireTime} from '../../../electron/serve/wire/v2';
import {servedJob, wireRequest} from './served';

describe('a list of requests', () => {
  it('is read with what is optional left out', () => {
    const page = decodeRequestPage({results: [wireRequest({identifier: 7})]}, 'tpp');
    expect(page).toMatchObject({
      value: {
        next: null,
        malformed: [],
        requests: [
          {
            id: '7',
            repoUrl: 'https://github.com/opensafely/flu',
            branch: 'main',
            database: 'full',
            requestedActions: ['run_model'],
            cancelledActions: [],
            forceDependencies: false,
            codelistsOk: true,
            createdBy: null,
          },
        ],
      },
    });
  });

  it('takes the name of the database before the workspace, and keeps what was sent', () => {
    const sent = wireRequest({database_name: 'slice', codelists_ok: false, extra: [1]});
    const page = decodeRequestPage({results: [sent]}, 'tpp');
    expect(page.ok && page.value.requests[0]).toMatchObject({
      database: 'slice',
      codelistsOk: false,
      verbatim: sent,
    });
  });

  it.each([
    ['no hash', {sha: 'main'}, ['sha']],
    ['half a hash', {sha: 'abc123'}, ['sha']],
    ['no list of actions', {requested_actions: 'run_all'}, ['requested_actions']],
    ['no workspace', {workspace: null}, ['workspace']],
    [
      'a repository that is no text',
      {workspace: {name: 'w', repo: 1, branch: 'm'}},
      ['workspace.repo'],
    ],
  ])('sets an entry with %s aside, and reads those beside it', (_, wrong, fields) => {
    const page = decodeRequestPage(
      {
        results: [
          wireRequest({identifier: 'a'}),
          wireRequest({identifier: 'bad', ...wrong}),
          wireRequest({identifier: 'c'}),
        ],
      },
      'tpp',
    );
    expect(page.ok && page.value.requests.map(({id}) => id)).toEqual(['a', 'c']);
    expect(page.ok && page.value.malformed).toEqual([{id: 'bad', fields}]);
  });

  it('tells an entry without a usable id apart', () => {
    const page = decodeRequestPage(
      {results: [null, 3, wireRequest({identifier: 'a\u0000b'})]},
      'tpp',
    );
    expect(page.ok && page.value.malformed.map(({id}) => id)).toEqual([null, null, null]);
  });

  it('leaves requests of other backends alone', () => {
    const page = decodeRequestPage(
      {results: [wireRequest({identifier: 'x', backend: 'emis'}), wireRequest({backend: 'tpp'})]},
      'tpp',
    );
    expect(page.ok && page.value).toMatchObject({elsewhere: ['x'], malformed: []});
    expect(page.ok && page.value.requests).toHaveLength(1);
  });

  it.each([[{}], [[]], [{results: {}}], ['<html>'], [null]])(
    'is none where the reply is %j',
    (body) => expect(decodeRequestPage(body, 'tpp').ok).toBe(false),
  );
});

describe('a job for the server', () => {
  it('has exactly ten fields', () => {
    expect(Object.keys(encodeJob(servedJob(), true)).sort()).toEqual([
      'action',
      'completed_at',
      'created_at',
      'identifier',
      'job_request_id',
      'started_at',
      'status',
      'status_code',
      'status_message',
      'updated_at',
    ]);
  });

  it('tells when it ended, whatever is on record of that: else its request would stay listed', () => {
    for (const state of ['succeeded', 'failed'] as const)
      expect(
        encodeJob(servedJob({state, completedAt: null, updatedAt: 5}), false).completed_at,
      ).toBe('1970-01-01T00:00:05Z');
    expect(encodeJob(servedJob({state: 'running', completedAt: 5}), false).completed_at).toBeNull();
  });

  it('tells the codes that every server knows, and others where it was asked for', () => {
    const codes = [
      'executing',
      'waiting_on_workers',
      'unmatched_patterns',
      'nonzero_exit',
    ] as const;
    const told = (extended: boolean) =>
      codes.map((code) => encodeJob(servedJob({code}), extended).status_code);
    expect(told(false)).toEqual(['', 'waiting_on_workers', '', 'nonzero_exit']);
    expect(told(true)).toEqual(codes);
  });

  it('goes with all others of its request, side by side, each request once', () => {
    const jobs = new Map([
      ['r1', [servedJob({id: 'a', requestId: 'r1'}), servedJob({id: 'b', requestId: 'r1'})]],
      ['r2', [servedJob({id: 'c', requestId: 'r2'})]],
    ]);
    const body = encodeJobs(['r1', 'r2', 'r1'], (id) => jobs.get(id) ?? [], false);
    expect(body.map(({identifier}) => identifier)).toEqual(['a', 'b', 'c']);
  });

  it('has times in whole seconds', () => {
    expect(wireTime(1_654_074_000)).toBe('2022-06-01T09:00:00Z');
  });
});
