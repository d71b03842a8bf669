import {existsSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, describe, expect, it} from 'vitest';
import {longTest} from '../gateShare';
import {pythonStudy, runCli, startCli, writes} from './runCli';

const folders: string[] = [];
afterAll(() => {
  for (const dir of folders) rmSync(dir, {recursive: true, force: true});
});

/** A study whose only action starts a process that leaves its group, and then waits. */
function leavingStudy(rest: string): string {
  const dir = pythonStudy({
    gen: [
      [],
      `import subprocess
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
print("left", child.pid, flush=True)
${writes('gen', 'a\n1\n')}
${rest}`,
    ],
  });
  folders.push(dir);
  return dir;
}

/** A process that has ended but was not waited for yet does nothing any more. */
function lives(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** The process that the action left, by what it printed. */
async function leftProcess(run: ReturnType<typeof startCli>, dir: string): Promise<number> {
  await run.saw('left ');
  const log = await runCli(['logs', 'gen', '--project-dir', dir]);
  return Number(/left (\d+)/.exec(log.stdout)?.[1]);
}

const RUN = ['run', 'gen', '--executor', 'process', '--project-dir'];

describe.runIf(process.platform === 'linux')('a process that a job left behind', () => {
  it('is ended, with its job, within two seconds of Ctrl-C', async () => {
    const dir = leavingStudy('time.sleep(600)');
    const run = startCli([...RUN, dir, '--json']);
    const pid = await leftProcess(run, dir);
    const begun = Date.now();
    run.child.kill('SIGINT');
    expect((await run.end).code).toBe(130);
    // the end of the command line is in it too
    expect(Date.now() - begun).toBeLessThan(4000);
    expect(lives(pid)).toBe(false);
  });

  longTest('does not hold up the end of its job', async () => {
    const dir = leavingStudy('');
    const run = await runCli([...RUN, dir, '--json']);
    expect(run.code).toBe(0);
    const end = run.json().at(-1) as {jobs: {startedAt: string; completedAt: string}[]}; // checked by what follows
    const [job] = end.jobs;
    expect(Date.parse(job?.completedAt ?? '') - Date.parse(job?.startedAt ?? '')).toBeLessThan(
      6000,
    );
  });

  longTest('is ended at the next start where Study Desk was killed', async () => {
    const dir = leavingStudy('');
    const killed = startCli([...RUN, dir, '--json']);
    const pid = await leftProcess(killed, dir);
    killed.child.kill('SIGKILL');
    await killed.end;
    const again = await runCli(['run', 'gen', '-f', '--executor', 'process', '--project-dir', dir]);
    expect(again.code).toBe(0);
    for (let look = 0; look < 20 && lives(pid); look += 1) await delay(100);
    expect(lives(pid)).toBe(false);
    expect(existsSync(join(dir, 'output/gen.csv'))).toBe(true);
  });
});

describe('Ctrl-C pressed twice', () => {
  it('leaves at once, and what ran counts as stopped by the user', async () => {
    const dir = pythonStudy({
      gen: [
        [],
        'import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint("deaf", os.getpid(), flush=True)\ntime.sleep(600)',
      ],
      use: [['gen'], writes('use', 'a')],
    });
    folders.push(dir);
    const at = ['--project-dir', dir];
    const run = startCli(['run', 'use', '--json', '--executor', 'process', ...at]);
    await run.saw('deaf ');
    run.child.kill('SIGINT');
    await run.saw('Press Ctrl-C again');
    const begun = Date.now();
    run.child.kill('SIGINT');
    const end = await run.end;
    expect(end.code).toBe(130);
    // the command is deaf to the first request for a second
    expect(Date.now() - begun).toBeLessThan(900);
    expect(end.json().at(-1)).toMatchObject({
      event: 'finished',
      cancelled: true,
      jobs: [
        {action: 'gen', statusCode: 'cancelled_by_user'},
        {action: 'use', statusCode: 'not_started'},
      ],
    });
    const status = (await runCli(['status', '--json', ...at])).json();
    expect(JSON.stringify(status)).not.toContain('cut off');
    const [record] = readdirSync(join(dir, 'metadata/study-desk/runs'));
    const stored = readFileSync(
      join(dir, 'metadata/study-desk/runs', record ?? '', 'run.json'),
      'utf8',
    );
    expect(JSON.parse(stored)).toMatchObject({outcome: 'cancelled'});
    const pid = Number(/deaf (\d+)/.exec(end.stdout)?.[1]);
    for (let look = 0; look < 20 && lives(pid); look += 1) await delay(100);
    expect(lives(pid)).toBe(false);
  });
});
