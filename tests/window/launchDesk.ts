import {fileURLToPath} from 'node:url';
import {openDesk, type OpenDesk as Desk, type OpenDeskOptions} from '../../build/openDesk.mjs';
import {ensureDisplay, hasDisplay, type Display} from '../../build/virtualDisplay.mjs';
import {openInBrowser} from './browserDesk';
import {inBrowser} from './inBrowser';
import {removeStudies} from './windowStudy';

export type {Desk};

/** How long a window may take to show something, in milliseconds: other tests and their containers run beside it. */
const PATIENCE_MS = 50_000;

let display: Display | null = null;
const open: Desk[] = [];

/** Whether windows can't be had here; `npm test` tells the reason. A browser needs no display. */
export const noWindow = !inBrowser && Boolean(process.env.STUDY_DESK_NO_DISPLAY);

/** Whether actions can't be run in containers here. */
export const noEngine = Boolean(process.env.STUDY_DESK_NO_ENGINE);

/** What a program needs to show a window here; a screen is made where there is none. */
export async function displayEnvironment(): Promise<Readonly<Record<string, string>>> {
  if (!hasDisplay()) display ??= await ensureDisplay();
  return display?.env ?? {};
}

/**
 * Opens the application, or the window in a browser, with a user folder of its own; ended after the test, whatever becomes of
 * it (closeDesks).
 */
export async function launchDesk(options: OpenDeskOptions = {}): Promise<Desk> {
  const desk = await (inBrowser ? openInBrowser(options) : openWindow(options));
  open.push(desk);
  desk.page.context().setDefaultTimeout(PATIENCE_MS);
  return desk;
}

async function openWindow(options: OpenDeskOptions): Promise<Desk> {
  const env = {...(await displayEnvironment()), ...options.env};
  return openDesk({...options, env});
}

/** Ends the applications of a test, then removes the studies they may still write to; shows what a failed one saw. */
export async function closeDesks(test: string, failed: boolean): Promise<void> {
  if (failed) await Promise.all(open.map((desk) => showFailure(desk, test)));
  await Promise.all(open.splice(0).map((desk) => desk.close()));
  await removeStudies();
}

/** Ends the screen that was made for these tests. */
export function closeDisplay(): void {
  display?.stop();
  display = null;
}

/** What the window showed when a test failed, for whoever looks into it: dist/failures/. */
async function showFailure({page}: Desk, test: string): Promise<void> {
  const name = test.replace(/\W+/g, '-').slice(0, 60);
  const path = fileURLToPath(new URL(`../../dist/failures/${name}.png`, import.meta.url));
  // the window may be gone, and the failure itself is what counts
  await page.screenshot({path, timeout: 5000}).catch(() => undefined);
}
