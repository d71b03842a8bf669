import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {longTest} from '../gateShare';
import {nodeOf, openOutput, runAll, RUN_MS, waitForState} from './deskActions';
import {launchDesk, noEngine, noWindow} from './launchDesk';
import {diamond, emptyFolder, writeStudy} from './windowStudy';

/** What stands in place of the graph. */
function faultIn(page: Page) {
  return page.getByRole('main').getByRole('alert').filter({hasText: 'Graph can’t be shown'});
}

async function showView(page: Page, view: 'Graph' | 'Table'): Promise<void> {
  await page.getByRole('tab', {name: view, exact: true}).click();
}

async function tryAgain(page: Page): Promise<void> {
  await faultIn(page).getByRole('button', {name: 'Try again'}).click();
}

/** Runs the study without the graph, and sees states, log and outputs come. */
async function expectRestToWork(page: Page): Promise<void> {
  await runAll(page);
  await page.getByRole('log').getByText('Reading patients').first().waitFor({timeout: RUN_MS});
  await showView(page, 'Table');
  const row = page.getByRole('row', {name: /write_report/});
  await row.getByText('Up to date', {exact: true}).waitFor({timeout: RUN_MS});
  await page.getByRole('row', {name: /count_regions/}).click();
  await page.getByRole('log').getByText('Counted 3 regions').waitFor();
  await openOutput(page, 'table.csv');
  await page.keyboard.press('Escape');
}

/** The graph tells of a fault, again when tried again, and the rest works; once the window can `fix()` it, the graph is back. */
async function expectFaultUntilFixed(page: Page): Promise<void> {
  await faultIn(page).waitFor();
  await tryAgain(page);
  await faultIn(page).waitFor();

  await expectRestToWork(page);

  await showView(page, 'Graph');
  await faultIn(page).waitFor();
  await page.evaluate('fix()');
  await tryUntilBack(page);
}

/**
 * Presses Try again until the graph is back. A layout that was asked for before the fault was mended, for a
 * study that had just changed, may still fail under the first press.
 */
async function tryUntilBack(page: Page): Promise<void> {
  const back = nodeOf(page, 'write_report').and(page.locator('[data-state="up-to-date"]'));
  for (let press = 1; press <= 5; press += 1) {
    await tryAgain(page);
    await back.or(faultIn(page)).first().waitFor({timeout: RUN_MS});
    if (await back.isVisible()) return;
  }
  throw new Error('The graph did not come back.');
}

describe.skipIf(noWindow || noEngine)('a fault in the graph', () => {
  it('while it is drawn leaves table, log and outputs alone, and can be tried again', async () => {
    const {page} = await launchDesk({dir: await writeStudy('drawing', diamond)});
    await waitForState(page, 'make_cohort', 'never-run');
    await page.evaluate(() => {
      const {prototype} = CanvasRenderingContext2D;
      const stroke: unknown = Reflect.get(prototype, 'stroke');
      Reflect.set(window, 'fix', () => Reflect.set(prototype, 'stroke', stroke));
      prototype.stroke = () => {
        throw new Error('no strokes');
      };
    });
    // a frame of a graph already on screen, then one drawn from its start
    await page.keyboard.press('+');
    await expectFaultUntilFixed(page);
  });

  longTest(
    'in its layout worker leaves table, log and outputs alone, and can be tried again',
    async () => {
      const dir = await writeStudy('layout', diamond);
      const userDataDir = await emptyFolder();
      const recents = [{dir, openedAt: '2026-01-01T00:00:00Z'}];
      await writeFile(join(userDataDir, 'recents.json'), JSON.stringify(recents));
      const {page} = await launchDesk({userDataDir});
      const recent = page.getByRole('button', {name: /^layout/});
      await recent.waitFor();
      // the worker is sent what it can't read, and throws
      await page.evaluate(() => {
        const post = Reflect.get(Worker.prototype, 'postMessage') as (message: unknown) => void;
        Reflect.set(window, 'fix', () => Reflect.set(Worker.prototype, 'postMessage', post));
        Worker.prototype.postMessage = function (this: Worker) {
          post.call(this, null);
        };
      });
      await recent.click();
      await expectFaultUntilFixed(page);
      expect(await faultIn(page).count()).toBe(0);
    },
  );
});
