import {appendFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {describe, it} from 'vitest';
import {longTest} from '../gateShare';
import {nodeOf, openOutput, runAll, waitForState} from './deskActions';
import {dressForPicture, keptPicture, picturesOfVisions} from './keptPicture';
import {launchDesk, noEngine, noWindow, type Desk} from './launchDesk';
import {emptyFolder, sampleStudy} from './windowStudy';

/** A window of which pictures are kept. */
async function launchForPicture(options: {
  readonly theme: 'light' | 'dark';
  readonly dir?: string;
  readonly width?: number;
  readonly height?: number;
  readonly userDataDir?: string;
}): Promise<Desk> {
  const desk = await launchDesk(options);
  await desk.page.locator(`html[data-theme="${options.theme}"]`).waitFor({state: 'attached'});
  await dressForPicture(desk);
  return desk;
}

/** Opens the plan of the main Run button. */
async function openPlan(page: Page): Promise<void> {
  await page.getByRole('group', {name: 'Run', exact: true}).getByRole('button').first().click();
  await page.getByRole('button', {name: /^Run \d+ jobs?$/}).waitFor();
}

/** A user folder with the setting that jobs run one after the other, always in the same order. */
async function oneAtATime(): Promise<string> {
  const userDataDir = await emptyFolder();
  await writeFile(join(userDataDir, 'settings.json'), JSON.stringify({concurrency: 1}));
  return userDataDir;
}

/** Lets a script of the sample go on after its work until it is stopped. */
async function holdAtEnd(dir: string, script: string): Promise<void> {
  await appendFile(join(dir, 'analysis', script), HOLD);
}

const HOLD = `
import sys
import time

sys.stdout.flush()
time.sleep(300)
`;

/** A script that finds fault with its data. */
const MISSING_COLUMN = `import sys
import time

print("Reading patients", flush=True)
# what is printed to different places at once may arrive in either order
time.sleep(1)
sys.exit("The column region is missing")
`;

/**
 * The pictures of the README and their words. `npm run pictures` takes them; otherwise only their words are
 * compared, so each is of a moment that comes the same every time.
 */
describe.skipIf(noWindow || noEngine)('pictures', () => {
  it('of the start page', async () => {
    const desk = await launchForPicture({theme: 'light'});
    await desk.page.getByText(/is ready/).waitFor();
    await keptPicture(desk, 'start');
  });

  it('of a plan, and of its run', async () => {
    const dir = await sampleStudy();
    await holdAtEnd(dir, 'check_patients.py');
    await holdAtEnd(dir, 'count_by_month.py');
    const desk = await launchForPicture({theme: 'light', dir});
    const {page} = desk;
    await waitForState(page, 'write_report', 'never-run');
    await openPlan(page);
    await nodeOf(page, 'check_patients').click();
    await keptPicture(desk, 'plan');

    await page.getByRole('button', {name: /^Run \d+ jobs?$/}).click();
    await waitForState(page, 'count_by_month', 'running');
    await waitForState(page, 'check_patients', 'running');
    await nodeOf(page, 'check_patients').click();
    await page.getByRole('tab', {name: /^Log/}).click();
    await page
      .getByRole('log')
      .getByText(/different values/)
      .first()
      .waitFor();
    await keptPicture(desk, 'running');

    await page.getByRole('button', {name: /^Stop \d+ jobs?$/}).click();
    await waitForState(page, 'check_patients', 'cancelled');
    await page.getByRole('button', {name: /^Stop/}).waitFor({state: 'detached'});
  });

  longTest('of a failure, and of states as people see them who confuse colours', async () => {
    const dir = await sampleStudy();
    await writeFile(join(dir, 'analysis/count_by_region.py'), MISSING_COLUMN);
    const desk = await launchForPicture({theme: 'light', dir});
    const {page} = desk;
    await waitForState(page, 'draw_region_chart', 'never-run');
    await nodeOf(page, 'draw_region_chart').click();
    const details = page.getByRole('complementary', {name: 'Details'});
    await details.getByRole('button', {name: /^Run/}).first().click();
    await page.getByRole('button', {name: /^Run \d+ jobs?$/}).click();
    await waitForState(page, 'count_by_region', 'failed');
    await page.getByRole('button', {name: /^Stop/}).waitFor({state: 'detached'});
    await nodeOf(page, 'count_by_region').click();
    await page.getByRole('tab', {name: /^Log/}).click();
    await page.getByRole('log').getByText('The column region is missing').waitFor();
    await keptPicture(desk, 'failed');

    // another state beside up to date, failed and not started
    await appendFile(join(dir, 'analysis/generate_patients.py'), '\nprint("changed")\n');
    await waitForState(page, 'generate_patients', 'out-of-date');
    await picturesOfVisions(desk, 'states');
  });

  longTest('of an output, on a large screen in the dark', async () => {
    const dir = await sampleStudy();
    const large = {width: 1920, height: 1080, userDataDir: await oneAtATime()};
    const desk = await launchForPicture({theme: 'dark', dir, ...large});
    const {page} = desk;
    await waitForState(page, 'write_report', 'never-run');
    await runAll(page);
    await waitForState(page, 'write_report', 'up-to-date');
    await page.getByRole('button', {name: /^Stop/}).waitFor({state: 'detached'});
    await nodeOf(page, 'count_by_region').click();
    await page.getByRole('tab', {name: /^Log/}).click();
    await openOutput(page, 'reviews_by_region.csv');
    await page
      .getByRole('article')
      .getByText(/^\d+ rows/)
      .waitFor();
    // good news goes by itself
    const news = page.getByRole('region', {name: 'Notifications'}).getByText(/^Succeeded/);
    await news.first().waitFor({state: 'detached'});
    await keptPicture(desk, 'outputs-dark');
  });
});
