import {existsSync, mkdirSync, symlinkSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {chromium, type Browser} from 'playwright-core';
import type {OpenDesk, OpenDeskOptions} from '../../build/openDesk.mjs';
import {serveWindow} from '../cli/webClient';
import {studiesFolder} from './windowStudy';

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome']
  .map((name) => `/usr/bin/${name}`)
  .find((file) => existsSync(file));

/** Why there is no browser here; null where there is. */
export const noBrowser =
  CHROMIUM === undefined
    ? 'Chromium is not installed: `apt-get install chromium`, then try again.'
    : null;

let browser: Promise<Browser> | null = null;

/** Chromium, started once for all tests of a process, with which it ends. */
export function startBrowser(): Promise<Browser> {
  browser ??= chromium.launch({
    ...(CHROMIUM === undefined ? {} : {executablePath: CHROMIUM}),
    // certificates of tests are their own
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--ignore-certificate-errors'],
  });
  return browser;
}

/**
 * The window in Chromium, in place of Electron: served by a `study-desk web` of its own, so that settings and recent studies of
 * tests stay apart.
 */
export async function openInBrowser(options: OpenDeskOptions): Promise<OpenDesk> {
  const {dir = null, width = 1280, height = 800, zoom = 1, theme = null, env = {}} = options;
  const started = startBrowser();
  const config = await mkdtemp(join(tmpdir(), 'study-desk-user-'));
  if (options.userDataDir) {
    mkdirSync(options.userDataDir, {recursive: true});
    symlinkSync(options.userDataDir, join(config, 'Study Desk'));
  }
  const root = await studiesFolder();
  const desk = await serveWindow(
    ['--root', root, ...(dir === null ? [] : ['--dir', dir])],
    {...env, XDG_CONFIG_HOME: config},
    root,
  );
  const context = await (
    await started
  ).newContext({
    viewport: {width: Math.round(width / zoom), height: Math.round(height / zoom)},
    colorScheme: theme,
    permissions: ['clipboard-read', 'clipboard-write', 'notifications'],
  });
  const page = await context.newPage();
  await page.goto(desk.url.href);
  return {
    page,
    printed: desk.stderr,
    get application(): never {
      throw new Error(
        'A browser has no application: name the test with its reason in tests/window/inBrowser.ts, or do without.',
      );
    },
    async close() {
      await context.close();
      desk.call.child.kill('SIGKILL');
      await desk.call.end;
      await rm(config, {recursive: true, force: true, maxRetries: 5});
    },
  };
}
