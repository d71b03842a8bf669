import {stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {longTest} from '../gateShare';
import {openSecondWindow, startRun, waitForState} from './deskActions';
import {launchDesk, noWindow, type Desk} from './launchDesk';
import {emptyFolder, projectText, writeStudy} from './windowStudy';

/** Longest time from one beat of a lock's heart to the next that is no sign of a process that hangs, in milliseconds. */
const BEAT_MS = 9000;

/** For what takes its time on a busy computer. */
const LONG = {timeout: 30_000};

const action = (name: string, ...words: readonly string[]) => ({
  run: [`python:v2 python ${name}.py`, `${name}.txt`, ...words].join(' '),
  outputs: {moderately_sensitive: `${name}.txt`},
});

const WRITE = `import os
import sys
import time

for go in sys.argv[2:]:
    while not os.path.exists(go):
        time.sleep(0.1)
open(sys.argv[1], "w").close()
`;

/** A study whose first action runs until `go` is there, and whose others wait for their turn. */
async function heldStudy(name: string): Promise<{readonly dir: string; readonly go: string}> {
  const go = join(await emptyFolder(), 'go');
  const dir = await writeStudy(name, {
    'project.yaml': projectText({
      hold: action('hold', go),
      next: action('next'),
      later: action('later'),
    }),
    // scripts of their own: actions that are alike would fold into one node
    'hold.py': WRITE,
    'next.py': WRITE,
    'later.py': WRITE,
  });
  return {dir, go};
}

/** Longest that the main process waits for a page: one that ends amid a question never answers. */
const ANSWER_MS = 3000;

/** Ends the process of a window's page as a crash does, and waits until the window knows. */
async function crashPage({application}: Desk, window: number): Promise<void> {
  const gone = await application.evaluate(
    async ({BrowserWindow}, {id, ms}) => {
      const contents = BrowserWindow.fromId(id)?.webContents;
      const ended = new Promise((resolve) => {
        contents?.once('render-process-gone', () => resolve(true));
        setTimeout(() => resolve(false), ms);
      });
      contents?.forcefullyCrashRenderer();
      return ended;
    },
    {id: window, ms: 10 * ANSWER_MS},
  );
  expect(gone, 'the page has ended').toBe(true);
}

/**
 * Waits until a line of script holds in a window's page, asked of it again and again; Playwright knows a page that crashed once
 * no more.
 */
async function waitInPage({application}: Desk, window: number, script: string): Promise<void> {
  const ask = (): Promise<unknown> =>
    application.evaluate(
      ({BrowserWindow}, {id, line, ms}) =>
        Promise.race([
          BrowserWindow.fromId(id)?.webContents.executeJavaScript(line) as Promise<unknown>,
          new Promise((resolve) => setTimeout(() => resolve('no answer'), ms)),
        ]),
      {id: window, line: script, ms: ANSWER_MS},
    );
  await expect.poll(ask, LONG).toBe(true);
}

async function pressKey({application}: Desk, window: number, key: string): Promise<void> {
  await application.evaluate(
    ({BrowserWindow}, {id, keyCode}) => {
      const contents = BrowserWindow.fromId(id)?.webContents;
      for (const type of ['keyDown', 'char', 'keyUp'] as const)
        contents?.sendInputEvent({type, keyCode});
    },
    {id: window, keyCode: key},
  );
}

async function windowIds({application}: Desk): Promise<readonly number[]> {
  return application.evaluate(({BrowserWindow}) =>
    BrowserWindow.getAllWindows()
      .map(({id}) => id)
      .sort((a, b) => a - b),
  );
}

const stateOf = (name: string, state: string): string =>
  `document.querySelector('[data-node="action:${name}"]')?.dataset.state === '${state}'`;

const says = (text: string): string => `document.body.innerText.includes(${JSON.stringify(text)})`;

/** When the lock of the study was last beaten, in milliseconds. */
async function lastBeat(dir: string): Promise<number> {
  return (await stat(join(dir, 'metadata/study-desk/lock.json'))).mtimeMs;
}

async function toEnd(page: Page, go: string): Promise<void> {
  await writeFile(go, '');
  for (const name of ['hold', 'next', 'later']) await waitForState(page, name, 'up-to-date');
}

/** Whether a file is there. */
function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

describe.skipIf(noWindow)('a process of the window', () => {
  it('that draws, ended again and again, leaves every run alone, and offers to be opened again and a report', async () => {
    const first = await heldStudy('crashing');
    const second = await heldStudy('unharmed');
    const desk = await launchDesk({dir: first.dir});
    await startRun(desk.page, ['hold', 'next']);
    await startRun(desk.page, ['later']);
    const other = await openSecondWindow(desk, second.dir);
    await startRun(other, ['hold', 'next', 'later']);
    const [window = 0] = await windowIds(desk);

    for (let crash = 1; crash <= 3; crash += 1) {
      await crashPage(desk, window);
      if (crash < 3) await waitInPage(desk, window, stateOf('hold', 'running'));
    }
    await waitInPage(desk, window, says('The window stopped working 3 times within 30 seconds.'));
    await waitInPage(desk, window, 'document.scripts.length === 0');

    // the process that runs the jobs is alive: both locks are beaten, both runs end, what waited has begun
    const before = [await lastBeat(first.dir), await lastBeat(second.dir)];
    await expect.poll(() => lastBeat(first.dir), {timeout: BEAT_MS}).not.toBe(before[0]);
    await expect.poll(() => lastBeat(second.dir), {timeout: BEAT_MS}).not.toBe(before[1]);
    await writeFile(first.go, '');
    await expect.poll(() => isThere(join(first.dir, 'later.txt')), LONG).toBe(true);
    await toEnd(other, second.go);

    await desk.application.evaluate(({clipboard}) => clipboard.writeText('before'));
    await pressKey(desk, window, 'Tab');
    await waitInPage(desk, window, `document.activeElement.textContent === 'Copy report'`);
    await pressKey(desk, window, 'Enter');
    await waitInPage(desk, window, says('Report copied.'));
    const report = await desk.application.evaluate(({clipboard}) => clipboard.readText());
    expect(report).toContain('The window stopped working 3 times within 30 seconds.');
    expect(report.match(/^\d{4}-\d\d-\d\dT\S+ (killed|crashed) \d+$/gm)).toHaveLength(3);
    expect(report).not.toContain(first.dir);

    await waitInPage(desk, window, `document.activeElement.textContent === 'Copy report'`);
    await waitInPage(desk, window, `document.querySelector('a').focus() === undefined`);
    await pressKey(desk, window, 'Enter');
    for (const name of ['hold', 'next', 'later'])
      await waitInPage(desk, window, stateOf(name, 'up-to-date'));
  });

  longTest('may be killed eight times where it draws, and the run goes on', async () => {
    const {dir, go} = await heldStudy('drawing');
    const desk = await launchDesk({dir});
    await startRun(desk.page, ['hold', 'next', 'later']);
    const drawing = (): Promise<number> =>
      desk.application.evaluate(
        ({app}) => app.getAppMetrics().find(({type}) => type === 'GPU')?.pid ?? 0,
      );
    let killed = 0;
    for (let kill = 1; kill <= 8; kill += 1) {
      await expect.poll(async () => [0, killed].includes(await drawing()), LONG).toBe(false);
      killed = await drawing();
      process.kill(killed, 'SIGKILL');
    }
    await toEnd(desk.page, go);
  });

  longTest('may be stopped where it shows the study, and the run goes on', async () => {
    const {dir, go} = await heldStudy('stopped');
    const desk = await launchDesk({dir});
    await startRun(desk.page, ['hold', 'next', 'later']);
    const page = await desk.application.evaluate(({BrowserWindow}) =>
      BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
    );
    if (page === undefined) throw new Error('There is no window.');
    process.kill(page, 'SIGSTOP');
    const before = await lastBeat(dir);
    await expect.poll(() => lastBeat(dir), {timeout: BEAT_MS}).not.toBe(before);
    await writeFile(go, '');
    await expect.poll(() => isThere(join(dir, 'later.txt')), LONG).toBe(true);
    process.kill(page, 'SIGCONT');
    await waitForState(desk.page, 'later', 'up-to-date');
  });
});
