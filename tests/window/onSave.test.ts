import {appendFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {nodeOf, RUN_MS, runAll, waitForState} from './deskActions';
import {launchDesk, noEngine, noWindow} from './launchDesk';
import {diamond, writeStudy} from './windowStudy';

describe.skipIf(noWindow || noEngine)('a file that is saved', () => {
  it('runs what was chosen for it, with what needs that, and nothing else', async () => {
    const dir = await writeStudy('vaccine-uptake', diamond);
    const {page} = await launchDesk({dir});
    await waitForState(page, 'make_cohort', 'never-run');
    await runAll(page);
    await waitForState(page, 'write_report', 'up-to-date');
    const details = page.getByRole('complementary', {name: 'Details'});
    await nodeOf(page, 'draw_regions').click();
    await details.getByRole('checkbox', {name: 'Run when one of its files is saved'}).check();
    await details.getByRole('button', {name: 'Run all that need it too'}).click();
    await page.getByRole('button', {name: 'On save: 2 actions'}).waitFor();

    // a save is one of what was there before
    await page.waitForTimeout(2000);
    const report = join(dir, 'output/report.txt');
    const {mtimeMs: before} = await stat(report);
    const cohort = await stat(join(dir, 'output/cohort.csv'));
    await appendFile(join(dir, 'analysis/draw_regions.py'), '\n');
    await expect
      .poll(async () => (await stat(report)).mtimeMs, {timeout: RUN_MS})
      .toBeGreaterThan(before);
    await waitForState(page, 'write_report', 'up-to-date');
    expect((await stat(join(dir, 'output/cohort.csv'))).mtimeMs).toBe(cohort.mtimeMs);

    // what it needs is out of date by now, and was not chosen
    await appendFile(join(dir, 'analysis/make_cohort.py'), '\n');
    await waitForState(page, 'make_cohort', 'out-of-date');
    await appendFile(join(dir, 'analysis/draw_regions.py'), '\n');
    const notices = page.getByRole('region', {name: 'Notifications'});
    await notices.getByText('Saved, but not run: draw_regions').waitFor();
    await notices.getByText('make_cohort and count_regions would run too.').waitFor();
    await notices.getByRole('button', {name: 'Show the plan'}).click();
    await page.getByRole('button', {name: 'Run 4 jobs', exact: true}).waitFor();
  });
});
