import {execFileSync, spawn, type ChildProcess} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {transformSync} from 'esbuild';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {everyNth, firstOf, longTest} from '../gateShare';
import {isInstalled} from '../integration/docker/engineWays';
import {type LocalRegistry, localRegistry, noisyImage} from '../integration/docker/localRegistry';
import {pythonStudy, runCli, startCli, writes} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);

/** Stands between a program and the system's clocks. */
const library = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find((path) => existsSync(path));
if (library === undefined)
  console.warn(
    'NOT TESTED: a computer that sleeps; Debian\u2019s package faketime is not installed.',
  );

/** Systems whose clocks stop while they sleep, and others. */
const SYSTEMS = [
  ['where clocks stop meanwhile, as on Linux', '1'],
  ['where they go on, as on macOS and Windows', '0'],
] as const;

/** A computer that sleeps once. */
function computer(dontFakeMonotonic: string): {
  readonly env: Readonly<Record<string, string>>;
  /** Stops a program of this environment, lets eight hours pass, and lets it go on. */
  readonly sleep: (call: {readonly child: ChildProcess}) => Promise<void>;
} {
  const clock = join(mkdtempSync(join(root, 'clock-')), 'clock');
  writeFileSync(clock, '+0');
  return {
    env: {
      LD_PRELOAD: library ?? '',
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: dontFakeMonotonic,
    },
    sleep: async ({child}) => {
      child.kill('SIGSTOP');
      writeFileSync(clock, '+8h');
      await delay(200);
      child.kill('SIGCONT');
    },
  };
}

const root = mkdtempSync(join(tmpdir(), 'study-desk-asleep-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

describe.skipIf(library === undefined)('a computer that sleeps for eight hours amid a run', () => {
  it.each(everyNth(SYSTEMS, 2))(
    'goes on with a job that has a time limit of an hour, %s',
    async (_where, dontFakeMonotonic) => {
      const {env, sleep} = computer(dontFakeMonotonic);
      const go = join(root, `go-${dontFakeMonotonic}`);
      const waits = `print("waiting", flush=True)
begun = time.monotonic()
while not os.path.exists(${JSON.stringify(go)}) and time.monotonic() < begun + 60:
    time.sleep(0.05)
`;
      const dir = pythonStudy({a: [[], `${waits}${writes('a', 'a\n1\n')}`]});
      mkdirSync(join(dir, 'metadata/study-desk'), {recursive: true});
      writeFileSync(
        join(dir, 'metadata/study-desk/overrides.json'),
        JSON.stringify({
          format: 1,
          actions: {a: {memoryBytes: null, cpus: null, timeoutSeconds: 3600}},
        }),
      );
      const at = ['--project-dir', dir, '--executor', 'process', '--json'];
      const call = startCli(['run', 'a', ...at], {env});
      try {
        await call.saw('"text":"waiting"');
        await sleep(call);
        await delay(2000);
        writeFileSync(go, '');
        const end = await call.end;
        expect([end.code, end.json().at(-1)]).toMatchObject([
          0,
          {event: 'finished', succeeded: true},
        ]);
        expect((await runCli(['status', '--exit-code', ...at.slice(0, 2)])).code).toBe(0);
      } finally {
        if (call.child.exitCode === null) call.child.kill('SIGKILL');
        rmSync(dir, {recursive: true, force: true});
      }
    },
  );
});

describe.skipIf(library === undefined)('a wait for a disk on a computer that sleeps', () => {
  longTest('counts the time awake alone, where clocks go on', async () => {
    const {env, sleep} = computer('0');
    const {code} = transformSync(
      readFileSync(join(import.meta.dirname, '../../electron/files/afterAwake.ts'), 'utf8'),
      {loader: 'ts'},
    );
    const script = join(root, 'wait.mjs');
    writeFileSync(
      script,
      `${code}
afterAwake(20_000, () => console.log('out of reach'));
setTimeout(() => console.log('clock went on'), 20_000);
console.log('asked');
`,
    );
    const child = spawn(process.execPath, [script], {env: {...process.env, ...env}});
    let printed = '';
    child.stdout.on('data', (piece: Buffer) => (printed += piece.toString()));
    try {
      await expect.poll(() => printed).toBe('asked\n');
      await sleep({child});
      await expect.poll(() => printed).toContain('clock went on');
      await delay(2000);
      expect(printed).not.toContain('out of reach');
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe.skipIf(library === undefined)('a computer that sleeps amid a search of a log', () => {
  const LINES = 150_000;
  const dir = pythonStudy({
    talk: [[], `for n in range(${LINES}): print("line", n)\n${writes('talk', 'a\n1\n')}`],
  });
  const at = ['--project-dir', dir];
  beforeAll(async () => {
    const run = await runCli(['run', 'talk', '--executor', 'process', ...at]);
    expect(run.code, run.stderr).toBe(0);
  });
  afterAll(() => rmSync(dir, {recursive: true, force: true}));

  it.each(firstOf(SYSTEMS, 0))(
    'finds every line that matches, %s',
    async (_where, dontFakeMonotonic) => {
      // each time it falls asleep over something else
      for (const place of [10_000, 40_000, 70_000]) {
        const {env, sleep} = computer(dontFakeMonotonic);
        const call = startCli(['logs', 'talk', '--grep', '^line \\d*7$', ...at], {env});
        try {
          await call.saw(` line ${place + 7}\n`);
          expect(call.child.exitCode).toBeNull();
          await sleep(call);
          const {code, stdout, stderr} = await call.end;
          expect([code, stderr]).toEqual([0, '']);
          expect(stdout.trimEnd().split('\n')).toHaveLength(LINES / 10);
        } finally {
          if (call.child.exitCode === null) call.child.kill('SIGKILL');
        }
      }
    },
  );
});

const hasRegistry = await isInstalled('docker-registry', '--version');
if (!hasRegistry)
  console.warn('NOT TESTED: a computer that sleeps amid a download; docker-registry is missing.');

describe.skipIf(library === undefined || noEngine || !hasRegistry)(
  'a computer that sleeps amid a download',
  () => {
    const noise = `study-desk-asleep-${process.pid}:v1`;
    const dir = pythonStudy({act: [[], 'print("x")']});
    let registry: LocalRegistry;

    beforeAll(async () => {
      await ensureTestImages();
      await noisyImage(noise, [4]);
      registry = await localRegistry({'core/python:v2': noise});
      execFileSync('docker', ['rmi', noise]);
    }, 900_000);
    afterAll(async () => {
      await registry.close();
      rmSync(dir, {recursive: true, force: true});
    });

    it.each(firstOf([...SYSTEMS].reverse(), 0))(
      'has the whole image when it is over, %s',
      async (_where, dontFakeMonotonic) => {
        const image = `${registry.host}/core/python:v2`;
        registry.slowDownTo(1.5e6);
        const before = registry.servedBytes();
        const {env, sleep} = computer(dontFakeMonotonic);
        const call = startCli(['pull', 'python:v2', '--json', '--project-dir', dir], {
          env: {...env, DOCKER_REGISTRY: `${registry.host}/core`},
        });
        try {
          while (registry.servedBytes() < before + 1e6) await delay(20);
          await sleep(call);
          expect(registry.servedBytes()).toBeLessThan(before + 3e6);
          const end = await call.end;
          expect([end.code, end.json()]).toMatchObject([0, [{image, pulled: true, error: null}]]);
          expect(registry.servedBytes()).toBeGreaterThan(before + 4e6);
          execFileSync('docker', ['image', 'inspect', image]);
        } finally {
          if (call.child.exitCode === null) call.child.kill('SIGKILL');
          execFileSync('docker', ['rmi', '--force', image], {stdio: 'ignore'});
        }
      },
    );
  },
);
