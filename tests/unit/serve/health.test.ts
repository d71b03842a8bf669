import {get, type IncomingMessage} from 'node:http';
import {networkInterfaces} from 'node:os';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {
  healthOf,
  metricsOf,
  startHealthServer,
  type HealthFacts,
  type HealthServer,
} from '../../../electron/serve/health';

const facts: HealthFacts = {
  backend: 'tpp',
  lastGoodPoll: 1000,
  now: 1010,
  pollSeconds: 5,
  denied: false,
  jobs: {pending: 1, running: 2, succeeded: 3, failed: 4},
  polls: {good: 5, failed: 6},
  maxWorkers: 2,
  paused: false,
  maintenance: false,
};

describe('health', () => {
  it('is good while polls succeed, and not for long without', () => {
    expect(healthOf(facts)).toEqual({ok: true, problem: null});
    expect(healthOf({...facts, now: 1060}).ok).toBe(true);
    expect(healthOf({...facts, now: 1061}).ok).toBe(false);
    expect(healthOf({...facts, lastGoodPoll: null}).ok).toBe(false);
    expect(healthOf({...facts, denied: true}).problem).toContain('credentials');
  });

  it('is told to Prometheus in lines that it reads', () => {
    const text = metricsOf(facts);
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(
        /^(# (HELP|TYPE) study_desk_\w+ .+|study_desk_\w+(\{\w+="\w+"\})? -?\d+(\.\d+)?)$/,
      );
    expect(text).toContain('study_desk_jobs{state="running"} 2');
    expect(text).toContain('study_desk_up 1');
  });
});

describe('the server of health and metrics', () => {
  let now: HealthFacts;
  let server: HealthServer;
  beforeEach(async () => {
    now = facts;
    server = await startHealthServer(0, () => now);
  });
  afterEach(() => server.close());

  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}${path}`, init);

  it('says by its status whether the runner is well, and why it is not', async () => {
    const well = await ask('/healthz');
    expect(well.status).toBe(200);
    expect(await well.json()).toEqual({status: 'ok', problem: null, backend: 'tpp'});
    now = {...facts, denied: true};
    const denied = await ask('/healthz');
    expect(denied.status).toBe(503);
    expect(await denied.json()).toMatchObject({
      status: 'failing',
      problem: 'the job server does not accept the credentials',
    });
    now = {...facts, lastGoodPoll: null};
    expect((await ask('/healthz')).status).toBe(503);
  });

  it('gives metrics as they are now', async () => {
    const metrics = await ask('/metrics');
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await metrics.text()).toBe(metricsOf(facts));
    now = {...facts, paused: true, jobs: {...facts.jobs, failed: 5}};
    const later = await (await ask('/metrics')).text();
    expect(later).toContain('study_desk_paused 1\n');
    expect(later).toContain('study_desk_jobs{state="failed"} 5\n');
    const head = await ask('/metrics', {method: 'HEAD'});
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('answers nothing else, changes nothing, and is not to be had under another name', async () => {
    expect((await ask('/')).status).toBe(404);
    expect((await ask('/healthz', {method: 'POST'})).status).toBe(405);
    const named = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {host: 'evil.example'};
      get({host: '127.0.0.1', port: server.port, path: '/metrics', headers}, resolve).on(
        'error',
        reject,
      );
    });
    named.resume();
    expect(named.statusCode).toBe(403);
  });

  it('listens on the loopback alone', async (context) => {
    const outer = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .find(({internal, family}) => !internal && family === 'IPv4');
    if (outer === undefined) return context.skip('This computer has no other address');
    await expect(fetch(`http://${outer.address}:${server.port}/healthz`)).rejects.toThrow();
  });
});
