import type {Locator, Page} from 'playwright-core';
import type {RequestArg} from '../../shared/contract/contract';
import {DEFAULT_LIMITS} from '../../shared/engine';
import type {ActionState} from '../../shared/status';
import type {Desk} from './launchDesk';

/** How long a run in containers may take here, in milliseconds. */
export const RUN_MS = 60_000;

/** An action's node in the graph. */
export function nodeOf(page: Page, action: string): Locator {
  return page.locator(`[data-node="action:${action}"]`);
}

/** Waits until the graph shows an action in one of these states. */
export async function waitForState(
  page: Page,
  action: string,
  ...states: readonly ActionState[]
): Promise<void> {
  const wanted = states.map((state) => `[data-node="action:${action}"][data-state="${state}"]`);
  await page.locator(wanted.join(', ')).waitFor({timeout: RUN_MS});
}

/** Presses the main Run button and then the plan's own. */
export async function runAll(page: Page): Promise<void> {
  const runButtons = page.getByRole('group', {name: 'Run', exact: true}).getByRole('button');
  await runButtons.first().click();
  await page.getByRole('button', {name: /^Run \d+ jobs?$/}).click();
}

/** A plan of these actions, each run anew, one at a time and without an engine. */
function planOf(actions: readonly string[]): RequestArg<'plan:prepare'> {
  return {
    request: {
      actions,
      forceDependencies: false,
      includeStale: false,
      force: actions,
      takeOut: [],
    },
    options: {
      executor: 'process',
      concurrency: 1,
      limits: DEFAULT_LIMITS,
      continueOnError: false,
      letRunningFinish: false,
      debug: false,
      pull: false,
    },
  };
}

/** Starts these actions without an engine, one at a time, as soon as the page shows the first; behind a run under way they wait. */
export async function startRun(page: Page, actions: readonly string[]): Promise<void> {
  await nodeOf(page, actions[0] ?? '').waitFor();
  await runWithoutEngine(page, actions);
}

/** The same of actions that no node of their own shows. */
export async function runWithoutEngine(page: Page, actions: readonly string[]): Promise<void> {
  await page.evaluate(async (plan) => {
    const host = Reflect.get(window, 'studyDesk') as {
      request(name: string, arg: unknown): Promise<{ok: boolean; value: {text: string}}>;
    };
    const prepared = await host.request('plan:prepare', plan);
    if (!prepared.ok) throw new Error(JSON.stringify(prepared));
    const {id} = JSON.parse(prepared.value.text) as {readonly id: string};
    const started = await host.request('runs:start', {preparedId: id});
    if (!started.ok) throw new Error(JSON.stringify(started));
  }, planOf(actions));
}

/** Opens another window of the same application on a study. */
export async function openSecondWindow({application, page}: Desk, dir: string): Promise<Page> {
  const opened = application.waitForEvent('window');
  await page.evaluate(async (folder) => {
    const host = Reflect.get(window, 'studyDesk') as {
      request(name: string, arg: unknown): Promise<unknown>;
    };
    await host.request('app:openWindow', {dir: folder});
  }, dir);
  return opened;
}

/** Opens the list of outputs and a file in it. */
export async function openOutput(page: Page, file: string): Promise<void> {
  await page.getByRole('tab', {name: /^Outputs/}).click();
  const row = page.getByRole('tree', {name: 'Outputs by tier'}).getByRole('treeitem', {name: file});
  // rows may still move as outputs are listed: a click that met another row is made again
  for (let attempt = 1; ; attempt += 1) {
    await row.click();
    const article = page.getByRole('article', {name: file});
    if (attempt === 3) return article.waitFor();
    const opened = await article.waitFor({timeout: 3000}).then(
      () => true,
      () => false,
    );
    if (opened) return;
  }
}

/** Answers the next questions for a folder in place of the user: native dialogs can't be reached from here. */
export async function answerFolder({application}: Desk, dir: string): Promise<void> {
  await application.evaluate(({dialog}, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({canceled: false, filePaths: [chosen]});
    dialog.showSaveDialog = () => Promise.resolve({canceled: false, filePath: chosen});
  }, dir);
}
