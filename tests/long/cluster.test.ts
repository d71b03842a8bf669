import {rmSync} from 'node:fs';
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

  const onSlurm = (to: string) =>
    inFolder(to, 'snakemake', ['--profile', 'profiles/slurm', '--latency-wait', '5'], cluster.env);

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

  it('leaves what `run` leaves: a study with a failing branch', async () => {
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
    const there = await onSlurm(to);
    expect(there.code, there.text).toBe(1);
    expect(there.text).toContain('2 of 6 actions have succeeded.');
    await runCli(['run', 'run_all', '--continue-on-error', '--project-dir', dir]);
    expect(await leftBy(study)).toEqual(await leftBy(dir));
  }, 300_000);
});
