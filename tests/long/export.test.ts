import {rmSync, statSync} from 'node:fs';
import {execFileSync, spawn} from 'node:child_process';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {exported, hasSnakemake, leftBy, snakemake} from '../cli/exportedStudy';
import {canMakeUsers, makeUser} from '../cli/ordinaryUser';
import {folderOf, runCli} from '../cli/runCli';
import {hasPodman} from '../contract/podmanEngine';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);
const noSnakemake = !(await hasSnakemake());

/**
 * A study of as many actions that do next to nothing, shaped as the largest real one: few scripts, many actions of each, in ranks
 * of a fifth of them; each needs one of the rank before.
 */
function studyOfRanks(count: number): string {
  const width = Math.ceil(count / 5);
  const scripts = Math.min(97, width);
  const actions = Array.from({length: count}, (_, index) => {
    const needs = index < width ? '' : `step_${index - width}`;
    return `  step_${index}:
    run: python:v2 python analysis/group_${index % scripts}.py ${index}
    needs: [${needs}]
    outputs:
      moderately_sensitive:
        counts: output/${index}.csv
`;
  });
  const code = 'import sys\nn = sys.argv[1]\nopen(f"output/{n}.csv", "w").write(f"n\\n{n}\\n")\n';
  return folderOf({
    'project.yaml': `version: 5\nactions:\n${actions.join('')}`,
    'output/.gitkeep': '',
    ...Object.fromEntries(
      Array.from({length: scripts}, (_, index) => [`analysis/group_${index}.py`, code]),
    ),
  });
}

describe.skipIf(noEngine || noSnakemake)('an exported study of many actions', () => {
  const made: string[] = [];
  beforeAll(() => ensureTestImages(), 900_000);
  afterAll(() => {
    for (const each of made) rmSync(each, {recursive: true, force: true});
  });

  it.each([20, 300, 2191])('leaves what `run` leaves: %i actions', async (count) => {
    const dir = studyOfRanks(count);
    const {to, study} = await exported(dir);
    made.push(dir, to);
    const there = await snakemake(to);
    expect(there.code, there.text).toBe(0);
    const here = await runCli(['run', 'run_all', '--project-dir', dir]);
    expect(here.code, here.stderr).toBe(0);
    expect(await leftBy(study)).toEqual(await leftBy(dir));
    expect((await runCli(['status', '--exit-code', '--project-dir', study])).code).toBe(0);
  });

  it('goes on where Snakemake was killed with all that it had started, ten times', async () => {
    const dir = studyOfRanks(20);
    const {to, study} = await exported(dir);
    made.push(dir, to);
    for (let kill = 0; kill < 10; kill += 1) {
      const child = spawn('snakemake', ['--cores', '2', '--nolock'], {
        ...{cwd: to, detached: true, stdio: 'ignore'},
      });
      await delay(1500 + kill * 130);
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      // whatever is called up to date now has its outputs, whole
      const states = (await runCli(['status', '--json', '--project-dir', study])).json();
      for (const {action, state, outputsPresent} of states)
        expect([String(action), state, outputsPresent]).toEqual(
          state === 'up-to-date' ? [action, state, true] : [action, 'never-run', expect.anything()],
        );
    }
    const last = await snakemake(to, '--nolock');
    expect(last.code, last.text).toBe(0);
    await runCli(['run', 'run_all', '--project-dir', dir]);
    expect(await leftBy(study)).toEqual(await leftBy(dir));
  });
});

const isPossible = !noEngine && !noSnakemake && canMakeUsers() && (await hasPodman());

describe.runIf(isPossible)(
  'an exported study under Podman, of an ordinary user without root',
  () => {
    const registry = `study-desk-export-${process.pid}`;
    const image = `${registry}/python:v2`;
    const user = makeUser(`study-desk-e${process.pid}`, {DOCKER_REGISTRY: registry});
    const dir = folderOf({
      'project.yaml': `version: 5
actions:
  makes:
    run: python:v2 sh -c "mkdir -p output; id -u > output/who.txt; echo patient_id > output/rows.csv"
    outputs:
      highly_sensitive:
        who: output/who.txt
      moderately_sensitive:
        rows: output/*.csv
  reads:
    run: python:v2 sh -c "cat output/who.txt; cp output/who.txt output/again.txt"
    needs: [makes]
    outputs:
      moderately_sensitive:
        again: output/again.txt
  fails:
    run: python:v2 sh -c "ls /sys/class/net; exit 3"
    needs: [makes]
    outputs:
      moderately_sensitive:
        never: output/never.txt
  waits:
    run: python:v2 true
    needs: [fails]
    outputs:
      moderately_sensitive:
        later: output/later.txt
`,
    });
    const to = folderOf({});
    beforeAll(async () => {
      await ensureTestImages();
      execFileSync('docker', ['tag', 'study-desk-test/busybox:v1', image]);
      const saved = execFileSync('docker', ['save', image], {maxBuffer: 64 * 1024 ** 2});
      user.run('podman', ['load', '--quiet'], saved);
      for (const each of [dir, to]) user.own(each);
    }, 900_000);
    afterAll(async () => {
      await user.remove();
      execFileSync('docker', ['rmi', image]);
      for (const each of [dir, to]) rmSync(each, {recursive: true, force: true});
    });

    it('leaves what `run` leaves, the files theirs', async () => {
      const env = {DOCKER_HOST: await user.startPodman()};
      const at = ['--project-dir', dir];
      const asked = ['export', 'snakemake', '--runtime', 'podman', '--to', to, ...at];
      const said = await user.cli(asked, {env});
      expect(said.code, said.stderr).toBe(0);
      const script = 'cd "$1" && snakemake --cores 2 --keep-going 2>&1; echo "ended with $?"';
      const there = user.run('sh', ['-c', script, 'sh', to]);
      expect(there).toContain('2 of 4 actions have succeeded.');
      expect(there).toMatch(/ended with 1\n$/u);
      const here = await user.cli(['run', 'run_all', '--continue-on-error', ...at], {env});
      expect(here.code, here.stderr).toBe(1);
      const study = join(to, 'study');
      expect(await leftBy(study)).toEqual(await leftBy(dir));
      expect(statSync(join(study, 'output/who.txt')).uid).toBe(statSync(to).uid);
    }, 240_000);
  },
);
