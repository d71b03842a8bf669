import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {testSeed} from '../gateShare';
import {seeded} from '../integration/runs/killPoints';
import {jobContainers} from '../queue/engine';
import {jobIdOf, openHosts, openSite, type Hosts, type Site} from '../queue/site';

/** Fewer for a try: `STUDY_DESK_KILL_POINTS=10`. */
const POINTS = Number(process.env['STUDY_DESK_KILL_POINTS'] ?? 100);
const SEED = testSeed();
/** Lines of an output: a few megabytes, so that some kills fall into its collection. */
const LINES = 120_000;

let hosts: Hosts;
let site: Site;

beforeAll(async () => {
  hosts = await openHosts();
  site = await openSite(hosts);
});

afterAll(async () => {
  await site.close();
  await hosts.close();
});

it(`brings the jobs of a killed runner to their ends, at ${POINTS} random points`, async () => {
  const random = seeded(SEED);
  const script = (name: string): string =>
    `awk 'BEGIN {for (i = 1; i <= ${LINES}; i++) printf "${name}-%012d\\n", i}' > output/${name}.csv`;
  const study = hosts.study({
    a: {script: script('a')},
    b: {script: script('b'), needs: ['a']},
    c: {script: script('c'), needs: ['a']},
  });
  const expected = (name: string): string =>
    Array.from(
      {length: LINES},
      (_none, line) => `${name}-${String(line + 1).padStart(12, '0')}\n`,
    ).join('');
  const actions = ['a', 'b', 'c'];
  /** One request from its arrival to its end; killed after so long, where that is given. */
  const serve = async (point: number, killMs: number | null): Promise<void> => {
    const workspace = `${site.workspace}-${point}`;
    const request = site.ask({study, actions: ['run_all'], workspace});
    site.start();
    if (killMs !== null) {
      await delay(killMs);
      await site.stop('SIGKILL');
      site.start();
    }
    expect(await site.ended(request)).toEqual(actions.map((name) => `${name}: succeeded`));
    await site.stop();
    expect(hosts.engine.executed(workspace), `killed after ${killMs} ms`).toEqual(actions);
    for (const name of actions) {
      expect(site.server.v2.jobHistory(jobIdOf(request, name))).not.toContain(null);
      const output = join(site.high, 'workspaces', workspace, 'output');
      expect((await readdir(output)).sort()).toEqual(actions.map((each) => `${each}.csv`));
      expect((await readFile(join(output, `${name}.csv`), 'utf8')) === expected(name)).toBe(true);
    }
    expect(await jobContainers(workspace)).toEqual([]);
  };
  const begun = Date.now();
  await serve(0, null);
  const wholeMs = Date.now() - begun;
  for (let point = 1; point <= POINTS; point += 1) await serve(point, random() * wholeMs);
  console.log(`${POINTS} kills within ${wholeMs} ms each`);
});
