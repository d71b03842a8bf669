import {mkdir, realpath} from 'node:fs/promises';
import {relative, sep} from 'node:path';
import type {Locator, Page} from 'playwright-core';
import type {RequestArg} from '../../shared/contract/contract';
import {DEFAULT_LIMITS} from '../../shared/engine';
import type {ActionState} from '../../shared/status';
import {FOLDER_WORDS} from '../../electron/ipc/desktop';
import {inBrowser} from './inBrowser';
import type {Desk} from './launchDesk';
import {studiesFolder} from './windowStudy';

/** Of the dialogs in which a page has a folder chosen. */
const TITLES = Object.values(FOLDER_WORDS).map(([title]) => title);
const TAKES = Object.values(FOLDER_WORDS).map(([, take]) => take);

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
  const prepared = await askHost(page, 'plan:prepare', planOf(actions));
  if (!prepared.ok) throw new Error(JSON.stringify(prepared));
  const {text} = prepared.value as {readonly text: string}; // crosses as text
  const {id} = JSON.parse(text) as {readonly id: string};
  const started = await askHost(page, 'runs:start', {preparedId: id});
  if (!started.ok) throw new Error(JSON.stringify(started));
}

interface HostAnswer {
  readonly ok: boolean;
  readonly value?: unknown;
  readonly error?: unknown;
}

/** Makes a request of the window's host as its page does, in the shape in which it crosses. */
export function askHost(page: Page, name: string, arg: unknown): Promise<HostAnswer> {
  return page.evaluate(askInPage, [name, arg] as const);
}

/** In a browser, as a copy of the page's tab would: over a link of its own, on the study that the page shows. */
async function askInPage([name, arg]: readonly [string, unknown]): Promise<HostAnswer> {
  const host = Reflect.get(window, 'studyDesk') as
    {request(name: string, arg: unknown): Promise<HostAnswer>} | undefined;
  if (host !== undefined) return host.request(name, arg);
  const link = new WebSocket(new URL('socket', document.baseURI).href.replace(/^http/, 'ws'));
  const waiting = new Map<number, (answer: HostAnswer) => void>();
  const ask = (id: number, name: string, arg: unknown): Promise<HostAnswer> =>
    new Promise((resolve) => {
      waiting.set(id, resolve);
      link.send(JSON.stringify({id, name, arg}));
    });
  await new Promise<void>((open) => {
    link.onopen = () => open();
    link.onmessage = ({data}) => {
      const {id = 0, answer} = JSON.parse(String(data)) as {id?: number; answer?: HostAnswer};
      if (answer !== undefined) waiting.get(id)?.(answer);
    };
  });
  const [session, tab] = ['session', 'tab'].map((key) =>
    sessionStorage.getItem(`study-desk-${key}`),
  );
  link.send(JSON.stringify({session, tab, seen: null, dir: null}));
  const info = await ask(1, 'app:info', {});
  const {initialDir} = info.value as {initialDir: string};
  await ask(2, 'project:open', {dir: initialDir});
  const answer = await ask(3, name, arg);
  link.close();
  return answer;
}

/** Opens another window of the same application, or another tab, on a study. */
export async function openSecondWindow(desk: Desk, dir: string): Promise<Page> {
  if (inBrowser) {
    const opened = desk.page.context().waitForEvent('page');
    await desk.page.evaluate((folder) => {
      window.open(`#dir=${encodeURIComponent(folder)}`);
    }, dir);
    return opened;
  }
  const opened = desk.application.waitForEvent('window');
  await askHost(desk.page, 'app:openWindow', {dir});
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

/** Answers the next questions for a folder in place of the user: native dialogs can't be reached from here, those of a page can. */
export async function answerFolder(desk: Desk, dir: string): Promise<void> {
  if (inBrowser) {
    await mkdir(dir, {recursive: true});
    const root = await realpath(await studiesFolder());
    const names = relative(root, await realpath(dir)).split(sep);
    const dialog = desk.page.getByRole('dialog', {name: new RegExp(`^(${TITLES.join('|')})$`)});
    // once it is asked for; a page that is gone asks no more
    void chooseFolder(dialog, names).catch(() => undefined);
    return;
  }
  await desk.application.evaluate(({dialog}, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({canceled: false, filePaths: [chosen]});
    dialog.showSaveDialog = () => Promise.resolve({canceled: false, filePath: chosen});
  }, dir);
}

/** Has the next files that are saved written to this path, whatever the user would be asked. */
export async function answerSave(desk: Desk, path: string): Promise<void> {
  if (inBrowser) desk.page.once('download', (download) => void download.saveAs(path));
  else
    await desk.application.evaluate(({dialog}, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({canceled: false, filePath});
    }, path);
}

/** Goes down to a folder in the list of a page's own dialog, and takes it: by keyboard, which is then seen. */
async function chooseFolder(dialog: Locator, names: readonly string[]): Promise<void> {
  const press = (name: RegExp) => dialog.getByRole('button', {name}).press('Enter');
  for (const name of names) await press(new RegExp(`^${name}( \\(study\\))?$`));
  await press(new RegExp(`^(${TAKES.join('|')})$`));
}
