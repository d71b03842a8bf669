import {mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {noNginx, serveBehindNginx} from '../cli/behindNginx';
import type {Served} from '../cli/webClient';
import {writePrintingStudy} from '../bench/logViewer';
import {noBrowser, startBrowser} from '../window/browserDesk';
import {nodeOf, runWithoutEngine, waitForState} from '../window/deskActions';
import {emptyFolder} from '../window/windowStudy';

let folder = '';
let desk: Served & {readonly close: () => Promise<void>};
let page: Page;

beforeAll(async () => {
  const missing = noBrowser ?? noNginx;
  if (missing !== null) throw new Error(missing);
  folder = await emptyFolder();
  const dir = join(folder, 'printing');
  mkdirSync(dir);
  await writePrintingStudy(dir);
  const far = {delayMs: 25, bitsPerSecond: 5_000_000};
  desk = await serveBehindNginx(['--dir', dir], join(folder, 'nginx'), far);
  page = await (await startBrowser()).newPage({viewport: {width: 1280, height: 800}});
  await page.goto(desk.url.href);
  await nodeOf(page, 'small').waitFor();
});

afterAll(async () => {
  await page?.context().close();
  await desk?.close();
  rmSync(folder, {recursive: true, force: true});
});

it('behind nginx, with TLS, a base path and buffering, the page is let in and follows a run', async () => {
  expect(page.url()).toBe(`${desk.url.origin}/desk/`);
  await nodeOf(page, 'small').click();
  await runWithoutEngine(page, ['small']);
  const log = page.getByRole('log');
  await log
    .getByText(/INFO step \d{4,}/)
    .first()
    .waitFor();

  // 50,000 lines a second over 5 Mbit/s hold up no click, and no answer of the host by more than the way and what it sends
  for (const action of ['large', 'small', 'large', 'small']) {
    const from = Date.now();
    await nodeOf(page, action).click();
    await page.locator(`[data-node="action:${action}"][data-selected="true"]`).waitFor();
    expect(Date.now() - from, `to select ${action}`).toBeLessThan(2000);
  }
  const from = Date.now();
  await page.keyboard.press('Control+,');
  await page.getByRole('dialog', {name: 'Settings'}).waitFor();
  expect(Date.now() - from, 'to open the settings').toBeLessThan(2000);
  await page.keyboard.press('Escape');
  await waitForState(page, 'small', 'failed');
});

it('and so does a page that is loaded anew', async () => {
  await page.reload();
  await waitForState(page, 'small', 'failed');
});
