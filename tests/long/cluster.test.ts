import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {noClusterReason, startCluster, type Cluster} from '../../build/cluster.mjs';
import {ensureTestImages} from '../../build/testImages.mjs';
import {
  exported,
  hasSnakemake,
  inFolder,
  leftBy,
  studyOf,
  type TriedAction,
} from '../cli/exportedStudy';
import {runCli, sampleStudy} from '../cli/runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);
const noCluster = await noClusterReason();
if (noCluster !== null) process.stderr.write(`\nNOT TRIED: no cluster. ${noCluster}\n`);
const isPossible = !noEngine && noCluster === null && (await hasSnakemake());

const made: string[] = [];
const writes = (path: string, code = ''): TriedAction => ({
  code: `${code}\nopen("${path}", "w").write("n\\n1\\n")`,
  outputs: {moderately_sensitive: [path]},
});

/** A study as an exported folder for Slurm. */
async function forSlurm(actions: Readonly<Record<string, TriedAction>>) {
  const dir = studyOf(actions);
  const {to, study, said} = await exported(dir, '--profile', 'slurm');
  expect(said.code, said.stderr).toBe(0);
  made.push(dir, to);
  return {dir, to, study};
}

describe.runIf(isPossible)('an exported study on Slurm', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    await ensureTestImages();
    cluster = await startCluster({minJobAge: 5});
  }, 900_000);
  afterAll(async () => {
    await cluster.stop();
    for (const each of made) rmSync(each, {recursive: true, force: true});
  });

  const onCluster = ({env}: Cluster, to: string, ...args: readonly string[]) =>
    inFolder(to, 'snakemake', ['--profile', 'profiles/slurm', '--latency-wait', '5', ...args], env);
  const onSlurm = (to: string, ...args: readonly string[]) => onCluster(cluster, to, ...args);

  it('leaves what `run` leaves: the sample study', async () => {
    const dir = sampleStudy();
    const {to, study} = await exported(dir, '--profile', 'slurm');
    made.push(dir, to);
    const there = await onSlurm(to);
    expect(there.code, there.text).toBe(0);
    await runCli(['run', 'run_all', '--project-dir', dir]);
    expect(await leftBy(study)).toEqual(await leftBy(dir));
    expect((await runCli(['status', '--exit-code', '--project-dir', study])).code).toBe(0);
  }, 300_000);

  const failingBranch = async (its: Cluster) => {
    const {dir, to, study} = await forSlurm({
      good: writes('output/good.csv'),
      bad: {...writes('output/bad.csv'), code: 'print("no")\nsys.exit(3)'},
      after_bad: {...writes('output/after.csv'), needs: ['bad']},
      after_good: {...writes('output/more.csv'), needs: ['good']},
      mistyped: {...writes('output/x.csv'), outputs: {moderately_sensitive: ['output/y.csv']}},
      large: writes('output/large.csv', 'held = [b"x" * 10**7 for _ in range(100)]'),
    });
    await runCli(['limits', 'large', '--memory', '64m', '--project-dir', dir]);
    await runCli(['export', 'snakemake', '--to', to, '--profile', 'slurm', '--project-dir', dir]);
    const there = await onCluster(its, to);
    expect(there.code, there.text).toBe(1);
    expect(there.text).toContain('2 of 6 actions have succeeded.');
    await runCli(['run', 'run_all', '--continue-on-error', '--project-dir', dir]);
    expect(await leftBy(study)).toEqual(await leftBy(dir));
  };
  it(
    'leaves what `run` leaves: a study with a failing branch',
    () => failingBranch(cluster),
    300_000,
  );

  it('leaves the same where there is no sacct', async () => {
    const its = await startCluster({minJobAge: 5, hasAccounting: false});
    try {
      await failingBranch(its);
    } finally {
      await its.stop();
    }
  }, 300_000);

  /** A study of an action that takes its time over two outputs, and one that needs it. */
  const slowStudy = (seconds: number, text: string, size = 1) => ({
    slow: {
      code: `import time\nprint("at work", flush=True)\ntime.sleep(${seconds})\nfor n in "12": open("output/%s.txt" % n, "w").write("${text}" * ${size})`,
      outputs: {moderately_sensitive: ['output/*.txt']},
    },
    next: {...writes('out/next.csv', 'os.mkdir("out")'), needs: ['slow']},
  });

  /** An export whose action `slow` has good outputs of a run before, and will take so many seconds to make new ones. */
  const withGoodOutputs = async (seconds: number) => {
    const first = await forSlurm(slowStudy(0, 'old'));
    const ended = await onSlurm(first.to);
    expect(ended.code, ended.text).toBe(0);
    const {slow} = slowStudy(seconds, 'new');
    writeFileSync(join(first.dir, 'analysis/slow.py'), `import os, sys\n${slow.code}\n`);
    const args = ['--to', first.to, '--profile', 'slurm', '--project-dir', first.dir];
    const again = await runCli(['export', 'snakemake', ...args]);
    expect(again.code, again.stderr).toBe(0);
    return first;
  };
  const outputsOf = (study: string) =>
    readdirSync(join(study, 'output'))
      .filter((name) => name !== '.gitkeep')
      .sort()
      .map((name) => `${name} ${readFileSync(join(study, 'output', name), 'utf8').slice(0, 3)}`);
  const OLD = ['1.txt old', '2.txt old'];
  const NEW = ['1.txt new', '2.txt new'];

  const slurm = async (program: string, ...args: readonly string[]) =>
    (await inFolder('/', program, args, cluster.env)).text.trim();
  /** Begins a run; goes on once the container of `slow` runs, with the job's number and node. */
  const untilAtWork = async (to: string, ...args: readonly string[]) => {
    const ended = onSlurm(to, ...args);
    const asked = ['--noheader', '--states=RUNNING', '--name=run_slow_py', '--format=%i %N'];
    await expect
      .poll(() => slurm('squeue', ...asked), {timeout: 60_000, interval: 300})
      .toMatch(/^\d+ n\d$/u);
    const [job = '', node = ''] = (await slurm('squeue', ...asked)).split(' ');
    const log = join(to, 'work/slow/log');
    await expect
      .poll(() => existsSync(log) && readFileSync(log, 'utf8'), {timeout: 60_000, interval: 300})
      .toContain('at work');
    expect(outputsOf(join(to, 'study'))).toEqual(OLD);
    return {ended, job, node};
  };
  const endsWell = async (ended: ReturnType<typeof onSlurm>, study: string) => {
    const {code, text} = await ended;
    expect(code, text).toBe(0);
    expect(outputsOf(study)).toEqual(NEW);
    expect((await runCli(['status', '--exit-code', '--project-dir', study])).code).toBe(0);
  };
  const saysWhatIsLeft = async (ended: ReturnType<typeof onSlurm>, study: string) => {
    const {code, text} = await ended;
    expect(code, text).toBe(1);
    expect(text).toContain('Left to do: next, slow. The same command goes on from here.');
    expect(outputsOf(study)).toEqual(OLD);
  };

  it('runs a job again whose node was killed', async () => {
    const {to, study} = await withGoodOutputs(8);
    const {ended, node} = await untilAtWork(to);
    await cluster.killNode(node);
    expect(outputsOf(study)).toEqual(OLD);
    await endsWell(ended, study);
    cluster.startNode(node);
  }, 300_000);

  it('goes on where the controller was away while a job ended', async () => {
    const {to, study} = await withGoodOutputs(8);
    const {ended} = await untilAtWork(to);
    await cluster.stopController();
    await expect.poll(() => outputsOf(study), {timeout: 60_000}).toEqual(NEW);
    await delay(12_000);
    cluster.startController();
    await endsWell(ended, study);
  }, 300_000);

  it('says what is left where a job took more time than the cluster gave it', async () => {
    const {to, study} = await withGoodOutputs(200);
    const {ended, job} = await untilAtWork(to, '--restart-times', '0');
    // a minute is the least that Slurm knows
    await slurm('scontrol', 'update', `JobId=${job}`, 'TimeLimit=1');
    await saysWhatIsLeft(ended, study);
    expect(readFileSync(join(to, `logs/${job}.log`), 'utf8')).toContain('DUE TO TIME LIMIT');
  }, 300_000);

  it('says what is left where a job was cancelled from outside, and goes on when it is called again', async () => {
    const {to, study} = await withGoodOutputs(20);
    const {ended, job} = await untilAtWork(to, '--restart-times', '0');
    await slurm('scancel', job);
    await saysWhatIsLeft(ended, study);
    await endsWell(onSlurm(to), study);
  }, 300_000);

  it.runIf(process.getuid?.() === 0)(
    'keeps good outputs where the disk is full',
    async () => {
      const {dir, to} = await withGoodOutputs(0);
      const {slow} = slowStudy(0, 'new', 10 ** 6);
      writeFileSync(join(dir, 'analysis/slow.py'), `import os, sys\n${slow.code}\n`);
      const small = mkdtempSync(join(tmpdir(), 'study-desk-small-'));
      made.push(small);
      const mounted = await inFolder('/', 'mount', [
        '-t',
        'tmpfs',
        '-o',
        'size=5m',
        'tmpfs',
        small,
      ]);
      expect(mounted.code, mounted.text).toBe(0);
      try {
        const there = join(small, 'export');
        cpSync(to, there, {recursive: true, preserveTimestamps: true});
        const args = ['--to', there, '--profile', 'slurm', '--project-dir', dir];
        expect((await runCli(['export', 'snakemake', ...args])).code).toBe(0);
        await saysWhatIsLeft(onSlurm(there, '--restart-times', '0'), join(there, 'study'));
        await inFolder('/', 'mount', ['-o', 'remount,size=50m', small]);
        await endsWell(onSlurm(there), join(there, 'study'));
      } finally {
        await inFolder('/', 'umount', [small]);
      }
    },
    300_000,
  );
});
