import {readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {longTest} from '../../gateShare';
import {jobContainers, type JobEvent} from '../../queue/engine';
import {jobIdOf, openHosts, openSite, until, type Hosts, type Site} from '../../queue/site';

let hosts: Hosts;

beforeAll(async () => {
  hosts = await openHosts();
});

afterAll(() => hosts.close());

/** Sets up a site of a test's own, and takes it away at the test's end. */
async function atSite(
  env: Readonly<Record<string, string>>,
  test: (site: Site) => Promise<void>,
): Promise<void> {
  const site = await openSite(hosts, env);
  try {
    await test(site);
  } finally {
    await site.close();
  }
}

/** Writes the file that is expected of the action. */
const writes = (name: string): string => `date > output/${name}.csv`;

/** Each has a runner of its own. */
describe.concurrent('a runner', () => {
  it('Q05: refuses what needs a failed action, or runs that again where it is told to', async () => {
    await atSite({}, async (site) => {
      site.start();
      const failing = hosts.study({
        a: {script: 'exit 1'},
        b: {script: writes('b'), needs: ['a']},
      });
      const mended = hosts.study({
        a: {script: writes('a')},
        b: {script: writes('b'), needs: ['a']},
      });
      const first = site.ask({study: failing, actions: ['a']});
      expect(await site.ended(first)).toEqual(['a: failed nonzero_exit']);
      const second = site.ask({study: mended, actions: ['b']});
      expect(await site.ended(second)).toEqual(['__error__: failed']);
      await site.stop();
      site.start({FAILED_DEPENDENCIES: 'rerun'});
      const third = site.ask({study: mended, actions: ['b']});
      expect(await site.ended(third)).toEqual(['a: succeeded', 'b: succeeded']);
    });
  });

  it('Q10: keeps to its capacity, and starts what is heavier than that alone', async () => {
    await atSite({MAX_WORKERS: '3'}, async (site) => {
      const weights: Readonly<Record<string, number>> = {
        heavy: 3,
        huge: 5,
        one: 1,
        two: 1,
        three: 1,
      };
      const file = join(site.root, 'weights.ini');
      await writeFile(file, `[${site.workspace}]\nheavy = 3\nhug. = 5\n.* = 1\n`);
      site.start({JOB_WEIGHTS_FILE: file});
      const study = hosts.study(
        Object.fromEntries(
          Object.keys(weights).map(
            (name) => [name, {script: `sleep 0.7; ${writes(name)}`}] as const,
          ),
        ),
      );
      const request = site.ask({study, actions: ['run_all']});
      expect((await site.ended(request)).every((end) => end.endsWith('succeeded'))).toBe(true);
      const loads = loadsOf(hosts.engine.of(site.workspace), weights);
      expect(Math.max(...loads.filter(({running}) => running > 1).map(({load}) => load))).toBe(3);
      expect(Math.max(...loads.map(({load}) => load))).toBe(5);
    });
  });

  longTest(
    'Q12: goes on with its jobs while the server is away, asks ever more rarely, and tells the end',
    async () => {
      await atSite({POLL_INTERVAL: '0.003'}, async (site) => {
        site.start();
        const study = hosts.study({a: {script: `sleep 2; ${writes('a')}`}});
        const request = site.ask({study, actions: ['a']});
        await site.reaches(request, 'a', 'running');
        const before = site.server.recording.calls.length;
        site.server.faults.next(10, 'drop');
        expect(await site.ended(request, 60_000)).toEqual(['a: succeeded']);
        const calls = site.server.recording.calls.slice(before, before + 40);
        const dropped = calls.filter(({status}) => status === null).map(({at}) => at);
        expect(dropped).toHaveLength(10);
        const waits = dropped.slice(1).map((at, index) => at - (dropped[index] ?? at));
        // five times the interval, and doubled each time; timers may be a moment early
        const short = waits.filter((wait, index) => wait < 5 * 3 * 2 ** index - 5);
        expect(short).toEqual([]);
        // one more list after the last failure, and the first good answer has ended the waiting
        const job = site.job(request, 'a');
        const seconds = Date.parse(job?.completed_at ?? '') - Date.parse(job?.started_at ?? '');
        expect(seconds).toBeLessThan(6000);
        await site.polls(5);
      });
    },
  );

  it('Q13: tells the same once more where the answer was lost', async () => {
    await atSite({}, async (site) => {
      expect((await site.command('flag', 'paused', 'true')).code).toBe(0);
      const study = hosts.study({a: {script: writes('a')}});
      const request = site.ask({study, actions: ['a']});
      site.start();
      await until('it is held back', () =>
        /paused/.test(site.job(request, 'a')?.status_message ?? ''),
      );
      const posts = () => site.server.recording.calls.filter(({method}) => method === 'POST');
      const before = posts().length;
      site.server.faults.next(1, 'store-then-drop', 'POST');
      await until('two posts', () => posts().length >= before + 2);
      const [lost, again] = posts().slice(before);
      expect(lost?.status).toBeNull();
      expect(unchanging(again?.body)).toEqual(unchanging(lost?.body));
      expect((await site.command('flag', 'paused')).code).toBe(0);
      expect(await site.ended(request)).toEqual(['a: succeeded']);
      expect(site.server.v2.jobsOf(request)).toHaveLength(1);
      expect(site.server.v2.jobHistory(jobIdOf(request, 'a'))).not.toContain(null);
    });
  });

  it('Q15: killed while a job executes, or is finalised, runs nothing twice and leaves nothing half-written', async () => {
    await atSite({}, async (site) => {
      site.start();
      const sizes = [31_000_000, 32_000_000, 33_000_000];
      const study = hosts.study({
        a: {
          script: `echo begun; sleep 2.5; ${sizes.map((size, index) => `head -c ${size} /dev/zero > output/${index}.csv`).join('; ')}`,
          outputs: {highly_sensitive: ["'output/*.csv'"]},
        },
      });
      const request = site.ask({study, actions: ['a']});
      await site.reaches(request, 'a', 'running');
      await until('it executes', () => hosts.engine.of(site.workspace).length > 0);
      await delay(300);
      await site.stop('SIGKILL');
      site.start();
      const incoming = join(
        site.high,
        ...['workspaces', site.workspace, 'metadata/study-desk/incoming'],
      );
      await until('its files come', async () =>
        (await readdir(incoming).catch(() => [])).some((name) =>
          name.startsWith(jobIdOf(request, 'a')),
        ),
      );
      await site.stop('SIGKILL');
      // amid it: the container goes last
      expect(await jobContainers(site.workspace)).toHaveLength(1);
      const output = join(site.high, 'workspaces', site.workspace, 'output');
      for (const name of await readdir(output).catch(() => [])) {
        const size = sizes[Number(/^(\d)\.csv$/.exec(name)?.[1])];
        if (size !== undefined) expect((await readFile(join(output, name))).length).toBe(size);
      }
      site.start();
      expect(await site.ended(request)).toEqual(['a: succeeded']);
      const starts = hosts.engine.of(site.workspace).filter(({kind}) => kind === 'start');
      expect(starts).toHaveLength(1);
      expect((await readdir(output)).sort()).toEqual(['0.csv', '1.csv', '2.csv']);
      for (const [index, size] of sizes.entries())
        expect((await readFile(join(output, `${index}.csv`))).equals(Buffer.alloc(size))).toBe(
          true,
        );
    });
  });

  longTest(
    'Q16: gives the same jobs the same ids after the loss of all it knew, and runs none again',
    async () => {
      await atSite({}, async (site) => {
        site.start();
        const study = hosts.study({
          a: {script: writes('a')},
          b: {script: `sleep 4; ${writes('b')}`, needs: ['a']},
          c: {script: writes('c'), needs: ['b']},
        });
        const request = site.ask({study, actions: ['c']});
        await site.reaches(request, 'b', 'running');
        const before = site.server.v2.jobsOf(request).map(({identifier}) => identifier);
        await site.stop('SIGKILL');
        for (const name of await readdir(site.workdir))
          await rm(join(site.workdir, name), {recursive: true, force: true});
        site.start();
        expect(await site.ended(request)).toEqual(['a: succeeded', 'b: succeeded', 'c: succeeded']);
        const after = site.server.v2.jobsOf(request).map(({identifier}) => identifier);
        expect([...after].sort()).toEqual([...before].sort());
        for (const id of after) expect(site.server.v2.jobHistory(id)).not.toContain(null);
        const starts = hosts.engine
          .of(site.workspace)
          .filter(({kind}) => kind === 'start')
          .map(({action}) => action);
        expect(starts).toEqual(['a', 'b', 'c']);
      });
    },
  );

  it('Q18: ends what takes too long, and has its place free again', async () => {
    await atSite({JOB_TIMEOUT: '2', MAX_WORKERS: '1'}, async (site) => {
      site.start();
      const study = hosts.study({
        long: {script: `sleep 300; ${writes('long')}`},
        short: {script: writes('short')},
      });
      const long = site.ask({study, actions: ['long']});
      await site.reaches(long, 'long', 'running');
      const short = site.ask({study, actions: ['short']});
      expect(await site.ended(long, 20_000)).toEqual(['long: failed']);
      expect(site.job(long, 'long')?.status_message).toMatch(/time/i);
      expect(await site.ended(short, 20_000)).toEqual(['short: succeeded']);
      const events = hosts.engine.of(site.workspace);
      expect(events.map(({kind, action}) => `${action} ${kind}`)).toEqual([
        'long start',
        'long die',
        'short start',
        'short die',
      ]);
    });
  });

  it('survives each kind of bad answer, and then tells how its job ended', async () => {
    await atSite({POLL_INTERVAL: '0.005', HTTP_TIMEOUT: '0.5'}, async (site) => {
      const study = hosts.study({a: {script: writes('a')}});
      for (const fault of ['html', 'truncated', 'cut', 'shape', 500, 401, 'hang'] as const) {
        site.server.faults.next(1, fault, 'GET');
        site.server.faults.next(1, fault, 'POST');
      }
      const request = site.ask({study, actions: ['a']});
      site.start();
      expect(await site.ended(request)).toEqual(['a: succeeded']);
      expect(site.server.v2.jobHistory(jobIdOf(request, 'a'))).not.toContain(null);
    });
  });
});

/** The running weight after each event, with how many run. */
function loadsOf(
  events: readonly JobEvent[],
  weights: Readonly<Record<string, number>>,
): readonly {readonly load: number; readonly running: number}[] {
  const running = new Set<string>();
  return events.map(({kind, action}) => {
    if (kind === 'start') running.add(action);
    else running.delete(action);
    const load = [...running].reduce((sum, name) => sum + (weights[name] ?? 0), 0);
    return {load, running: running.size};
  });
}

/** What was told, but for the time of telling. */
function unchanging(body: Buffer | undefined): unknown {
  const jobs = JSON.parse(body?.toString('utf8') ?? '[]') as Record<string, unknown>[];
  return jobs.map((job) => ({...job, updated_at: ''}));
}
