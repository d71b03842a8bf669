import {readFile, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {longTest} from '../../gateShare';
import {BASIC, type JobServer} from '../../queue/jobServer/jobServer';
import {openHosts, openSite, until, type Hosts, type Site, type Study} from '../../queue/site';

let hosts: Hosts;

beforeAll(async () => {
  hosts = await openHosts();
});

afterAll(() => hosts.close());

async function atSite(
  v1: Parameters<typeof openSite>[2],
  test: (site: Site) => Promise<void>,
): Promise<void> {
  const database = (name: string): string => `mssql://reader:pass-${name}@db:5000/${name}`;
  const site = await openSite(
    hosts,
    {
      QUEUE_USER: BASIC.user,
      QUEUE_PASS: BASIC.password,
      FULL_DATABASE_URL: database('full'),
      SLICE_DATABASE_URL: database('slice'),
      DUMMY_DATABASE_URL: database('dummy'),
      POLL_INTERVAL: '0.1',
    },
    v1,
  );
  try {
    start(site);
    await test(site);
  } finally {
    await site.close();
  }
}

function start(site: Site): void {
  site.start({JOB_SERVER_ENDPOINT: site.server.endpointV1}, '--protocol', 'v1');
}

/** Adds a workspace of this study; answers its id. */
function workspaceOf(site: Site, study: Study): number {
  return site.server.v1.addWorkspace({
    name: site.workspace,
    repo: study.repo,
    branch: 'main',
    db: 'slice',
  });
}

const over = (server: JobServer, pk: number) =>
  until(`job ${pk} completes`, () => server.v1.job(pk).completed_at !== null);

/** Bodies of a kind of call, in order. */
function bodies(site: Site, method: string): readonly Readonly<Record<string, unknown>>[] {
  return site.server.recording.calls
    .filter((call) => call.method === method)
    .map(({body}) => JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>>);
}

const CHAIN = {
  a: {script: 'echo 1 > output/a.csv'},
  b: {script: 'cat output/a.csv > output/b.csv', needs: ['a']},
};

describe.concurrent('the first protocol', () => {
  it('Q09: pushes what is missing, postpones, and runs it once that is there', async () => {
    await atSite({}, async (site) => {
      const workspace_id = workspaceOf(site, hosts.study(CHAIN));
      const {v1} = site.server;
      const pk = v1.addJob({action_id: 'b', backend: 'tpp', workspace_id});
      await over(site.server, pk);
      expect(v1.job(pk).status_code).toBe(0);
      const pushed = bodies(site, 'POST');
      expect(pushed).toHaveLength(1);
      expect(Object.keys(pushed[0] ?? {}).sort()).toEqual([
        ...['action_id', 'backend', 'force_run', 'force_run_dependencies', 'needed_by_id'],
        ...['workspace_id'],
      ]);
      expect(pushed[0]).toMatchObject({action_id: 'a', backend: 'tpp', workspace_id});
      const patches = bodies(site, 'PATCH');
      expect(patches).toContainEqual({started: true});
      expect(patches).toContainEqual(
        expect.objectContaining({status_code: 8, started: false}) as object,
      );
      expect(v1.job(pk).outputs).toEqual([{location: 'b/o0'}]);
      expect(v1.jobs().map(({action_id, status_code}) => [action_id, status_code])).toEqual([
        ['b', 0],
        ['a', 0],
      ]);
      // what has its output already is not run
      const again = v1.addJob({action_id: 'b', backend: 'tpp', workspace_id});
      await over(site.server, again);
      expect(v1.job(again).status_code).toBe(0);
      expect(v1.jobs()).toHaveLength(3);
      const volumes = await readdir(site.high);
      const [volume = ''] = volumes.filter((name) => name.startsWith('tpp-'));
      expect(await readFile(join(site.high, volume, 'b/o0/output/b.csv'), 'utf8')).toBe('1\n');
    });
  });

  it('fails a job whose dependency failed, with codes and a reference, and nothing of what was printed', async () => {
    await atSite({}, async (site) => {
      const said = 'NHS 943 476 5919';
      const study = hosts.study({...CHAIN, a: {script: `echo ${said}; exit 3`}});
      const workspace_id = workspaceOf(site, study);
      const {v1} = site.server;
      const pk = v1.addJob({action_id: 'b', backend: 'tpp', workspace_id});
      await over(site.server, pk);
      expect(v1.jobs().map(({status_code}) => status_code)).toEqual([7, 2]);
      for (const job of v1.jobs()) expect(job.status_message).toContain(`job#${job.pk}`);
      site.server.recording.assertNeverSeen(said);
      const none = v1.addJob({action_id: 'nothing', backend: 'tpp', workspace_id});
      await over(site.server, none);
      expect(v1.job(none).status_code).toBe(9);
    });
  });

  longTest(
    'is not misled by a server that completes a job as soon as it is claimed again',
    async () => {
      await atSite({v1: {completesOnReclaim: true, ignoresWorkspaceId: true}}, async (site) => {
        const {v1} = site.server;
        const other = hosts.study({a: {script: 'echo 2 > output/a.csv'}});
        const elsewhere = v1.addWorkspace({
          name: `${site.workspace}-other`,
          repo: other.repo,
          branch: 'main',
          db: 'slice',
        });
        // done in another workspace, which the server would give as this one's
        const first = v1.addJob({action_id: 'a', backend: 'tpp', workspace_id: elsewhere});
        await over(site.server, first);
        const study = hosts.study({
          ...CHAIN,
          a: {script: 'sleep 1; echo 1 > output/a.csv'},
          c: {script: 'cat output/b.csv > output/c.csv', needs: ['b']},
        });
        const workspace_id = workspaceOf(site, study);
        const pk = v1.addJob({action_id: 'c', backend: 'tpp', workspace_id});
        await until('c succeeds', () => v1.job(pk).status_code === 0);
        const codes = v1.jobs().map(({action_id, status_code}) => `${action_id} ${status_code}`);
        expect(codes.sort()).toEqual(['a 0', 'a 0', 'b 0', 'c 0']);
      });
    },
  );

  it('takes up what it had claimed after the loss of all it knew, and runs nothing twice', async () => {
    await atSite({}, async (site) => {
      const study = hosts.study({a: {script: 'sleep 3; echo 1 > output/a.csv'}});
      const {v1} = site.server;
      const pk = v1.addJob({
        action_id: 'a',
        backend: 'tpp',
        workspace_id: workspaceOf(site, study),
      });
      // the engine knows a workspace by its whole name of this protocol
      const volume = `tpp-${study.repo}-main-slice-${site.workspace}`.replace(/[^0-9a-z]+/g, '-');
      const starts = () => hosts.engine.of(volume).filter(({kind}) => kind === 'start');
      await until('it executes', () => starts().length === 1);
      await site.stop('SIGKILL');
      for (const name of await readdir(site.workdir))
        await rm(join(site.workdir, name), {recursive: true, force: true});
      start(site);
      await over(site.server, pk);
      expect(v1.job(pk)).toMatchObject({status_code: 0, outputs: [{location: 'a/o0'}]});
      expect(starts()).toHaveLength(1);
    });
  });

  longTest('tells what it could not tell at once later, in order', async () => {
    await atSite({}, async (site) => {
      const workspace_id = workspaceOf(
        site,
        hosts.study({a: {script: 'sleep 1; echo 1 > output/a.csv'}}),
      );
      const {v1} = site.server;
      const pk = v1.addJob({action_id: 'a', backend: 'tpp', workspace_id});
      await until('it is claimed', () => v1.job(pk).started);
      site.server.faults.next(3, 503, 'PATCH');
      await over(site.server, pk);
      expect(v1.job(pk)).toMatchObject({status_code: 0, outputs: [{location: 'a/o0'}]});
    });
  });
});
