import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {createCore} from '../../electron/core/createCore';
import {requestFor, USUAL} from '../integration/runs/runToEnd';
import {ensureTestImages} from '../../build/testImages.mjs';
import {everyNth, firstOf, longTest} from '../gateShare';
import {pythonStudy, runCli, startCli, statesOf} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);
const mark = process.pid;
const [made, used] = [`made_${mark}`, `used_${mark}`];
/** So many outputs that a kill comes while they are collected or placed. */
const FILES = 600;

const WRITES = (name: string): string => `version = open("analysis/version.txt").read().strip()
print("at work", flush=True)
time.sleep(1)
open("output/${name}.csv", "w").write("a\\n" + version + "\\n")`;

const PARTS = `
os.makedirs("output/parts", exist_ok=True)
for number in range(${FILES}):
    open(f"output/parts/{number:05d}.txt", "w").write(version)`;

/** Where a run is killed: once the text is seen in what it tells, so many milliseconds later. */
type KillPoint = readonly [name: string, text: string, afterMs: number];
const BEFORE: KillPoint = ['before its start', '"event":"started"', 0];
const RUNNING: KillPoint = ['while it runs', 'at work', 0];
const COLLECTING: KillPoint = ['while its outputs are collected', '"statusCode":"finalizing"', 60];
const PLACING: KillPoint = ['while its outputs are placed', '"statusCode":"finalized"', 8];

describe.skipIf(noEngine)('after a killed run', () => {
  let dir = '';
  let at: readonly string[] = [];
  let version = 100;

  const setVersion = (next: number): void => {
    version = next;
    writeFileSync(join(dir, 'analysis/version.txt'), String(next));
  };

  beforeAll(async () => {
    await ensureTestImages();
    dir = pythonStudy({
      [made]: [[], `${WRITES(made)}${PARTS}`],
      [used]: [[made], WRITES(used)],
    });
    at = ['--project-dir', dir];
    const yaml = join(dir, 'project.yaml');
    const table = `table: output/${made}.csv`;
    const parts = `${table}\n      highly_sensitive:\n        parts: output/parts/*.txt`;
    writeFileSync(yaml, readFileSync(yaml, 'utf8').replace(table, parts));
    setVersion(version);
  }, 900_000);
  beforeEach(async () => {
    expect((await runCli(['run', '--stale', 'run_all', ...at])).code).toBe(0);
  });
  afterAll(() => rmSync(dir, {recursive: true, force: true}));

  const kill = async (args: readonly string[], [, text, after]: KillPoint): Promise<void> => {
    const call = startCli(['run', ...args, '--json', ...at]);
    await call.saw(text);
    await delay(after);
    call.child.kill('SIGKILL');
    await call.end;
    expect(call.child.signalCode).toBe('SIGKILL');
  };

  /** All outputs of the action are of one version, which is answered, and nothing of a run is left anywhere. */
  const versionAlone = (): number => {
    const kept = join(dir, 'metadata/study-desk');
    expect(existsSync(join(kept, 'lock.json'))).toBe(false);
    expect(existsSync(join(kept, 'incoming'))).toBe(false);
    const {studyId} = JSON.parse(readFileSync(join(kept, 'study.json'), 'utf8')) as {
      studyId: string;
    }; // of our own making
    const filter = ['--filter', `label=study-desk.study=${studyId}`];
    expect(execFileSync('docker', ['ps', '-aq', ...filter]).toString()).toBe('');
    expect(readdirSync(join(dir, 'output')).sort()).toEqual(
      [`${made}.csv`, 'parts', `${used}.csv`].sort(),
    );
    const names = readdirSync(join(dir, 'output/parts'));
    expect(names).toHaveLength(FILES);
    const found = readFileSync(join(dir, `output/${made}.csv`), 'utf8').slice(2, 5);
    for (const name of names)
      expect(readFileSync(join(dir, 'output/parts', name), 'utf8')).toBe(found);
    return Number(found);
  };

  /** Runs to a good end at the first try; answers the events. */
  const runWell = async (...args: readonly string[]) => {
    const end = await runCli(['run', ...args, '--json', ...at]);
    expect([end.code, end.json().at(-1)], end.stdout).toMatchObject([
      0,
      {event: 'finished', succeeded: true, error: null},
    ]);
    return end.json();
  };

  it.each(everyNth([COLLECTING, PLACING, BEFORE, RUNNING], 4))(
    'of an up-to-date action, killed %s, run_all collects it though nothing else is to run',
    async (...point) => {
      await kill([made, '-f'], point);
      const events = await runWell('run_all');
      expect(events.filter(({event}) => event === 'finished')).toMatchObject([
        {jobs: [{action: made}]},
        {jobs: []},
      ]);
      expect(versionAlone()).toBe(version);
      const status = await runCli(['status', '--exit-code', ...at]);
      expect([status.code, await runWell('run_all')]).toMatchObject([0, [{jobs: []}]]);
    },
  );

  const requests = [
    [['-f', 'run_all'], PLACING],
    [['--stale', 'run_all'], RUNNING],
    [[made], COLLECTING],
  ] as const;
  // the gate has one of them with the command line's own tests on an engine
  it.each(firstOf(requests, 0))(
    'run %j does at the first try what it was to do: killed %s',
    async (args, point) => {
      setVersion(version + 1);
      await kill(args, point);
      // its job ends while nobody looks
      await delay(3000);
      await runWell(...args);
      expect(versionAlone()).toBe(version);
      await runWell('--stale', 'run_all');
      expect(await statesOf(dir)).toEqual({[made]: 'up-to-date', [used]: 'up-to-date'});
    },
  );

  const commands = [
    [['restore', made], COLLECTING],
    [['mark', made, '--reason', 'known'], RUNNING],
    [['clean'], PLACING],
  ] as const;
  it.each(everyNth(commands, 3))(
    '%j brings it to its end first: killed %s',
    async (args, point) => {
      setVersion(version + 1);
      await kill([made], point);
      // what is put back is what the code of before has made
      if (args[0] === 'restore') setVersion(version - 1);
      const end = await runCli([...args, ...at]);
      expect([end.code, end.stderr]).toEqual([0, expect.stringContaining('cut off')]);
      expect(versionAlone()).toBe(version);
      expect((await statesOf(dir))[made]).toBe('up-to-date');
    },
  );

  longTest(
    'a plan that was made before it is taken up is carried out without what it has done',
    async () => {
      setVersion(version + 1);
      await kill(['--stale', 'run_all'], RUNNING);
      // its job has ended by the time the plan is made, and is not collected yet
      await delay(3000);
      const core = createCore({cacheDir: join(dir, 'metadata/cache')});
      const opened = await core.openStudy(dir, {watch: false});
      if (!opened.ok) throw new Error(opened.error.message);
      try {
        const {plan, runs} = opened.value;
        const request = requestFor({actions: ['run_all'], includeStale: true});
        const prepared = await plan.prepare(request, USUAL);
        if (!prepared.ok) throw new Error(prepared.error.message);
        const ended = new Promise<unknown>((resolve) => {
          opened.value.subscribe((event) => {
            if (event.kind === 'queue-changed' && event.queue[0]?.held)
              resolve(event.queue[0].held);
            if (event.kind !== 'run-event' || event.event.event !== 'finished') return;
            if (event.event.runId === prepared.value.id) resolve(event.event);
          });
        });
        expect(await runs.start({preparedId: prepared.value.id})).toMatchObject({
          value: {kind: 'queued'},
        });
        expect(await ended).toMatchObject({outcome: 'succeeded', jobs: [{action: used}]});
      } finally {
        await opened.value.close();
        await core.close();
      }
      expect(versionAlone()).toBe(version);
    },
  );

  it('give-up --yes leaves the outputs of before, and the next run nothing of it', async () => {
    setVersion(version + 1);
    await kill([made], RUNNING);
    const end = await runCli(['give-up', '--yes', '--json', ...at]);
    expect([end.code, end.json()]).toMatchObject([0, [{actions: [made], givenUp: true}]]);
    expect(readFileSync(join(dir, `output/${made}.csv`), 'utf8')).toBe(`a\n${version - 1}\n`);
    await runWell('--stale', 'run_all');
    expect(versionAlone()).toBe(version);
  });
});
