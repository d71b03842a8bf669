import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, describe, expect, it} from 'vitest';
import {pythonStudy, runCli, startCli, writes} from './runCli';

/** Stands between a program and the system's clocks. */
const library = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find((path) => existsSync(path));
if (library === undefined)
  console.warn(
    'NOT TESTED: a computer that sleeps; Debian\u2019s package faketime is not installed.',
  );

describe.skipIf(library === undefined)('a computer that sleeps for eight hours amid a run', () => {
  const root = mkdtempSync(join(tmpdir(), 'study-desk-asleep-'));
  afterAll(() => rmSync(root, {recursive: true, force: true}));

  it.each([
    ['where clocks stop meanwhile, as on Linux', '1'],
    ['where they go on, as on macOS and Windows', '0'],
  ])(
    'goes on with a job that has a time limit of an hour, %s',
    async (_where, dontFakeMonotonic) => {
      const go = join(root, `go-${dontFakeMonotonic}`);
      const clock = join(root, `clock-${dontFakeMonotonic}`);
      writeFileSync(clock, '+0');
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
      const call = startCli(['run', 'a', ...at], {
        env: {
          LD_PRELOAD: library ?? '',
          FAKETIME_TIMESTAMP_FILE: clock,
          FAKETIME_NO_CACHE: '1',
          FAKETIME_DONT_FAKE_MONOTONIC: dontFakeMonotonic,
        },
      });
      try {
        await call.saw('"text":"waiting"');
        call.child.kill('SIGSTOP');
        writeFileSync(clock, '+8h');
        call.child.kill('SIGCONT');
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
