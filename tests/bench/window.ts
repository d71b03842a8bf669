import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {openDesk, type OpenDesk} from '../../build/openDesk.mjs';
import type {} from '../../renderer/bridge/host';
import {crossed as decoded} from '../../shared/contract/crossing';
import type {ActionStatus} from '../../shared/status';
import {p95Frame} from './frames';
import {writeLargeStudy, writeWideStudy} from './largeStudy';
import {median, sized, type Measurement} from './measurement';
import {msFromClickToGraph, NAME, userWithLargeStudy} from './openStudy';

const ROUNDS = sized(5, 1);
const CHANGES_PER_SECOND = 200;
/** Members of the largest group that a real study has. */
const LARGEST_GROUP = sized(1100, 50);

/** The graph of a study of 2,191 actions in the real window. */
export async function bench(): Promise<readonly Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'study-desk-window-'));
  const dir = join(folder, NAME);
  try {
    await writeLargeStudy(dir);
    const newest = await rounds('open the newest', () => msToOpen(folder, true));
    const other = await rounds('open another', () => msToOpen(folder, false));
    const rest = await withDesk({dir}, measureGraph);
    const wide = join(folder, 'wide-study');
    await writeWideStudy(wide, LARGEST_GROUP);
    const unfold = await withDesk({dir: wide}, measureUnfolding);
    const limits: readonly (readonly [string, readonly number[], number, string])[] = [
      ['Large study: open the newest to its graph', newest, 600, 'ms'],
      ['Large study: open another to its graph', other, 600, 'ms'],
      ['Large study: p95 frame while panning', rest.pan, 20, 'ms'],
      ['Large study: p95 frame while zooming', rest.zoom, 20, 'ms'],
      ['Large study: keypress to filtered result', rest.keypress, 50, 'ms'],
      ['Large study: unfold its largest group', rest.unfold, 100, 'ms'],
      [`Unfold a group of ${LARGEST_GROUP}`, unfold, 100, 'ms'],
      ['Large study: a change painted while 200 a second arrive', rest.change, 100, 'ms'],
      ['Large study: renderer process', rest.memory, 350, 'MB'],
    ];
    return limits.map(([name, values, limit, unit]) => ({
      name,
      measured: median(values),
      limit,
      unit,
    }));
  } finally {
    await rm(folder, {recursive: true, force: true, maxRetries: 5});
  }
}

type GraphNumbers = Readonly<
  Record<'pan' | 'zoom' | 'keypress' | 'unfold' | 'change' | 'memory', readonly number[]>
>;

async function measureGraph(desk: OpenDesk): Promise<GraphNumbers> {
  const {page} = desk;
  await firstGraph(page);
  await page.waitForTimeout(1000);
  const pan = await rounds('pan', () => p95Frame(page, () => dragAround(page)));
  const zoom = await rounds('zoom', () => p95Frame(page, () => wheelAround(page)));
  const keypress = await rounds('keypress', () => msToFilter(page));
  const unfold = await rounds('unfold', () => msToUnfold(page));
  const change = await rounds('change', () => msToPaintChange(desk));
  return {pan, zoom, keypress, unfold, change, memory: [await rendererMegabytes(desk)]};
}

async function measureUnfolding({page}: OpenDesk): Promise<readonly number[]> {
  await firstGraph(page);
  await page.waitForTimeout(1000);
  return rounds('unfold the largest', () => msToUnfold(page));
}

async function rounds(name: string, measure: () => Promise<number>): Promise<readonly number[]> {
  const measured: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) measured.push(await measure());
  console.error(`${name}: ${measured.map((each) => each.toFixed(1)).join(', ')}`);
  return measured;
}

async function withDesk<T>(
  options: {readonly dir?: string; readonly userDataDir?: string},
  work: (desk: OpenDesk) => Promise<T>,
): Promise<T> {
  const desk = await openDesk({...options, width: 1280, height: 800});
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}

async function firstGraph(page: Page): Promise<void> {
  await page.waitForSelector('.react-flow__node');
}

/** The newest is read ahead by the window at rest; another is not. The program has just been started. */
async function msToOpen(folder: string, newest: boolean): Promise<number> {
  const userDataDir = await userWithLargeStudy(folder, newest);
  return withDesk({userDataDir}, ({page}) => msFromClickToGraph(page));
}

async function middleOfGraph(page: Page): Promise<{readonly x: number; readonly y: number}> {
  const box = await page.locator('.react-flow').boundingBox();
  if (box === null) throw new Error('The graph is not on screen.');
  return {x: box.x + box.width / 2, y: box.y + box.height / 2};
}

async function dragAround(page: Page): Promise<void> {
  const {x, y} = await middleOfGraph(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 0; step < 120; step += 1) {
    const angle = (step / 120) * 2 * Math.PI;
    await page.mouse.move(x + 220 * Math.sin(angle), y + 120 * (1 - Math.cos(angle)));
  }
  await page.mouse.up();
}

async function wheelAround(page: Page): Promise<void> {
  const {x, y} = await middleOfGraph(page);
  await page.mouse.move(x, y);
  for (let step = 0; step < 60; step += 1) {
    await page.mouse.wheel(0, step % 30 < 15 ? -80 : 80);
    await page.waitForTimeout(10);
  }
}

/** The slowest of several keys in the query box, from the key to the next painted frame. */
async function msToFilter(page: Page): Promise<number> {
  const box = page.locator('[data-place="query"] input');
  await box.fill('');
  await box.focus();
  const times = await page.evaluateHandle(() => {
    const measured: number[] = [];
    document.addEventListener('keydown', ({timeStamp}) => {
      requestAnimationFrame(() => setTimeout(() => measured.push(performance.now() - timeStamp)));
    });
    return measured;
  });
  await page.keyboard.type('*5+ not stale', {delay: 120});
  await page.waitForTimeout(300);
  await page
    .getByText(/^showing [\d,]+ of [\d,]+$/)
    .first()
    .waitFor();
  const slowest = await times.evaluate((measured) => Math.max(...measured));
  await box.fill('');
  return slowest;
}

/** From the click on the largest group to the painted box; folds it again. */
async function msToUnfold(page: Page): Promise<number> {
  const group = page.locator('.react-flow__node [aria-expanded="false"]');
  const ms = await group.evaluateAll(async (elements) => {
    const size = (element: Element): number =>
      Number(/× ([\d,]+)/.exec(element.textContent ?? '')?.[1]?.replace(',', '') ?? 0);
    const largest = elements.sort((a, b) => size(b) - size(a))[0];
    if (!(largest instanceof HTMLElement)) throw new Error('There is no group to unfold.');
    const from = performance.now();
    largest.click();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    return performance.now() - from;
  });
  await page
    .locator('.react-flow__node [aria-expanded="true"]')
    .first()
    .evaluate((header: HTMLElement) => header.click());
  await page.waitForTimeout(300);
  return ms;
}

/** From the host's word to the painted node, while 200 changes a second arrive; the slowest of several. */
async function msToPaintChange(desk: OpenDesk): Promise<number> {
  const {page, application} = desk;
  const watched = await page
    .locator('.react-flow__node [data-node^="action:"]')
    .first()
    .getAttribute('data-node');
  const action = watched?.slice('action:'.length);
  if (action === undefined) throw new Error('No single action is on screen.');
  const seen = await page.evaluateHandle((name) => {
    const element = document.querySelector(`[data-node="action:${name}"]`);
    const painted: number[] = [];
    new MutationObserver(() => {
      requestAnimationFrame(() => setTimeout(() => painted.push(Date.now())));
    }).observe(element ?? document.body, {attributes: true, attributeFilter: ['data-state']});
    return painted;
  }, action);
  const crossed = await page.evaluate(async () => {
    const answer = await window.studyDesk?.request('provenance:statuses', {});
    return answer?.ok === true ? answer.value : null;
  });
  // what the contract gives this name
  const statuses = decoded(crossed) as readonly ActionStatus[];
  const names = statuses.map((each) => each.action);
  const sent = await application.evaluate(
    async ({webContents}, {all, one, perSecond}) => {
      const [contents] = webContents.getAllWebContents();
      const status = (name: string, running: boolean): ActionStatus => ({
        action: name,
        lastJob: {
          jobId: name,
          runId: 'bench',
          state: running ? 'running' : 'failed',
          statusCode: running ? 'executing' : 'nonzero_exit',
          message: '',
          startedAt: '2026-01-01T00:00:00Z',
          completedAt: running ? null : '2026-01-01T00:00:01Z',
          exitCode: running ? null : 1,
          peakMemoryBytes: null,
          cpuSeconds: null,
          outOfMemoryBytes: null,
          notCollected: 0,
          ranBy: 'study-desk',
        },
        outcome: null,
        outputsPresent: true,
        outputCounts: {highly_sensitive: 0, moderately_sensitive: 0, minimally_sensitive: 0},
        provenance: {kind: 'never-run'},
        expectedSeconds: null,
      });
      const times: number[] = [];
      for (let count = 0; count < perSecond * 2; count += 1) {
        const watchedNow = count % 40 === 0;
        const name = watchedNow ? one : (all[count % all.length] ?? one);
        if (watchedNow) times.push(Date.now());
        contents?.send('statuses:changed', {
          crossedAs: 'text',
          text: JSON.stringify([status(name, count % 80 < 40)]),
        });
        await new Promise((resolve) => setTimeout(resolve, 1000 / perSecond));
      }
      return times;
    },
    {all: names.filter((name) => name !== action), one: action, perSecond: CHANGES_PER_SECOND},
  );
  await page.waitForTimeout(300);
  const painted = await seen.jsonValue();
  const delays = sent.map((time) => (painted.find((at) => at >= time) ?? Infinity) - time);
  return Math.max(...delays);
}

function rendererMegabytes({application}: OpenDesk): Promise<number> {
  return application.evaluate(({app}) => {
    const page = app.getAppMetrics().find(({type}) => type === 'Tab');
    return (page?.memory.workingSetSize ?? Infinity) / 1024;
  });
}
