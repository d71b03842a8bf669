import {execFileSync} from 'node:child_process';
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Browser, Page as BrowserPage} from 'playwright-core';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {ensureToolImages, TOOL_REGISTRY} from '../../build/testImages.mjs';
import {folderOf} from '../cli/runCli';
import {exchange, Page, serveWindow, type Served} from '../cli/webClient';
import {noBrowser, startBrowser} from '../window/browserDesk';
import {runWithoutEngine} from '../window/deskActions';
import {noEngine} from '../window/launchDesk';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const YAML = `version: 5
actions:
  gen:
    run: python:v2 python gen.py
    outputs:
      highly_sensitive:
        high: output/high.csv
      moderately_sensitive:
        page: output/page.html
        picture: output/pic.png
`;

let top = '';
let study = '';
let desk: Served;
let browser: Browser;
let page: BrowserPage;
/** What the browser finds fault with, such as what the page's policy forbids or what is not found. */
const complaints: string[] = [];

beforeAll(async () => {
  if (noBrowser !== null) throw new Error(noBrowser);
  top = folderOf({
    'study/project.yaml': YAML,
    'study/gen.py': '',
    'study/output/high.csv': 'patient\n1\n',
    'study/output/page.html':
      '<h1>Report</h1><img id="pic" src="pic.png"><script>document.body.append("ran")</script>',
    'study/inner/project.yaml': YAML,
  });
  study = join(top, 'study');
  writeFileSync(join(study, 'output/pic.png'), PNG);
  desk = await serveWindow(['--dir', study]);
  browser = await startBrowser();
  const context = await browser.newContext({
    viewport: {width: 1280, height: 800},
    permissions: ['notifications'],
  });
  page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(desk.url.href);
  await page.getByRole('tab', {name: /Outputs/}).waitFor();
});

afterAll(async () => {
  await page?.context().close();
  desk?.call.child.kill('SIGTERM');
  await desk?.call.end;
  rmSync(top, {recursive: true, force: true});
});

it('the token leaves the address bar, and a page that is loaded anew shows the same study', async () => {
  expect(page.url()).toBe(`${desk.url.origin}/`);
  await page.reload();
  await page.getByRole('tab', {name: /Outputs/}).waitFor();
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

it('a page without the secret is told how to get in', async () => {
  const other = await (await browser.newContext()).newPage();
  await other.goto(desk.url.href);
  await other.getByText('This page is not let in').waitFor();
  expect(other.url()).toBe(`${desk.url.origin}/`);
  await other.close();
});

it('an HTML output is shown with its picture, and its scripts do not run', async () => {
  await page.getByRole('tab', {name: /Outputs/}).click();
  await page.getByText('page.html').first().click();
  const frame = page.frameLocator('iframe');
  await frame.getByRole('heading', {name: 'Report'}).waitFor();
  await expect
    .poll(() => frame.locator('#pic').evaluate((image) => (image as HTMLImageElement).naturalWidth))
    .toBe(1);
  expect(await frame.locator('body').innerText()).not.toContain('ran');
});

it('a picture is shown from bytes that are fetched once', async () => {
  await page.getByText('pic.png').first().click();
  const picture = page.locator('article img');
  await expect
    .poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth))
    .toBe(1);
});

it('a second tab opens from the first without another token, with a study of its own', async () => {
  const [other] = await Promise.all([
    page.context().waitForEvent('page'),
    page.evaluate((dir) => window.open(`#dir=${encodeURIComponent(dir)}`), join(study, 'inner')),
  ]);
  await other.getByText('inner').first().waitFor();
  expect(await page.title()).toContain('Study Desk');
  await other.close();
});

it('a lost link is said, what is shown stays, and the page goes on by itself', async () => {
  await page.getByText('pic.png').first().waitFor();
  process.kill(desk.call.child.pid ?? 0, 'SIGSTOP');
  await page.getByText('Connection lost, trying again').waitFor({timeout: 60_000});
  expect(await page.getByText('pic.png').count()).toBeGreaterThan(0);
  process.kill(desk.call.child.pid ?? 0, 'SIGCONT');
  await page.getByText('Connection lost, trying again').waitFor({state: 'detached'});
  // those of the HTML output: what it may not do, and a word of its policy that not every browser knows
  expect(complaints.filter((text) => !/script|webrtc/.test(text))).toEqual([]);
});

it('a run that ends while nobody looks at the page is notified by the browser', async () => {
  await page.evaluate(() => {
    const shown: string[] = [];
    Object.assign(window, {
      shown,
      Notification: class extends Notification {
        constructor(title: string, options: NotificationOptions) {
          super(title, options);
          shown.push(`${title} · ${options.body}`);
        }
      },
    });
  });
  const shown = () => page.evaluate(() => Reflect.get(window, 'shown') as readonly string[]);
  const ends = page.getByText(/^Failed: 1 of 1/);
  await runWithoutEngine(page, ['gen']);
  await ends.first().waitFor();
  expect(await shown()).toEqual([]);
  await page.getByRole('button', {name: 'Dismiss'}).click();
  await page.evaluate(() => {
    document.hasFocus = () => false;
  });
  await runWithoutEngine(page, ['gen']);
  await expect.poll(shown).toEqual([expect.stringMatching(/^Failed: 1 of 1.* · study$/)]);
});

it.skipIf(noEngine)(
  'JupyterLab opens at the forwarded address of its port in a codespace',
  async () => {
    await ensureToolImages();
    const served = await serveWindow(['--dir', study], {
      DOCKER_REGISTRY: TOOL_REGISTRY,
      CODESPACE_NAME: 'fuzzy-space',
      GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: 'app.github.dev',
    });
    const port = /-(\d+)\./.exec(served.url.host)?.[1] ?? '';
    const local = new URL(`http://127.0.0.1:${port}/`);
    const {body} = await exchange({url: local}, served.token);
    const {session} = JSON.parse(body) as {session: string}; // our own shape
    const tab = await Page.enter(local, session);
    expect((await tab.request('project:open', {dir: study})).ok).toBe(true);
    const launching = tab.request('tools:launch', {tool: 'jupyter'});
    const {ask: n = 0, question} = await tab.saw(({question}) => question?.kind === 'open');
    const forwarded = /^https:\/\/fuzzy-space-\d+\.app\.github\.dev/;
    expect(question?.address).toMatch(new RegExp(`${forwarded.source}/lab\\?token=[\\w-]+$`));
    tab.reply(n, true);
    const {value} = await launching;
    const {id} = (value as {tool: {id: string}}).tool; // as the contract has it
    const args = execFileSync('docker', ['inspect', '-f', '{{json .Args}}', id]).toString();
    expect(args).toContain(
      `--ServerApp.allow_origin=${forwarded.exec(question?.address ?? '')?.[0]}`,
    );
    expect((await tab.request('tools:stop', {id})).ok).toBe(true);
    served.call.child.kill('SIGTERM');
    expect((await served.call.end).code).toBe(0);
  },
);
