import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {exported, hasSnakemake, snakemake, studyOf} from '../cli/exportedStudy';
import {runCli} from '../cli/runCli';
import {sshServer} from '../integration/docker/engineWays';
import {nodeOf, waitForState} from '../window/deskActions';
import {launchDesk, noEngine, noWindow} from '../window/launchDesk';

const isPossible = !noEngine && !noWindow && (await hasSnakemake());

describe.runIf(isPossible)('a run of Snakemake whose folder is open in the window', () => {
  const made: string[] = [];
  beforeAll(() => ensureTestImages(), 900_000);
  afterAll(() => {
    for (const each of made) rmSync(each, {recursive: true, force: true});
  });

  it.each(['here', 'over ssh'])(
    'is shown as it stands, outlives its window, is stopped from there, and leaves the study to others: %s',
    async (way) => {
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
        later: {
          needs: ['slow'],
          code: '',
          outputs: {moderately_sensitive: ['output/later.csv']},
        },
      });
      const {to, study} = await exported(dir);
      const folder = mkdtempSync(join(tmpdir(), 'study-desk-ssh-'));
      made.push(dir, to, folder);
      const server = way === 'here' ? null : await sshServer(folder);
      await server?.trust();
      const open = async () => {
        if (server === null) return launchDesk({dir: study});
        const PATH = `${server.bin}:${process.env['PATH'] ?? ''}`;
        const desk = await launchDesk({dir: null, env: {PATH, XDG_CACHE_HOME: folder}});
        await desk.page.getByRole('button', {name: 'Clone a study…'}).waitFor();
        await desk.page.keyboard.press('Control+k');
        await desk.page.getByRole('combobox').fill('Follow a run');
        await desk.page.keyboard.press('Enter');
        const dialog = desk.page.getByRole('dialog', {name: 'Follow a run elsewhere'});
        await dialog.getByLabel('Exported folder').fill(`lab:${to}`);
        await dialog.getByRole('button', {name: 'Follow'}).click();
        return desk;
      };
      const there = spawn('snakemake', ['--cores', '2'], {
        cwd: to,
        detached: true,
        stdio: 'ignore',
      });
      const ended = once(there, 'close');
      try {
        // begun before its window is opened
        await expect
          .poll(() => existsSync(join(to, 'work/slow/log')), {timeout: 60_000})
          .toBe(true);
        const before = await open();
        await waitForState(before.page, 'quick', 'up-to-date');
        await waitForState(before.page, 'slow', 'running');
        await waitForState(before.page, 'later', 'waiting');
        await before.close();
        expect(there.exitCode).toBeNull();

        const refused = await runCli(['run', 'slow', '--project-dir', study]);
        expect(refused.stderr).toContain('Snakemake is running jobs in this study.');

        const {page} = await open();
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
        await server?.close();
      }
      expect(existsSync(join(study, 'metadata/study-desk/lock.json'))).toBe(false);
      if (server !== null) {
        const copies = join(folder, 'study-desk/followed');
        const copy = join(copies, readdirSync(copies)[0] ?? '', 'study');
        const inCopy = await runCli(['run', 'slow', '--project-dir', copy]);
        expect(inCopy.stderr).toContain(`This is a copy of the study at lab:${to}.`);
      }
      const again = await snakemake(to, '--dry-run');
      expect(again.code, again.text).toBe(0);
      expect(again.text).toContain('slow');
    },
    240_000,
  );
});
