import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {openDesk, type OpenDesk} from '../../build/openDesk.mjs';
import type {} from '../../renderer/bridge/host';
import {DEFAULT_LIMITS} from '../../shared/engine';
import {addPastRun} from '../window/loggedStudy';
import {p95Frame} from './frames';
import {isSmall, median, sized, within, type Measurement} from './measurement';

const LINES = sized(1_000_000, 20_000);
export const LINES_A_SECOND = 50_000;
export const SECONDS = sized(8, 2);
const ROUNDS = sized(5, 1);

const PROJECT = `version: '4.0'
actions:
  large:
    run: python:v2 python analysis/print.py again
    needs: [small]
    outputs:
      moderately_sensitive:
        file: output/a.txt
  small:
    run: python:v2 python analysis/print.py
    outputs:
      moderately_sensitive:
        file: output/b.txt
`;

/** Prints lines evenly, as a job that reports each row does. */
const PRINT = `import sys
import time

begun = time.monotonic()
seq = 0
while seq < ${LINES_A_SECOND * SECONDS}:
    due = int((time.monotonic() - begun) * ${LINES_A_SECOND})
    while seq < due:
        sys.stdout.write(f"INFO step {seq}: read patients_{seq % 977}.csv with {seq % 313} rows\\n")
        seq += 1
    sys.stdout.flush()
    time.sleep(0.01)
`;

/** The log in the real window: a million lines opened and scrolled, and keys while a job prints 50,000 lines a second. */
export async function bench(): Promise<readonly Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'study-desk-viewer-'));
  const dir = join(folder, 'logged');
  try {
    await writePrintingStudy(dir);
    const line = (seq: number) => ({
      text: `INFO step ${seq}: read patients_${seq % 977}.csv with ${seq % 313} rows`,
      stderr: seq % 17 === 0,
    });
    await addPastRun(dir, 'run1', '2026-04-01T10:00:00.000Z', [
      {action: 'large', lines: LINES, line},
      {action: 'small', lines: 3, line},
    ]);
    const desk = await openDesk({dir, width: 1280, height: 800});
    try {
      return await measure(desk);
    } finally {
      await desk.close();
    }
  } finally {
    await rm(folder, {recursive: true, force: true, maxRetries: 5});
  }
}

/** Writes a study whose action `small` prints that much when it runs without an engine. */
export async function writePrintingStudy(dir: string): Promise<void> {
  await mkdir(join(dir, 'analysis'), {recursive: true});
  await writeFile(join(dir, 'project.yaml'), PROJECT);
  await writeFile(join(dir, 'analysis/print.py'), PRINT);
}

async function measure(desk: OpenDesk): Promise<readonly Measurement[]> {
  const {page} = desk;
  await page.locator('[data-node="action:small"]').click();
  await page.getByRole('log').getByText('INFO step 2:').waitFor();
  await page.waitForTimeout(1500);
  const before = await rendererMegabytes(desk);
  const opened = await rounds('open', async () => {
    const ms = await msToOpen(page, 'large', `INFO step ${LINES - 1}:`);
    await page.waitForTimeout(300);
    await msToOpen(page, 'small', 'INFO step 2:');
    await page.waitForTimeout(300);
    return ms;
  });
  await msToOpen(page, 'large', `INFO step ${LINES - 1}:`);
  const wheel = await rounds('wheel', () => p95Frame(page, () => wheelThrough(page)));
  const bar = await rounds('scrollbar', () => p95Frame(page, () => dragScrollbar(page)));
  const memory = await rendererMegabytes(desk);
  const own = await ownMegabytes(desk);
  console.error(
    `renderer before: ${before.toFixed(0)} MB, after: ${memory.toFixed(0)} MB, of its own ${own.toFixed(0)} MB`,
  );
  const keys = await msForKeys(page);
  const name = '1,000,000 lines';
  return [
    {name: `${name}: open to first paint`, measured: median(opened), limit: 300, unit: 'ms'},
    {name: `${name}: p95 frame by the wheel`, measured: median(wheel), limit: 20, unit: 'ms'},
    {name: `${name}: p95 frame by the scrollbar`, measured: median(bar), limit: 20, unit: 'ms'},
    {
      name: `${name}: what they add to the window`,
      measured: memory - before,
      limit: 150,
      unit: 'MB',
    },
    {name: `${name}: the whole window`, measured: own, limit: 150, unit: 'MB'},
    {
      name: `A key while a job prints ${LINES_A_SECOND} lines a second, the slowest`,
      measured: Math.max(...keys),
      limit: 100,
      unit: 'ms',
    },
  ];
}

async function rounds(name: string, work: () => Promise<number>): Promise<readonly number[]> {
  const measured: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) measured.push(await work());
  console.error(`${name}: ${measured.map((each) => each.toFixed(1)).join(', ')}`);
  return measured;
}

/** From the click on an action to the painted end of its log. */
function msToOpen(page: Page, action: string, text: string): Promise<number> {
  const opened = page.getByRole('treeitem', {name: new RegExp(`^${action}`)}).evaluate(
    (node: HTMLElement, wanted) =>
      new Promise<number>((resolve) => {
        const from = performance.now();
        const look = (): void => {
          const shown = document.querySelector('[role="log"]')?.textContent ?? '';
          if (!shown.includes(wanted)) requestAnimationFrame(look);
          else requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - from)));
        };
        node.click();
        look();
      }),
    text,
  );
  return within(`"${text}" in the log of ${action}`, opened);
}

async function wheelThrough(page: Page): Promise<void> {
  await page.getByRole('log').hover();
  for (let step = 0; step < 100; step += 1) {
    await page.mouse.wheel(0, step < 60 ? -120 : 120);
    await page.waitForTimeout(8);
  }
}

/** Moves as a hand on the scrollbar does: far at each step. */
async function dragScrollbar(page: Page): Promise<void> {
  await page.getByRole('log').evaluate(async (box) => {
    const room = box.scrollHeight - box.clientHeight;
    for (let step = 0; step < 100; step += 1) {
      box.scrollTop = (0.5 + 0.45 * Math.sin(step / 8)) * room;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
}

/** From a key in the query box to the next painted frame, while a job prints; several keys. */
async function msForKeys(page: Page): Promise<readonly number[]> {
  await page.evaluate(async (limits) => {
    const ask = async (name: 'plan:prepare' | 'runs:start', arg: unknown): Promise<unknown> => {
      const answer = await window.studyDesk?.request(name, arg);
      if (answer?.ok !== true) throw new Error(`${name} was refused.`);
      return answer.value;
    };
    const prepared = await ask('plan:prepare', {
      request: {
        actions: ['small'],
        forceDependencies: false,
        includeStale: false,
        force: ['small'],
        takeOut: [],
      },
      options: {
        executor: 'process',
        concurrency: 1,
        limits,
        continueOnError: false,
        letRunningFinish: false,
        debug: false,
        pull: false,
      },
    });
    const {text} = prepared as {readonly text: string};
    const {id} = JSON.parse(text) as {readonly id: string};
    await ask('runs:start', {preparedId: id});
  }, DEFAULT_LIMITS);
  await page.getByRole('treeitem', {name: /^small/}).click();
  await page
    .getByRole('log')
    .getByText(/INFO step \d{4,}/)
    .first()
    .waitFor();
  const box = page.locator('[data-place="query"] input');
  await box.focus();
  const times = await page.evaluateHandle(() => {
    const measured: number[] = [];
    document.addEventListener('keydown', ({timeStamp}) => {
      requestAnimationFrame(() => setTimeout(() => measured.push(performance.now() - timeStamp)));
    });
    return measured;
  });
  const text = (): Promise<string> =>
    page.getByRole('log').evaluate((element) => element.textContent ?? '');
  const lineOf = (shown: string): number =>
    Math.max(...[...shown.matchAll(/step (\d+):/g)].map((match) => Number(match[1])));
  const [from, at] = [lineOf(await text()), Date.now()];
  await page.keyboard.type('small and large', {delay: 200});
  const [to, until] = [lineOf(await text()), Date.now()];
  const rate = ((to - from) / (until - at)) * 1000;
  console.error(`lines a second on screen: ${rate.toFixed(0)}`);
  if (!isSmall && rate < LINES_A_SECOND * 0.8)
    throw new Error('The job, or the window, did not keep up.');
  const keys = await times.jsonValue();
  console.error(`keys: ${keys.map((each) => each.toFixed(1)).join(', ')}`);
  return keys;
}

/** Memory of the window's process, of what several processes share its part alone (PSS); elsewhere than on Linux all of it. */
async function ownMegabytes(desk: OpenDesk): Promise<number> {
  if (process.platform !== 'linux') return rendererMegabytes(desk);
  const pid = await desk.application.evaluate(
    ({app}) => app.getAppMetrics().find(({type}) => type === 'Tab')?.pid,
  );
  const told = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Pss:\s+(\d+) kB/m.exec(told)?.[1] ?? Infinity) / 1024;
}

function rendererMegabytes({application}: OpenDesk): Promise<number> {
  return application.evaluate(({app}) => {
    const page = app.getAppMetrics().find(({type}) => type === 'Tab');
    return (page?.memory.workingSetSize ?? Infinity) / 1024;
  });
}
