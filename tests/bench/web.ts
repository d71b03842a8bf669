import {readFileSync} from 'node:fs';
import {symlink} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import type {Page} from 'playwright-core';
import {openDesk} from '../../build/openDesk.mjs';
import {noNginx, serveBehindNginx} from '../cli/behindNginx';
import {serveWindow, type Served} from '../cli/webClient';
import {noBrowser, startBrowser} from '../window/browserDesk';
import {nodeOf, runWithoutEngine} from '../window/deskActions';
import {emptyFolder, removeStudies, sampleStudy} from '../window/windowStudy';
import {LINES_A_SECOND, SECONDS, writePrintingStudy} from './logViewer';
import {isSmall, median, sized, type Measurement} from './measurement';
import {msFromClickToGraph, msToGraph, NAME, userWithLargeStudy} from './openStudy';

const ROUNDS = sized(5, 1);
/** The way to a server elsewhere: 50 ms there and back. */
const FAR = {delayMs: 25, bitsPerSecond: 5_000_000};
const REST_MS = 10_000;

/** The window in a browser beside the same in Electron, and behind nginx over a slow link. */
export async function bench(): Promise<readonly Measurement[]> {
  const missing = noBrowser ?? noNginx;
  if (missing !== null) throw new Error(missing);
  const folder = await emptyFolder();
  try {
    const far = 'behind nginx, 50 ms and 5 Mbit/s';
    const address = await rounds('far away, from the address', () => farFromAddress(folder));
    const fromAddress: Measurement = {
      name: `Large study ${far}: from the address, nothing cached`,
      measured: median(address) / 1000,
      ...{limit: 2.5, unit: 's'},
    };
    // the gate has no time for more: the others are made of the same parts
    if (isSmall) return [fromAddress];
    const window = await rounds('window', () => inWindow(folder));
    const here = await rounds('browser', () => inBrowserHere(folder));
    const clicked = await rounds('far away, from the click', () => farFromClick(folder));
    const clicks = await clicksWhileItPrints(folder);
    return [
      fromAddress,
      {
        name: 'Large study in a browser, against the window',
        measured: median(here) / median(window),
        ...{limit: 1.2, unit: 'times'},
      },
      {
        name: `Large study ${far}: from the click`,
        measured: median(clicked) / 1000,
        ...{limit: 2.5, unit: 's'},
      },
      {
        name: `A click ${far}, while a job prints ${LINES_A_SECOND} lines a second, the slowest`,
        measured: Math.max(...clicks),
        ...{limit: 100, unit: 'ms'},
      },
      {
        name: 'study-desk web at rest, with the sample study in a tab',
        measured: await megabytesAtRest(),
        ...{limit: 120, unit: 'MB'},
      },
    ];
  } finally {
    await (await startBrowser()).close();
    await removeStudies();
  }
}

async function rounds(name: string, measure: () => Promise<number>): Promise<readonly number[]> {
  const measured: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) measured.push(await measure());
  console.error(`${name}: ${measured.map((each) => each.toFixed(1)).join(', ')}`);
  return measured;
}

async function inWindow(folder: string): Promise<number> {
  const userDataDir = await userWithLargeStudy(folder, false);
  const desk = await openDesk({userDataDir, width: 1280, height: 800});
  try {
    return await msFromClickToGraph(desk.page);
  } finally {
    await desk.close();
  }
}

async function inBrowserHere(folder: string): Promise<number> {
  const userDataDir = await userWithLargeStudy(folder, false);
  const desk = await serveWindow(['--root', folder], await settingsIn(userDataDir), folder);
  try {
    return await withPage(desk, msFromClickToGraph);
  } finally {
    desk.call.child.kill('SIGKILL');
    await desk.call.end;
  }
}

function farFromClick(folder: string): Promise<number> {
  return farAway(folder, [], (desk) => withPage(desk, msFromClickToGraph));
}

/** A new browser on the printed address, to the painted graph. */
function farFromAddress(folder: string): Promise<number> {
  return farAway(folder, [NAME], async (desk) => {
    // nobody opens an address before they have read it
    await delay(2000);
    return withPage(desk, msToGraph);
  });
}

/** Serves a user's studies behind nginx over a slow link, the one of this name first. */
async function farAway<T>(
  folder: string,
  first: readonly string[],
  work: (desk: Served) => Promise<T>,
): Promise<T> {
  const userDataDir = await userWithLargeStudy(folder, false);
  const args = first.flatMap((name) => ['--dir', join(userDataDir, name)]);
  const desk = await serveBehindNginx(
    ['--root', folder, ...args],
    join(userDataDir, 'nginx'),
    FAR,
    await settingsIn(userDataDir),
    folder,
  );
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}

/** Where the command line looks for the user's own files. */
async function settingsIn(userDataDir: string): Promise<{readonly XDG_CONFIG_HOME: string}> {
  const config = await emptyFolder();
  await symlink(userDataDir, join(config, 'Study Desk'));
  return {XDG_CONFIG_HOME: config};
}

async function withPage<T>({url}: Served, work: (page: Page) => Promise<T>): Promise<T> {
  const browser = await startBrowser();
  const viewport = {width: 1280, height: 800};
  const context = await browser.newContext({viewport});
  try {
    const page = await context.newPage();
    await page.goto(url.href, {waitUntil: 'commit'});
    return await work(page);
  } finally {
    await context.close();
  }
}

async function nodeShown(page: Page): Promise<void> {
  await page.locator('.react-flow__node').first().waitFor();
}

/** From a click on an action to its painted details, several times, while the other's log is shown as it is printed. */
async function clicksWhileItPrints(folder: string): Promise<readonly number[]> {
  const dir = join(folder, 'printing');
  await writePrintingStudy(dir);
  const desk = await serveBehindNginx(['--dir', dir], join(folder, 'nginx'), FAR);
  try {
    return await withPage(desk, async (page) => {
      await nodeOf(page, 'small').click();
      await runWithoutEngine(page, ['small']);
      await page
        .getByRole('log')
        .getByText(/INFO step \d{4,}/)
        .first()
        .waitFor();
      const measured: number[] = [];
      for (let n = 0; n < SECONDS; n += 1) {
        measured.push(await msToSelect(page, n % 2 === 0 ? 'large' : 'small'));
        await page.waitForTimeout(400);
      }
      console.error(`clicks: ${measured.map((each) => each.toFixed(1)).join(', ')}`);
      return measured;
    });
  } finally {
    await desk.close();
  }
}

function msToSelect(page: Page, action: string): Promise<number> {
  return nodeOf(page, action).evaluate(
    (node: HTMLElement, name) =>
      new Promise<number>((resolve) => {
        const from = performance.now();
        const look = (): void => {
          const shown = document.querySelector(
            `[data-node="action:${name}"][data-selected="true"]`,
          );
          if (shown === null) requestAnimationFrame(look);
          else requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
        };
        node.click();
        look();
      }),
    action,
  );
}

async function megabytesAtRest(): Promise<number> {
  const desk = await serveWindow(['--dir', await sampleStudy()]);
  try {
    return await withPage(desk, async (page) => {
      await nodeShown(page);
      await page.waitForTimeout(REST_MS);
      const status = readFileSync(`/proc/${desk.call.child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Infinity) / 1024;
    });
  } finally {
    desk.call.child.kill('SIGKILL');
    await desk.call.end;
  }
}
