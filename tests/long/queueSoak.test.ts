import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {testSeed} from '../gateShare';
import {seeded} from '../integration/runs/killPoints';
import {jobContainers} from '../queue/engine';
import type {Fault} from '../queue/jobServer/faults';
import {jobIdOf, openHosts, openSite, until, type Hosts, type Site} from '../queue/site';

/** Smaller for a try: `STUDY_DESK_SOAK_REQUESTS=50 STUDY_DESK_SOAK_KILLS=5`. */
const REQUESTS = Number(process.env['STUDY_DESK_SOAK_REQUESTS'] ?? 500);
const KILLS = Number(process.env['STUDY_DESK_SOAK_KILLS'] ?? 20);
const SEED = testSeed();
/** Requests that are under way at a time. */
const AT_ONCE = 24;
/** What no server may ever be sent. */
const SAID = 'NHS 943 476 5919';

const FAULTS: readonly Fault[] = [
  ...(['drop', 'store-then-drop', 'cut', 'truncated', 'html', 'shape', 'hang', 500, 503] as const),
  {delayMs: 400},
  {dripMs: 400},
];

let hosts: Hosts;
let site: Site;

beforeAll(async () => {
  hosts = await openHosts();
  site = await openSite(hosts, {
    MAX_WORKERS: '4',
    HTTP_TIMEOUT: '1',
    POLL_INTERVAL: '0.2',
    JOB_LOOP_INTERVAL: '0.2',
    PRIVATE_REPO_ACCESS_TOKEN: 'git-token-603deb1015ca71be',
  });
});

afterAll(async () => {
  await site.close();
  await hosts.close();
});

/** What the runner's log says of a workspace. */
const linesOf = (workspace: string): string =>
  site
    .printed()
    .split('\n')
    .filter((line) => line.includes(`"${workspace}"`) || line.includes('"started"'))
    .join('\n');

/** Four actions; of every seventh study one fails, and with it what needs it. */
function studyOf(kind: number) {
  const output = (name: string): string =>
    `echo '${SAID}'; awk 'BEGIN {for (i = 1; i <= 500; i++) print "${name}-${kind}-" i}' > output/${name}.csv`;
  return hosts.study({
    a: {script: output('a')},
    b: {script: kind === 6 ? `echo '${SAID}' >&2; exit 3` : output('b'), needs: ['a']},
    c: {script: output('c'), needs: ['a']},
    d: {script: output('d'), needs: ['b', 'c']},
  });
}

it(`serves ${REQUESTS} requests over ${KILLS} kills and many faults: nothing lost, run twice or leaked`, async () => {
  const random = seeded(SEED);
  const studies = Array.from({length: 7}, (_none, kind) => studyOf(kind));
  site.server.faults.always(() =>
    random() < 0.08 ? (FAULTS[Math.floor(random() * FAULTS.length)] ?? null) : null,
  );
  const asked: {readonly id: string; readonly kind: number; readonly workspace: string}[] = [];
  const over = (): number => asked.length - site.server.v2.active().length;
  let finished = false;
  let kills = 0;

  const feed = async (): Promise<void> => {
    while (asked.length < REQUESTS) {
      await until('requests end', () => asked.length - over() < AT_ONCE, 600_000);
      const kind = asked.length % studies.length;
      const study = studies[kind];
      if (study === undefined) throw new Error('No study');
      const workspace = `${site.workspace}-${asked.length}`;
      asked.push({id: site.ask({study, actions: ['run_all'], workspace}), kind, workspace});
      await delay(20);
    }
  };
  const kill = async (): Promise<void> => {
    while (!finished && kills < KILLS) {
      // spread over all of it
      await until('it is time', () => finished || over() >= (kills * REQUESTS) / KILLS, 3_000_000);
      if (finished) return;
      await delay(random() * 4000);
      await site.stop('SIGKILL');
      kills += 1;
      site.start();
    }
  };

  site.start();
  const killing = kill();
  await feed();
  await until('all end', () => site.server.v2.active().length === 0, 3_000_000);
  finished = true;
  await killing;
  await site.stop();
  expect(kills).toBe(KILLS);

  for (const {id, kind, workspace} of asked) {
    const ends = site.server.v2.jobsOf(id).map(({action, status}) => `${action} ${status}`);
    const bad = kind === 6;
    const end = (good: boolean): string => (good ? 'succeeded' : 'failed');
    expect([...ends].sort()).toEqual([
      'a succeeded',
      `b ${end(!bad)}`,
      'c succeeded',
      `d ${end(!bad)}`,
    ]);
    for (const action of ['a', 'b', 'c', 'd'])
      expect(site.server.v2.jobHistory(jobIdOf(id, action))).not.toContain(null);
    expect(
      hosts.engine.executed(workspace),
      `${JSON.stringify(hosts.engine.of(workspace), null, 1)}\n${linesOf(workspace)}`,
    ).toEqual(bad ? ['a', 'b', 'c'] : ['a', 'b', 'c', 'd']);
    const output = join(site.high, 'workspaces', workspace, 'output');
    const made = bad ? ['a', 'c'] : ['a', 'b', 'c', 'd'];
    expect((await readdir(output)).sort()).toEqual(made.map((name) => `${name}.csv`));
    for (const name of made) {
      const lines = Array.from({length: 500}, (_none, line) => `${name}-${kind}-${line + 1}\n`);
      expect(await readFile(join(output, `${name}.csv`), 'utf8')).toBe(lines.join(''));
    }
  }
  site.server.recording.assertNeverSeen(SAID, 'full-pass-2a179f4a', 'git-token-603deb1015ca71be');
  expect(await jobContainers(site.workspace)).toEqual([]);
  console.log(`${REQUESTS} requests, ${REQUESTS * 4} jobs, ${kills} kills`);
});
