import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {runCli, startCli, statesOf} from '../cli/runCli';
import {startRun, waitForState} from '../window/deskActions';
import {launchDesk, noWindow} from '../window/launchDesk';
import {emptyFolder, projectText, writeStudy} from '../window/windowStudy';

/** How long the process is stopped; more than 60 s is longer than the silent lock of another computer counts. */
const STOPPED_MS = Number(process.env.STUDY_DESK_STOPPED_SECONDS ?? 7) * 1000;

const action = (name: string, ...words: readonly string[]) => ({
  run: [`python:v2 python ${name}.py`, `${name}.txt`, ...words].join(' '),
  outputs: {moderately_sensitive: `${name}.txt`},
});

/** Adds a line to its output, once `go` is there if it waits for that. */
const writing = (name: string): string => `import os, sys, time

while not all(os.path.exists(go) for go in sys.argv[2:]):
    time.sleep(0.1)
open(sys.argv[1], "w").write("${name}\\n")
`;

describe.skipIf(noWindow)('a window whose process is stopped while it runs jobs', () => {
  it(
    'keeps the study, and brings the run to its end once it goes on',
    async () => {
      const go = join(await emptyFolder(), 'go');
      const names = ['hold', 'next', 'later', 'elsewhere'];
      const dir = await writeStudy('stopped-process', {
        'project.yaml': projectText({
          hold: action('hold', go),
          next: action('next'),
          later: action('later'),
          elsewhere: action('elsewhere'),
        }),
        ...Object.fromEntries(names.map((name) => [`${name}.py`, writing(name)])),
      });
      const lock = join(dir, 'metadata/study-desk/lock.json');
      const at = ['--project-dir', dir, '--executor', 'process'];
      const desk = await launchDesk({dir});
      await startRun(desk.page, ['hold', 'next']);
      await startRun(desk.page, ['later']);
      await waitForState(desk.page, 'hold', 'running');

      const held = await readFile(lock, 'utf8');
      const {pid} = JSON.parse(held) as {readonly pid: number};
      expect(pid).toBe(desk.application.process().pid);
      process.kill(pid, 'SIGSTOP');
      const waiting = startCli(['run', 'elsewhere', '--wait', ...at]);
      try {
        await waiting.saw(`process ${pid}`);
        // its first job ends while nobody follows it
        await writeFile(go, '');
        await delay(STOPPED_MS);
        expect(await statesOf(dir)).toMatchObject({hold: 'running', elsewhere: 'never-run'});
        const refused = await runCli(['run', 'elsewhere', '--json', ...at]);
        expect([refused.code, refused.json()]).toMatchObject([
          1,
          [
            {
              error: {
                kind: 'study-busy',
                why: expect.stringContaining(`process ${pid}`) as unknown,
              },
            },
          ],
        ]);
        expect(await readFile(lock, 'utf8')).toBe(held);
        expect(waiting.child.exitCode).toBeNull();
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      for (const name of ['hold', 'next', 'later'])
        await waitForState(desk.page, name, 'up-to-date');
      // whoever waited has its turn, after all of the window's
      expect(await waiting.end).toMatchObject({code: 0});
      await waitForState(desk.page, 'elsewhere', 'up-to-date');
      const written = names.map((name) => readFile(join(dir, `${name}.txt`), 'utf8'));
      expect(await Promise.all(written)).toEqual(names.map((name) => `${name}\n`));
      expect((await runCli(['status', '--exit-code', '--project-dir', dir])).code).toBe(0);
    },
    120_000 + STOPPED_MS,
  );
});
