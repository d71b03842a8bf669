import {appendFile, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import type {SeenNote} from '../../shared/study';
import {isLong} from '../gateShare';
import {runCli} from '../cli/runCli';
import {waitForState} from './deskActions';
import {launchDesk, noWindow, type Desk} from './launchDesk';
import {resizeDesk} from './layout';
import {layoutFaults} from './layoutFaults';
import {diamondWithoutEngine, writeStudy} from './windowStudy';

const pageOf = ({page}: Desk) => page.getByRole('region', {name: 'What is new'});

const fileOf = (dir: string) => join(dir, 'metadata/study-desk/seen.json');

/** What was kept of what was seen; null while nothing was. */
async function noteOf(dir: string): Promise<SeenNote | null> {
  const text = await readFile(fileOf(dir), 'utf8').catch(() => 'null');
  return JSON.parse(text) as SeenNote | null;
}

/** Runs without a window, on this computer's own Python. */
async function run(dir: string, action: string): Promise<number | null> {
  return (await runCli(['run', action, '--stale', '--executor', 'process', '--project-dir', dir]))
    .code;
}

/** Opens the study, and waits until all of it has been compared. */
async function openChecked(dir: string): Promise<Desk> {
  const desk = await launchDesk({dir});
  await waitForState(desk.page, 'make_cohort', 'up-to-date');
  return desk;
}

describe.skipIf(noWindow)('what is new since a study was last open', () => {
  it('is shown once: changed files, what they made out of date, runs of the command line', async () => {
    const dir = await writeStudy('regions', {
      ...diamondWithoutEngine,
      // long enough that a time is given
      'analysis/write_report.py':
        'import shutil, time\ntime.sleep(2)\nshutil.copy("output/table.csv", "output/report.txt")\n',
    });
    expect(await run(dir, 'run_all')).toBe(0);

    const first = await openChecked(dir);
    await expect.poll(() => noteOf(dir), {timeout: 15_000}).not.toBe(null);
    // nothing is known of before
    expect(await pageOf(first).count()).toBe(0);
    const before = new Date().toISOString();
    // a screen without a window manager takes the keyboard from no window
    await first.page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await expect.poll(async () => ((await noteOf(dir))?.at ?? '') > before).toBe(true);
    await first.close();

    await appendFile(join(dir, 'analysis/draw_regions.py'), 'print("once")\n');
    expect(await run(dir, 'run_all')).toBe(0);
    await appendFile(join(dir, 'analysis/count_regions.py'), 'raise ValueError("no region")\n');
    expect(await run(dir, 'count_regions')).not.toBe(0);
    await appendFile(join(dir, 'analysis/draw_regions.py'), 'print("drawn")\n');

    const second = await openChecked(dir);
    const {page} = second;
    const news = pageOf(second);
    await news.getByRole('heading', {name: /^New since today at /}).waitFor();
    const rows = news.getByRole('listitem');
    expect(await rows.allInnerTexts()).toEqual([
      expect.stringMatching(
        /analysis\/count_regions\.py changed .*\n+Used by count_regions, and 1 that depends on it/,
      ),
      expect.stringMatching(
        /analysis\/draw_regions\.py changed .*\n+Made out of date: draw_regions, and 1 that depends on it/,
      ),
      expect.stringMatching(/0 of 1 · count_regions/),
      expect.stringMatching(/2 of 2 · draw_regions\.py changed/),
    ]);
    await news.getByRole('button', {name: /^Run 3 actions · about /}).waitFor();
    const primary = page.locator('button[class*="_primary_"]');
    expect(await primary.allTextContents()).toEqual([expect.stringMatching(/^Run 3 actions · /)]);
    // with text twice as large the list may have the window: the bar's button is the primary one, and a link leads there
    await resizeDesk(second, 1280, 800, 2);
    await expect.poll(() => primary.allTextContents()).toEqual(['Run 3 actions', '']);
    await page.getByRole('button', {name: 'What is new'}).click();
    await expect.poll(() => primary.allTextContents()).toHaveLength(1);
    expect(await layoutFaults(page)).toEqual([]);
    await resizeDesk(second, 1280, 800);
    // what it covers takes neither keys nor clicks, and the keyboard stays in the list
    expect(await page.locator('#centre-view').evaluate((view: HTMLElement) => view.inert)).toBe(
      true,
    );
    expect(await news.evaluate((place) => place.contains(document.activeElement))).toBe(false);

    await rows.nth(1).getByRole('button', {name: 'Show the change'}).click();
    await page.getByRole('dialog').getByText('print("drawn")').waitFor();
    await page.keyboard.press('Escape');
    await rows.nth(2).getByRole('button', {name: 'Show log'}).click();
    await page.getByRole('log').getByText('ValueError: no region').first().waitFor();
    await page.keyboard.press('Escape');
    await news.waitFor({state: 'detached'});
    await expect.poll(async () => (await noteOf(dir))?.actions).toHaveProperty('draw_regions');
    await second.close();
    if (!isLong) return;

    // dismissed is seen, and so is a change that is made while the window is open
    const third = await openChecked(dir);
    await appendFile(join(dir, 'analysis/draw_regions.py'), 'print("twice")\n');
    const seen = async () => JSON.stringify((await noteOf(dir))?.actions);
    await expect.poll(seen, {timeout: 15_000}).toContain('2 lines');
    expect(await pageOf(third).count()).toBe(0);
    await third.close();

    await writeFile(fileOf(dir), '{"format":1,');
    await appendFile(join(dir, 'analysis/draw_regions.py'), 'print("more")\n');
    const fourth = await openChecked(dir);
    await expect.poll(seen, {timeout: 15_000}).toContain('3 lines');
    expect(await pageOf(fourth).count()).toBe(0);
  });
});
