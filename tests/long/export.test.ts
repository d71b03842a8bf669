import {rmSync} from 'node:fs';
import {spawn} from 'node:child_process';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {
  exported,
  hasSnakemake,
  leftBy,
  snakemake,
  studyOf,
  type TriedAction,
} from '../cli/exportedStudy';
import {runCli} from '../cli/runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);
const noSnakemake = !(await hasSnakemake());

/** As many actions that do next to nothing, in ranks of a fifth of them; each needs one of the rank before. */
function ranks(count: number): Readonly<Record<string, TriedAction>> {
  const width = Math.ceil(count / 5);
  return Object.fromEntries(
    Array.from({length: count}, (_, index): readonly [string, TriedAction] => [
      `step_${index}`,
      {
        needs: index < width ? [] : [`step_${index - width}`],
        code: `open("output/${index}.csv", "w").write("n\\n${index}\\n")`,
        outputs: {moderately_sensitive: [`output/${index}.csv`]},
      },
    ]),
  );
}

describe.skipIf(noEngine || noSnakemake)('an exported study of many actions', () => {
  const made: string[] = [];
  beforeAll(() => ensureTestImages(), 900_000);
  afterAll(() => {
    for (const each of made) rmSync(each, {recursive: true, force: true});
  });

  it.each([20, 300, 2191])('leaves what `run` leaves: %i actions', async (count) => {
    const dir = studyOf(ranks(count));
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
    const dir = studyOf(ranks(20));
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
