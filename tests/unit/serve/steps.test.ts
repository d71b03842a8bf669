import {describe, expect, it} from 'vitest';
import {isFinal, type EndCode, type Job} from '../../../shared/job';
import {newEngineJob} from '../../../electron/serve/jobs/carryOut';
import {afterStep, endStep, runningStep, type EndFacts} from '../../../electron/serve/rules/steps';
import {decodeJobPage, earlierJob, endCodeV1, volumeName} from '../../../electron/serve/wire/v1';
import {
  mediumManifest,
  obsoletePaths,
  updatedManifest,
} from '../../../electron/serve/storage/manifest';
import {sameServer, readReply} from '../../../electron/serve/wire/jobServer';
import {servedJob} from './served';

const FACTS: EndFacts = {
  cancelled: false,
  timedOut: false,
  usesDatabase: false,
  imageName: 'python',
};
const ended = (statusCode: EndCode, parts: Partial<Job> = {}): Job => ({
  ...newEngineJob(servedJob(), 'image', 0),
  statusCode,
  message: 'No file matches output/9434765919.csv',
  hint: 'Did the script mean output/9434765919.csv?',
  exitCode: 0,
  ...parts,
});

describe('the end of a job', () => {
  it.each([
    ['succeeded', {}, 'succeeded', 'succeeded'],
    ['nonzero_exit', {}, 'failed', 'nonzero_exit'],
    ['unmatched_patterns', {}, 'failed', 'unmatched_patterns'],
    ['internal_error', {}, 'failed', 'internal_error'],
    ['cut_off', {}, 'failed', 'job_error'],
    ['cancelled_by_user', {cancelled: true}, 'failed', 'cancelled_by_user'],
    ['internal_error', {cancelled: true}, 'failed', 'cancelled_by_user'],
    ['nonzero_exit', {timedOut: true}, 'failed', 'job_error'],
    ['succeeded', {cancelled: true}, 'succeeded', 'succeeded'],
  ] as const)(
    '%s with %j is %s, %s, and quotes nothing of the engine',
    (code, facts, state, told) => {
      const step = endStep(ended(code), {...FACTS, ...facts});
      expect(step).toMatchObject({state, code: told});
      expect(step.message).not.toMatch(/9434765919|[.]csv/);
    },
  );

  it('is not told before it is there', () => {
    expect(() => endStep(newEngineJob(servedJob(), 'i', 0), FACTS)).toThrow('has not ended');
  });

  it('is being recorded until all of it is in its place', () => {
    expect(runningStep(ended('succeeded'))).toMatchObject({state: 'running', code: 'finalizing'});
    expect(isFinal('executing')).toBe(false);
  });
});

describe('a step', () => {
  const running = servedJob({
    state: 'running',
    code: 'executing',
    message: 'x',
    startedAt: 5,
    updatedAt: 10,
  });

  it('notes when a job began and ended, and forgets it where it waits again', () => {
    const end = afterStep(running, {state: 'failed', code: 'job_error', message: 'y'}, 20);
    expect(end).toMatchObject({
      startedAt: 5,
      completedAt: 20,
      updatedAt: 20,
      message: `y (ref os-job-${running.id})`,
    });
    const back = afterStep(running, {state: 'pending', code: 'created', message: 'z'}, 20);
    expect(back).toMatchObject({startedAt: null, completedAt: null});
    const never = afterStep(
      servedJob(),
      {state: 'failed', code: 'dependency_failed', message: 'z'},
      20,
    );
    expect(never).toMatchObject({startedAt: null, completedAt: 20});
  });

  it('that changes nothing touches a job once a minute', () => {
    const same = {state: 'running', code: 'executing', message: 'x'} as const;
    expect(afterStep(running, same, 69)).toBeNull();
    expect(afterStep(running, same, 70)).toMatchObject({updatedAt: 70});
    expect(afterStep({...running, updatedAt: 1000}, same, 70)).toMatchObject({updatedAt: 70});
  });

  it('changes nothing of a job that is over', () => {
    const over = servedJob({state: 'succeeded', code: 'succeeded'});
    expect(
      afterStep(over, {state: 'failed', code: 'cancelled_by_user', message: 'x'}, 9),
    ).toBeNull();
  });
});

describe('the first protocol', () => {
  const wire = (parts: object = {}) => ({
    url: 'http://h/jobs/12/',
    pk: 12,
    backend: 'tpp',
    started: false,
    action_id: 'a',
    status_code: null,
    workspace: {
      id: 3,
      name: 'flu',
      repo: 'https://github.com/opensafely/flu',
      branch: 'main',
      db: 'slice',
    },
    ...parts,
  });
  const job = (parts: object = {}) =>
    decodeJobPage({results: [wire(parts)]}, 'tpp')?.jobs[0] ?? null;
  const NOW = Date.parse('2020-10-02T12:00:00Z');

  it('is read entry by entry', () => {
    const page = decodeJobPage(
      {results: [wire(), wire({pk: 13, workspace: null}), 'x', wire({backend: 'emis'})]},
      'tpp',
    );
    expect(page?.jobs.map(({pk}) => pk)).toEqual([12]);
    expect(page?.malformed).toEqual([
      {pk: 13, fields: ['workspace']},
      {pk: null, fields: ['']},
    ]);
    expect(decodeJobPage('<html>', 'tpp')).toBeNull();
  });

  it.each([
    [{}, 'open'],
    [{started: true, started_at: '2020-10-02T11:00:00Z'}, 'open'],
    [{started: true, started_at: '2020-10-01T11:59:59Z'}, 'stale'],
    [{started: true, started_at: '2020-10-01T12:00:00Z'}, 'open'],
    [{started: true, status_code: 0, completed_at: '2020-10-02T11:00:00Z'}, 'succeeded'],
    [{started: true, status_code: 2, completed_at: '2020-10-02T11:00:00Z'}, 'failed'],
    [{started: true, status_code: 8, completed_at: '2020-10-02T11:00:00Z'}, 'open'],
    [{started: true, status_code: 6, completed_at: '2020-10-02T11:00:00Z'}, 'open'],
  ])('takes an earlier job %j for %s', (parts, before) => {
    expect(earlierJob(job(parts), NOW)).toBe(before);
  });

  it('has a code for each end', () => {
    const code = (parts: object) =>
      endCodeV1({code: 'succeeded', timedOut: false, startedAt: 1, ...parts});
    expect(code({})).toBe(0);
    expect(code({code: 'nonzero_exit'})).toBe(2);
    expect(code({code: 'unmatched_patterns'})).toBe(2);
    expect(code({code: 'dependency_failed'})).toBe(7);
    expect(code({code: 'job_error', timedOut: true})).toBe(-1);
    expect(code({code: 'internal_error'})).toBe(99);
    expect(code({code: 'internal_error', startedAt: null})).toBe(1);
  });

  it('names volumes in plain characters', () => {
    const workspace = {
      name: 'My flu',
      repo: 'https://github.com/opensafely/flu',
      branch: 'main',
      db: 'slice',
    };
    expect(volumeName('tpp', workspace)).toBe(
      'tpp-https-github-com-opensafely-flu-main-slice-y-flu',
    );
  });
});

describe('a manifest', () => {
  const change = {
    job: servedJob({createdBy: 'someone'}),
    endedAt: 9,
    outputs: [
      {path: 'output/m.csv', tier: 'moderately_sensitive', size: 3, sha256: 'aa'},
      {path: 'output/h.csv', tier: 'highly_sensitive', size: 4, sha256: 'bb'},
    ],
    excluded: new Map([['output/m.csv', 'it has a patient_id column']]),
    shapes: new Map([['output/m.csv', {rows: 2, columns: 5}]]),
    obsolete: [],
  } as const;

  it('tells of each output where it came from, and to MEDIUM nothing of what stays in HIGH', () => {
    const whole = updatedManifest(null, change);
    expect(Object.keys(whole.outputs)).toEqual(['output/h.csv', 'output/m.csv']);
    expect(whole.outputs['output/m.csv']).toEqual({
      level: 'moderately_sensitive',
      job_id: change.job.id,
      job_request: 'jr1',
      action: 'a',
      user: 'someone',
      repo: change.job.repoUrl,
      commit: change.job.commit,
      size: 3,
      timestamp: 9,
      content_hash: 'aa',
      excluded: true,
      message: 'it has a patient_id column',
      row_count: 2,
      col_count: 5,
    });
    expect(Object.keys(mediumManifest(whole).outputs)).toEqual(['output/m.csv']);
  });

  it('keeps what other actions made, and not what is obsolete', () => {
    const first = updatedManifest(null, change);
    const next = updatedManifest(first, {...change, outputs: [], obsolete: ['output/h.csv']});
    expect(Object.keys(next.outputs)).toEqual(['output/m.csv']);
  });

  it('has for obsolete what was made before, is not made now, and is not another action\u2019s', () => {
    const found = obsoletePaths(
      ['a.csv', 'B.csv', 'c.csv', 'd.csv'],
      ['a.csv', 'b.csv'],
      new Set(['c.csv']),
    );
    expect(found).toEqual(['d.csv']);
  });
});

describe('what a server answers', () => {
  it.each([
    [200, '{"a":1}', 'ok'],
    [201, '[]', 'ok'],
    [200, '<html>', 'down'],
    [200, '{"results": [', 'down'],
    [200, null, 'down'],
    [302, '', 'down'],
    [400, '{}', 'refused'],
    [404, '', 'refused'],
    [401, '', 'denied'],
    [403, '', 'denied'],
    [429, '', 'down'],
    [500, '{}', 'down'],
    [503, '', 'down'],
  ] as const)('%i with %j is %s', (status, text, kind) => {
    expect(readReply(status, text).kind).toBe(kind);
  });

  it('may lead to its own next page and nowhere else', () => {
    const base = 'https://jobs.example/api/v2/';
    expect(sameServer(base, `${base}job-requests/?page=2`)).toBe(`${base}job-requests/?page=2`);
    expect(sameServer(base, 'http://jobs.example/api/v2/x')).toBe(`${base}x`);
    expect(sameServer(base, 'https://evil.example/api/v2/x')).toBeNull();
    expect(sameServer(base, 'https://jobs.example/other')).toBeNull();
  });
});
