import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {exported, hasSnakemake, snakemake, studyOf} from '../cli/exportedStudy';
import {runCli} from '../cli/runCli';
import {nodeOf, waitForState} from '../window/deskActions';
import {launchDesk, noEngine, noWindow} from '../window/launchDesk';

const isPossible = !noEngine && !noWindow && (await hasSnakemake());

describe.runIf(isPossible)('a run of Snakemake whose folder is open in the window', () => {
  const made: string[] = [];
  beforeAll(() => ensureTestImages(), 900_000);
  afterAll(() => {
    for (const each of made) rmSync(each, {recursive: true, force: true});
  });

  it('is shown as it stands, outlives its window, is stopped from there, and leaves the study to others', async () => {
    const dir = studyOf({
      quick: {
        code: 'open("output/quick.csv", "w").write("n\\n1\\n")',
        outputs: {moderately_sensitive: ['output/quick.csv']},
      },
      slow: {
        needs: ['quick'],
        code: 'import time\nfor n in range(300):\n    print("at work", n, flush=True)\n    time.sleep(1)',
        outputs: {moderately_sensitive: ['output/slow.csv']},
      },
    });
    const {to, study} = await exported(dir);
    made.push(dir, to);
    const there = spawn('snakemake', ['--cores', '2'], {cwd: to, detached: true, stdio: 'ignore'});
    const ended = once(there, 'close');
    try {
      // begun before its window is opened
      await expect.poll(() => existsSync(join(to, 'work/slow/log')), {timeout: 60_000}).toBe(true);
      const before = await launchDesk({dir: study});
      await waitForState(before.page, 'quick', 'up-to-date');
      await waitForState(before.page, 'slow', 'running');
      await before.close();
      expect(there.exitCode).toBeNull();

      const refused = await runCli(['run', 'slow', '--project-dir', study]);
      expect(refused.stderr).toContain('Snakemake is running jobs in this study.');

      const {page} = await launchDesk({dir: study});
      await waitForState(page, 'slow', 'running');
      await nodeOf(page, 'slow').click();
      await page.getByRole('tab', {name: /^Log/u}).click();
      const log = page.getByRole('log');
      await log
        .getByText(/^at work \d+$/u)
        .first()
        .waitFor();
      const last = async () =>
        Number(
          (
            await log
              .getByText(/^at work \d+$/u)
              .last()
              .textContent()
          )?.slice(8),
        );
      // what is printed later comes by itself
      const first = await last();
      await expect.poll(last, {timeout: 30_000}).toBeGreaterThan(first + 5);
      await page.getByRole('button', {name: /^Stop/u}).first().click();
      await ended;
      await waitForState(page, 'slow', 'never-run');
      await waitForState(page, 'quick', 'up-to-date');
    } finally {
      if (there.pid !== undefined && there.exitCode === null) process.kill(-there.pid, 'SIGKILL');
    }
    expect(existsSync(join(study, 'metadata/study-desk/lock.json'))).toBe(false);
    const again = await snakemake(to, '--dry-run');
    expect(again.code, again.text).toBe(0);
    expect(again.text).toContain('slow');
  }, 240_000);
});
