import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {createCore} from '../../electron/core/createCore';
import {actionStateOf} from '../../shared/status';
import {ensureTestImages} from '../../build/testImages.mjs';
import {longTest} from '../gateShare';
import {
  plannedFor,
  pythonStudy,
  runCli,
  startCli,
  statesOf,
  writes,
  type CliCall,
  type CliEnd,
} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);

const first = `first_${process.pid}`;
const slow = `slow_${process.pid}`;
const last = `last_${process.pid}`;
const other = `other_${process.pid}`;

/** Waits until `/tmp/go` is there, a minute at most, so that nothing is left behind. */
const WAITS = `import os
print("waiting", flush=True)
begun = time.monotonic()
while not os.path.exists("/tmp/go") and time.monotonic() < begun + 60:
    time.sleep(0.05)
`;

/** Containers of these actions that are still there. */
function containers(): readonly string[] {
  return [first, slow, last, other].flatMap((name) =>
    execFileSync('docker', ['ps', '-aq', '--filter', `label=action=${name}`])
      .toString()
      .split('\n')
      .filter((id) => id !== ''),
  );
}

describe.skipIf(noEngine)('a second command line beside a run', () => {
  const dirs: string[] = [];
  const calls: CliCall[] = [];
  let dir = '';
  let at: readonly string[] = [];

  /** `slow` says that it waits, and does so until it is let go on, before it writes its output. */
  const study = (): void => {
    dir = pythonStudy({
      [first]: [[], writes(first, 'a\n1\n')],
      [slow]: [[first], `${WAITS}${writes(slow, 'b\n1\n')}`],
      [last]: [[slow], writes(last, 'c\n1\n')],
      [other]: [[], writes(other, 'd\n1\n')],
    });
    dirs.push(dir);
    at = ['--project-dir', dir];
  };
  const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}): CliCall => {
    const call = startCli([...args, ...at], {env});
    calls.push(call);
    return call;
  };
  /** Lets `slow` go on, one that is begun again too, and waits for the end of a call. */
  const letGo = async ({end}: CliCall): Promise<CliEnd> => {
    const filter = ['--filter', `label=action=${slow}`, '--filter', 'status=running'];
    const ended = end.then(() => true);
    while (!(await Promise.race([ended, delay(200, false)]))) {
      const running = execFileSync('docker', ['ps', '-q', ...filter])
        .toString()
        .split('\n');
      for (const container of running.filter((id) => id !== ''))
        // it may have ended since
        spawnSync('docker', ['exec', container, 'touch', '/tmp/go']);
    }
    return end;
  };
  /** Cuts a run of `last` off while `slow` runs, as a crash would. */
  const cutOff = async (): Promise<void> => {
    study();
    const call = start(['run', last, '--json']);
    await call.saw('"text":"waiting"');
    call.child.kill('SIGKILL');
    await call.end;
  };

  beforeAll(() => ensureTestImages(), 900_000);
  afterEach(() => {
    for (const {child} of calls.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  });
  afterAll(() => {
    for (const dir of dirs) rmSync(dir, {recursive: true, force: true});
    const left = containers();
    if (left.length > 0) execFileSync('docker', ['rm', '-f', ...left]);
  });

  it('is told who runs, since when and what is to come, and ends with 1', async () => {
    study();
    const running = start(['run', last, '--json']);
    await running.saw('"text":"waiting"');
    expect(await statesOf(dir)).toEqual({
      [first]: 'up-to-date',
      [slow]: 'running',
      [last]: 'waiting',
      [other]: 'never-run',
    });
    expect(await plannedFor(dir, 'status:running')).toEqual([slow]);
    const second = await runCli(['run', other, '--json', ...at]);
    expect(second.code).toBe(1);
    expect(second.json()).toMatchObject([
      {
        event: 'finished',
        error: {
          kind: 'study-busy',
          why: expect.stringMatching(
            `process ${running.child.pid} on this computer, since .*Still to end: ${slow} and ${last}\\.`,
          ) as unknown,
          hint: expect.stringContaining('--wait') as unknown,
        },
      },
    ]);
    expect((await letGo(running)).code).toBe(0);
  });

  it('is shown by an open window as it stands, and taken up there once its process was killed', async () => {
    study();
    const core = createCore({cacheDir: join(dir, 'metadata/cache')});
    const opened = await core.openStudy(dir, {watch: true});
    if (!opened.ok) throw new Error(opened.error.message);
    const {value: open} = opened;
    const states = async (): Promise<Record<string, string>> => {
      const statuses = await open.provenance.statuses();
      return Object.fromEntries(
        statuses.ok ? statuses.value.map((each) => [each.action, actionStateOf(each)]) : [],
      );
    };
    const runs: unknown[] = [];
    open.subscribe((event) => {
      if (event.kind === 'runs-changed') runs.push(event.runs[0]?.outcome);
      if (event.kind === 'run-event' && event.event.event === 'finished') runs.push('finished');
    });
    try {
      const running = start(['run', last, '--json']);
      await running.saw('"text":"waiting"');
      const seen = {[slow]: 'running', [last]: 'waiting', [other]: 'never-run'};
      await expect.poll(states, {timeout: 20_000}).toMatchObject(seen);
      expect(runs.at(-1)).toBeNull();
      running.child.kill('SIGKILL');
      await expect.poll(() => open.runs.active().length, {timeout: 20_000}).toBe(1);
      expect(await states()).toMatchObject({[slow]: 'running', [other]: 'never-run'});
      const ended = new Promise<void>((resolve) => {
        open.subscribe((event) => {
          if (event.kind === 'run-event' && event.event.event === 'finished') resolve();
        });
      });
      await letGo({...running, end: ended.then(() => running.end)});
      await expect.poll(states, {timeout: 20_000}).toMatchObject({[slow]: 'up-to-date'});
    } finally {
      await open.close();
      await core.close();
    }
  });

  longTest(
    'takes the study over from one that hangs, which leaves it all as it is when it wakes',
    async () => {
      study();
      const hanging = start(['run', last, '--json']);
      await hanging.saw('"text":"waiting"');
      hanging.child.kill('SIGSTOP');
      const refused = await runCli(['run', last, '--json', ...at]);
      expect(refused.json()).toMatchObject([
        {error: {kind: 'study-busy', hint: expect.stringContaining('--take-over') as unknown}},
      ]);
      const taking = start(['run', last, '--take-over', '--json']);
      const lock = join(dir, 'metadata/study-desk/lock.json');
      await expect
        .poll(() => readFileSync(lock, 'utf8'), {timeout: 30_000})
        .toContain(`${taking.child.pid}`);
      // it follows the job before long, of which it says nothing
      await delay(3000);
      hanging.child.kill('SIGCONT');
      const woken = await hanging.end;
      expect([woken.code, woken.stderr]).toEqual([1, expect.stringContaining('taken this study')]);
      const taken = await letGo(taking);
      const warnings = taken.json().filter(({level}) => level === 'warning');
      expect([taken.code, warnings]).toEqual([0, []]);
      const log = readFileSync(join(dir, `metadata/${slow}.log`), 'utf8');
      expect(log.match(/ waiting$/gmu)).toHaveLength(1);
      expect(await statesOf(dir)).toMatchObject({
        [first]: 'up-to-date',
        [slow]: 'up-to-date',
        [last]: 'up-to-date',
      });
    },
  );

  it('waits for memory of the engine that a run of another study holds', async () => {
    study();
    const bytes = Number(execFileSync('docker', ['info', '--format', '{{.MemTotal}}']).toString());
    // more than half, so that one fits and two do not
    const memory = ['--memory', `${Math.floor((bytes * 0.6) / 1024 ** 2)}m`, '--json'];
    const running = start(['run', slow, ...memory]);
    await running.saw('"text":"waiting"');
    const second = pythonStudy({[other]: [[], writes(other, 'd\n1\n')]});
    dirs.push(second);
    const waiting = startCli(['run', other, ...memory, '--project-dir', second]);
    calls.push(waiting);
    await waiting.saw('Waiting for memory of the engine, which jobs of another study hold.');
    await delay(2500);
    expect(await statesOf(second)).toEqual({[other]: 'waiting'});
    expect((await letGo(running)).code).toBe(0);
    expect((await waiting.end).code).toBe(0);
  });

  it('waits with --wait, says for whom, and runs what is left to run by then', async () => {
    study();
    const running = start(['run', slow, '--json']);
    await running.saw('"text":"waiting"');
    const second = start(['run', last, '--wait', '--json']);
    await second.saw('Waiting.');
    expect((await letGo(running)).code).toBe(0);
    const ended = await second.end;
    expect(ended.code).toBe(0);
    const [waiting, change, ...events] = ended.json();
    expect(waiting).toMatchObject({
      event: 'notice',
      runId: null,
      message: expect.stringContaining(`process ${running.child.pid}`) as unknown,
    });
    expect(change).toMatchObject({
      event: 'notice',
      message: `The plan has changed while it waited. \`${slow}\` need not run any more.`,
    });
    expect(events[0]).toMatchObject({event: 'started', jobs: [{action: last}]});
    expect(events.at(-1)).toMatchObject({event: 'finished', succeeded: true});
  });

  it('stops waiting with 130 when interrupted, and leaves the run alone', async () => {
    study();
    const running = start(['run', slow, '--json']);
    await running.saw('"text":"waiting"');
    const second = start(['run', other, '--wait', '--json']);
    await second.saw('Waiting.');
    second.child.kill('SIGINT');
    const end = await second.end;
    expect(end.code).toBe(130);
    expect(end.json().at(-1)).toMatchObject({event: 'finished', cancelled: true, jobs: []});
    expect((await letGo(running)).code).toBe(0);
    expect(await statesOf(dir)).toMatchObject({[slow]: 'up-to-date', [other]: 'never-run'});
  });

  longTest('never says that a run which was killed still runs', async () => {
    study();
    const call = start(['run', last, '--json']);
    await call.saw('"text":"waiting"');
    const follow = start(['logs', slow, '-f']);
    await follow.saw('waiting');
    call.child.kill('SIGKILL');
    const log = await follow.end;
    expect([log.code, log.stderr]).toEqual([0, expect.stringContaining('cut off')]);
    expect(await statesOf(dir)).toEqual({
      [first]: 'up-to-date',
      [slow]: 'cut-off',
      [last]: 'not-started',
      [other]: 'never-run',
    });
    const text = await runCli(['status', ...at]);
    expect(text.stdout).toMatch(new RegExp(`^${slow} +Cut off .*the next run`, 'm'));
    expect(await plannedFor(dir, 'status:cut-off')).toEqual([slow]);
    expect(await plannedFor(dir, 'status:not-started')).toEqual([slow, last]);
  });

  longTest(
    'without the engine that a killed run needs ends with 3, and gives it up when told to',
    async () => {
      await cutOff();
      const env = {DOCKER_HOST: 'unix:///nowhere.sock'};
      expect(await statesOf(dir, {env})).toMatchObject({
        [slow]: 'waiting-for-engine',
        [last]: 'not-started',
      });
      const refused = await runCli(['run', other, ...at], {env});
      expect(refused.code).toBe(3);
      expect(refused.stderr).toContain(`${slow} waits for the container engine.`);
      expect(refused.stderr).toContain('study-desk give-up');
      const told = await runCli(['give-up', '--json', ...at], {env});
      expect(told.json()).toMatchObject([{actions: [slow], waitsForEngine: true, givenUp: false}]);
      expect(await statesOf(dir, {env})).toMatchObject({[slow]: 'waiting-for-engine'});
      const given = await runCli(['give-up', '--yes', '--json', ...at], {env});
      expect([given.code, given.json()]).toMatchObject([0, [{actions: [slow], givenUp: true}]]);
      expect(await statesOf(dir, {env})).toMatchObject({[slow]: 'cut-off', [last]: 'not-started'});
      const without = await runCli(['run', other, '--executor', 'process', ...at], {env});
      expect(without.code).toBe(0);
    },
  );

  longTest('leaves what runs of another study alone, which uses the same engine', async () => {
    study();
    const running = start(['run', last, '--json']);
    await running.saw('"text":"waiting"');
    const [theirs, theirPlace] = [dir, at];
    study();
    expect((await runCli(['run', first, ...at])).code).toBe(0);
    const cleaned = await runCli(['clean', '--json', ...at]);
    expect(cleaned.code).toBe(0);
    expect(cleaned.json().filter(({kind}) => kind === 'container')).toEqual([]);
    const found = (await runCli(['doctor', '--json', ...at])).json();
    expect(found.find(({check}) => check === 'run')).toMatchObject({result: 'ok'});
    expect((await statesOf(theirs))[slow]).toBe('running');
    // what they clean up is not what runs here either
    expect((await runCli(['clean', '--dry-run', ...theirPlace])).code).toBe(0);
    expect((await letGo(running)).code).toBe(0);
  });

  longTest('with --wait runs once that engine answers, what was cut off first', async () => {
    await cutOff();
    const socket = join(tmpdir(), `study-desk-cli-${process.pid}.sock`);
    const second = start(['run', other, '--wait', '--json'], {DOCKER_HOST: `unix://${socket}`});
    await second.saw('Waiting.');
    symlinkSync('/var/run/docker.sock', socket);
    const end = await letGo(second);
    rmSync(socket);
    expect(end.code).toBe(0);
    const finished = end.json().filter(({event}) => event === 'finished');
    expect(finished).toMatchObject([
      {jobs: [{action: first}, {action: slow, state: 'succeeded'}, {action: last}]},
      {succeeded: true, jobs: [{action: other, state: 'succeeded'}]},
    ]);
  });
});
