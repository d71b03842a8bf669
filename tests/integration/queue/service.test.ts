import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {longTest} from '../../gateShare';
import {jobContainers} from '../../queue/engine';
import {jobIdOf, openHosts, openSite, until, type Hosts, type Site} from '../../queue/site';

let hosts: Hosts;

beforeAll(async () => {
  hosts = await openHosts();
});

afterAll(() => hosts.close());

async function atSite(
  test: (site: Site) => Promise<void>,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const site = await openSite(hosts, env);
  try {
    await test(site);
  } finally {
    await site.close();
  }
}

const LINE = /^\{.*"time":.*"level":.*"event":.*\}$/;

describe.concurrent('study-desk serve', () => {
  it('ends at SIGTERM with 0, leaves its job running, and takes it up at the next start', async () => {
    await atSite(async (site) => {
      const call = site.start();
      const study = hosts.study({a: {script: 'sleep 3; date > output/a.csv'}});
      const request = site.ask({study, actions: ['a']});
      await site.reaches(request, 'a', 'running');
      await until('it executes', () => hosts.engine.of(site.workspace).length > 0);
      // one runner serves a backend: another one says so, and leaves the first alone
      const second = await site.start({}, '--once').end;
      expect(second.code).toBe(1);
      expect(second.stderr).toMatch(/Another runner serves the backend tpp/);
      call.child.kill('SIGTERM');
      const end = await call.end;
      expect(end.code).toBe(0);
      const lines = end.stdout.split('\n').filter((line) => line !== '');
      expect(lines.length).toBeGreaterThan(1);
      expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
      site.start();
      expect(await site.ended(request)).toEqual(['a: succeeded']);
      const starts = hosts.engine.of(site.workspace).filter(({kind}) => kind === 'start');
      expect(starts).toHaveLength(1);
    });
  });

  it('with --once does what one poll brought, and says by its code whether it could', async () => {
    await atSite(async (site) => {
      const study = hosts.study({
        a: {script: 'date > output/a.csv'},
        b: {script: 'exit 1'},
      });
      const request = site.ask({study, actions: ['a', 'b']});
      expect((await site.start({}, '--once').end).code).toBe(0);
      expect(await site.ended(request)).toEqual(['a: succeeded', 'b: failed nonzero_exit']);
      site.server.faults.next(100, 'drop');
      expect((await site.start({}, '--once').end).code).toBe(1);
      expect((await site.start({JOB_SERVER_TOKEN: ''}, '--once').end).code).toBe(2);
    });
  });

  it('refuses storage folders that are missing, the same, or one within the other', async () => {
    await atSite(async (site) => {
      const inside = join(site.high, 'medium');
      await mkdir(inside);
      for (const folder of [site.high, inside, join(site.root, 'none')]) {
        const end = await site.start({MEDIUM_PRIVACY_STORAGE_BASE: folder}, '--once').end;
        expect(end.code).toBe(2);
        expect(end.stderr).toContain('MEDIUM_PRIVACY_STORAGE_BASE');
      }
      expect(site.server.recording.calls).toEqual([]);
    });
  });

  longTest(
    'puts jobs that count as running back on demand, but never beside a runner of that backend',
    async () => {
      await atSite(async (site) => {
        site.start();
        const study = hosts.study({a: {script: 'sleep 8; date > output/a.csv'}});
        const request = site.ask({study, actions: ['a']});
        await site.reaches(request, 'a', 'running');
        const started = () =>
          hosts.engine.of(site.workspace).filter(({kind}) => kind === 'start').length;
        await until('it executes', () => started() === 1);
        // a state elsewhere does not make its containers another's
        for (const more of [{}, {WORKDIR: join(site.root, 'elsewhere')}]) {
          const refused = await site.start(more, 'reset-running').end;
          expect(refused.code).toBe(1);
          expect(refused.stderr).toContain('Another runner serves the backend tpp');
        }
        expect(await jobContainers(site.workspace)).toHaveLength(1);
        await site.stop('SIGKILL');
        const reset = await site.command('reset-running', '--json');
        expect(reset).toMatchObject({code: 0});
        expect(reset.json()).toEqual([{reset: 1}]);
        expect(await jobContainers(site.workspace)).toEqual([]);
        expect((await site.command('reset-running')).stdout).toContain('0 running jobs put back');
        site.start();
        expect(await site.ended(request)).toEqual(['a: succeeded']);
        expect(started()).toBe(2);
        const states = site.server.v2.jobHistory(jobIdOf(request, 'a')).map((job) => job?.status);
        expect(states).toContain('pending');
        expect(states.at(-1)).toBe('succeeded');
      });
    },
  );

  longTest(
    'takes jobs off a database that is being worked on, and runs them once it is back',
    async () => {
      await atSite(
        async (site) => {
          site.start();
          const study = hosts.study({
            extract: {
              script: 'sleep 3; date > output/extract.csv',
              run: 'ehrql:v1 generate-dataset analysis/extract.sh --output output/extract.csv',
            },
            other: {script: 'date > output/other.csv'},
          });
          const request = site.ask({study, actions: ['extract']});
          await site.reaches(request, 'extract', 'running');
          const starts = () => hosts.engine.of(site.workspace).filter(({kind}) => kind === 'start');
          await until('it executes', () => starts().length === 1);
          expect((await site.command('flag', 'mode', 'db-maintenance')).code).toBe(0);
          expect((await site.reaches(request, 'extract', 'pending')).status_message).toBe(
            'Waiting for database to finish maintenance',
          );
          expect(await jobContainers(site.workspace)).toEqual([]);
          // what needs no database goes on
          expect(await site.ended(site.ask({study, actions: ['other']}))).toEqual([
            'other: succeeded',
          ]);
          expect(site.job(request, 'extract')).toMatchObject({status: 'pending', started_at: null});
          expect((await site.command('flag', 'mode')).code).toBe(0);
          expect(await site.ended(request)).toEqual(['extract: succeeded']);
          expect(starts().map(({action}) => action)).toEqual(['extract', 'other', 'extract']);
        },
        {DATABASE_NETWORK: 'none'},
      );
    },
  );

  it('holds jobs back while it is paused, and tells how things stand', async () => {
    await atSite(async (site) => {
      const call = site.start({}, '--listen', '0');
      await call.saw('"listening"');
      const port = /"event":"listening","port":(\d+)/.exec(site.printed())?.[1] ?? '';
      expect((await site.command('flag', 'paused', 'true')).code).toBe(0);
      const study = hosts.study({a: {script: 'date > output/a.csv'}});
      const request = site.ask({study, actions: ['a']});
      await site.reaches(request, 'a', 'pending');
      await site.polls(3);
      expect(site.job(request, 'a')?.status).toBe('pending');
      const health = await fetch(`http://127.0.0.1:${port}/healthz`);
      expect(health.status).toBe(200);
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(metrics).toContain('study_desk_jobs{state="pending"} 1\n');
      expect(metrics).toContain('study_desk_paused 1\n');
      const status = await site.command('status');
      expect(status.code).toBe(0);
      expect(status.stdout).toContain('paused');
      expect(status.stdout).toContain(jobIdOf(request, 'a'));
      expect((await site.command('flag', 'paused')).code).toBe(0);
      expect(await site.ended(request)).toEqual(['a: succeeded']);
      const calls = site.server.recording.calls;
      const modes = calls.map((call) => site.server.recording.header(call, 'current-mode'));
      expect(modes).toContain('None');
      expect(calls.every((call) => site.server.recording.header(call, 'flags') !== null)).toBe(
        true,
      );
    });
  });
});
