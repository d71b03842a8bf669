import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {
  protocolOf,
  readServeConfig,
  type Environment,
  type Protocol,
} from '../../../electron/serve/config';
import {isBranchName, readRepositoryAddress} from '../../../electron/serve/rules/repositoryAddress';

const ENV: Environment = {
  BACKEND: 'tpp',
  JOB_SERVER_TOKEN: 'token-of-tpp',
  HIGH_PRIVACY_STORAGE_BASE: '/srv/high',
  MEDIUM_PRIVACY_STORAGE_BASE: '/srv/medium',
  WORKDIR: '/srv/work',
};
const URLS = {
  FULL_DATABASE_URL: 'mssql://u:p@h/full',
  SLICE_DATABASE_URL: 'mssql://u:p@h/slice',
  DUMMY_DATABASE_URL: 'mssql://u:p@h/dummy',
};
const V1: Environment = {
  ...ENV,
  ...URLS,
  JOB_SERVER_ENDPOINT: 'http://host/jobs',
  QUEUE_USER: 'u',
  QUEUE_PASS: 'p',
};

const read = (env: Environment, protocol: Protocol = 'v2', cpus = 4) =>
  readServeConfig({...ENV, ...env}, protocol, cpus);
const refused = (env: Environment, protocol: Protocol = 'v2') => {
  const found = read(env, protocol);
  return found.ok ? null : found.error;
};

describe('the settings of a runner', () => {
  it('have defaults', () => {
    expect(read({})).toMatchObject({
      value: {
        backend: 'tpp',
        endpoint: 'https://jobs.opensafely.org/api/v2/',
        dummyDataOnly: false,
        archives: '/srv/high/archives',
        allowedOrgs: ['opensafely'],
        allowLocalRepos: false,
        pollSeconds: 5,
        loopSeconds: 1,
        maxWorkers: 3,
        limits: {cpus: 2, memoryBytes: 4 * 1024 ** 3},
        jobTimeoutSeconds: 86_400,
        httpTimeoutSeconds: 30,
        extendedCodes: false,
        rerunFailedDependencies: false,
        mediumLogs: false,
        databaseNetwork: null,
      },
    });
  });

  it('are for the protocol whose credentials they have; a blank token is none', () => {
    expect(protocolOf(ENV)).toBe('v2');
    expect(protocolOf({...ENV, QUEUE_USER: 'u'})).toBe('v2');
    expect(protocolOf({...V1, JOB_SERVER_TOKEN: ''})).toBe('v1');
    expect(protocolOf({...V1, JOB_SERVER_TOKEN: ' '})).toBe('v1');
    expect(protocolOf({...V1, JOB_SERVER_TOKEN: undefined})).toBe('v1');
    expect(protocolOf({QUEUE_USER: ' '})).toBe('v2');
  });

  it.each([
    ['the rules of serving', () => readFileSync('electron/serve/RULES.md', 'utf8')],
    ['serve --help', () => readFileSync('electron/cli/addServe.ts', 'utf8')],
  ])('are all named in %s', (_where, text) => {
    const asked = new Set<string>();
    const noting = (env: Environment): Environment =>
      new Proxy(env, {
        get: (target, name) => {
          asked.add(String(name));
          return Reflect.get(target, name) as string | undefined;
        },
      });
    const {WORKDIR: _, ...placed} = {...V1, ...ENV};
    for (const protocol of ['v1', 'v2'] as const)
      expect(readServeConfig(noting(placed), protocol, 4).ok).toBe(true);
    expect(asked.size).toBeGreaterThan(30);
    const ofTheSystem = ['LOCALAPPDATA', 'XDG_DATA_HOME'];
    const documented = text();
    expect(
      [...asked].filter((name) => !ofTheSystem.includes(name) && !documented.includes(name)),
    ).toEqual([]);
  });

  it('take blank for not set, and never fewer than one worker', () => {
    const found = read({MAX_WORKERS: ' ', POLL_INTERVAL: ''}, 'v2', 1);
    expect(found).toMatchObject({ok: true, value: {maxWorkers: 1, pollSeconds: 5}});
  });

  it('know a backend of dummy data by its name, unless told otherwise', () => {
    const dummy = (env: Environment) => {
      const found = read(env);
      return found.ok && found.value.dummyDataOnly;
    };
    expect(dummy({BACKEND: undefined})).toBe(true);
    expect(dummy({BACKEND: 'expectations', USING_DUMMY_DATA_BACKEND: 'False'})).toBe(false);
    expect(dummy({USING_DUMMY_DATA_BACKEND: 'true'})).toBe(true);
  });

  it.each([
    [{BACKEND: 'x'}, 'BACKEND'],
    [{BACKEND: '-tpp'}, 'BACKEND'],
    [{BACKEND: 'a/b'}, 'BACKEND'],
    [{JOB_SERVER_TOKEN: ''}, 'JOB_SERVER_TOKEN'],
    [{JOB_SERVER_ENDPOINT: 'ftp://x'}, 'JOB_SERVER_ENDPOINT'],
    [{JOB_SERVER_ENDPOINT: 'https://u:p@x/'}, 'JOB_SERVER_ENDPOINT'],
    [{HIGH_PRIVACY_STORAGE_BASE: ''}, 'HIGH_PRIVACY_STORAGE_BASE'],
    [{MEDIUM_PRIVACY_STORAGE_BASE: 'medium'}, 'MEDIUM_PRIVACY_STORAGE_BASE'],
    [{FULL_DATABASE_URL: 'sql.example without scheme'}, 'FULL_DATABASE_URL'],
    [{GITHUB_PROXY_DOMAIN: 'https://x'}, 'GITHUB_PROXY_DOMAIN'],
    [{ALLOW_LOCAL_GIT_REPOS: 'yes'}, 'ALLOW_LOCAL_GIT_REPOS'],
    [{MEDIUM_PRIVACY_LOGS: '1'}, 'MEDIUM_PRIVACY_LOGS'],
    [{MAX_WORKERS: '0'}, 'MAX_WORKERS'],
    [{MAX_WORKERS: '1.5'}, 'MAX_WORKERS'],
    [{POLL_INTERVAL: '-1'}, 'POLL_INTERVAL'],
    [{DEFAULT_JOB_MEMORY_LIMIT: 'lots'}, 'DEFAULT_JOB_MEMORY_LIMIT'],
    [{STATUS_CODES: 'all'}, 'STATUS_CODES'],
    [{FAILED_DEPENDENCIES: 'maybe'}, 'FAILED_DEPENDENCIES'],
    [{USING_DUMMY_DATA_BACKEND: 'maybe'}, 'USING_DUMMY_DATA_BACKEND'],
    [{LOGLEVEL: 'LOUD'}, 'LOGLEVEL'],
    [{PRESTO_TLS_KEY_PATH: '/k'}, 'PRESTO_TLS_CERT_PATH'],
    [{PRESTO_TLS_CERT_PATH: '/c'}, 'PRESTO_TLS_KEY_PATH'],
  ])('refuse %j by the name %s, and never tell the value', (env, name) => {
    const error = refused(env);
    expect(error?.kind).toBe('invalid-request');
    expect(error?.message).toContain(`The setting ${name} `);
    for (const value of Object.values(env))
      if (value.length > 4) expect(JSON.stringify(error)).not.toContain(value);
  });

  it('of protocol v1 are more', () => {
    expect(read(V1, 'v1')).toMatchObject({
      value: {endpoint: 'http://host/jobs/', basic: {user: 'u', password: 'p'}},
    });
    for (const name of [
      'BACKEND',
      'JOB_SERVER_ENDPOINT',
      'QUEUE_USER',
      'QUEUE_PASS',
      'SLICE_DATABASE_URL',
    ])
      expect(refused({...V1, [name]: ''}, 'v1')?.message).toContain(name);
    expect(
      refused({...V1, USING_DUMMY_DATA_BACKEND: 'true', SLICE_DATABASE_URL: ''}, 'v1'),
    ).toBeNull();
  });
});

describe('the address of a repository', () => {
  const address = (repo: string, local = false) =>
    readRepositoryAddress(repo, ['opensafely', 'other-org'], local);

  it.each([
    'https://github.com/opensafely/flu',
    'https://github.com/opensafely/flu/',
    'https://github.com/opensafely/flu.git',
    'https://github.com/OpenSAFELY/flu',
  ])('%s may be used', (repo) => {
    expect(address(repo)).toMatchObject({ok: true, value: {kind: 'github', name: 'flu'}});
  });

  it.each([
    'http://github.com/opensafely/flu',
    'https://github.com.evil/opensafely/flu',
    'https://github.com:443/opensafely/flu',
    'https://github.com:8443/opensafely/flu',
    'https://user@github.com/opensafely/flu',
    'https://github.com@evil.example/opensafely/flu',
    'https://github.com/opensafely/flu/third',
    'https://github.com/opensafely',
    'https://github.com/someone/flu',
    'https://github.com/opensafely-evil/flu',
    'https://github.com/opensafely/flu?x=1',
    'https://github.com/opensafely/flu#x',
    'https://github.com/opensafely/..',
    'https://github.com/../opensafely/flu',
    'https://github.com//opensafely/flu',
    'https://github.com/opensafely/fl%75',
    'https://github.com/opensafely/flu\n',
    ' https://github.com/opensafely/flu',
    'git@github.com:opensafely/flu',
    'ssh://git@github.com/opensafely/flu',
    'file:///srv/flu',
    '/srv/flu',
    '',
  ])('%j may not', (repo) => {
    expect(address(repo)).toEqual({ok: false, error: {kind: 'repo-not-allowed', repo}});
  });

  it('may be a path of this computer only where that is set', () => {
    expect(address('/srv/flu', true)).toEqual({ok: true, value: {kind: 'local', path: '/srv/flu'}});
    expect(address('srv/flu', true).ok).toBe(false);
  });
});

describe('the name of a branch', () => {
  it.each(['main', 'feature/one', 'a-b_c.d'])('%s can be asked for', (name) => {
    expect(isBranchName(name)).toBe(true);
  });

  it.each([
    '',
    'a b',
    '-x',
    'refs/pull/1/head',
    'a..b',
    'a//b',
    '/a',
    'a/',
    'a.lock',
    '.a',
    'a~1',
    'a^',
    'a:b',
    '@',
    'a@{1}',
    'a\n',
  ])('%j cannot', (name) => expect(isBranchName(name)).toBe(false));
});
