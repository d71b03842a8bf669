import {randomBytes} from 'node:crypto';
import {clipboard, type BrowserWindow} from 'electron';
import type {AppError} from '../../shared/errors';
import {
  COPY_REPORT,
  OPEN_AGAIN,
  pageFault,
  recentEnds,
  stoppedPage,
  type PageEnd,
} from './stoppedPage';

/** How long it is waited before a page of words that ended itself is shown anew, in milliseconds. */
const AGAIN_MS = 5000;

/** What the guard of a page needs. */
export interface GuardedPage {
  /** The report of a fault, without anything of the user's. */
  report(fault: AppError): string;
  logBug(id: string, error: unknown): void;
}

/**
 * Loads a page again whose process has ended and, where that does not help, lets a page of words stand in, which offers to
 * open the window again and to copy a report. Nothing here waits for the user: runs go on in this process.
 */
export function guardPage(window: BrowserWindow, page: GuardedPage): void {
  const {webContents} = window;
  let ends: readonly PageEnd[] = [];
  let shown: {readonly fault: AppError; readonly report: string} | null = null;

  function load(url: string): void {
    if (window.isDestroyed()) return;
    // a page that ends while it is loaded is known by its end
    webContents.loadURL(url).catch(() => undefined);
  }

  function showWords(note: string | null): void {
    if (shown === null) return;
    const {fault, report} = shown;
    const words = stoppedPage(fault, report, note, randomBytes(16).toString('base64'));
    load(`data:text/html;charset=utf-8,${encodeURIComponent(words)}`);
  }

  async function copy(report: string): Promise<void> {
    try {
      await clipboard.writeText(report);
      showWords('Report copied');
    } catch (error) {
      page.logBug('clipboard', error);
      showWords('The report could not be copied: select it below');
    }
  }

  webContents.on('render-process-gone', (_event, {reason, exitCode}) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    page.logBug('window', new Error(`The window's process ended: ${reason} ${exitCode}`));
    if (shown !== null) {
      setTimeout(() => showWords(null), AGAIN_MS);
      return;
    }
    ends = recentEnds([...ends, {at: Date.now(), reason, exitCode}]);
    const fault = pageFault(ends);
    if (fault !== null) shown = {fault, report: page.report(fault)};
    // Electron is not done with the process that ended
    setImmediate(() => {
      if (fault !== null) showWords(null);
      else load(OPEN_AGAIN);
    });
  });
  webContents.on('will-navigate', (event, url) => {
    if (shown === null) return;
    if (url === COPY_REPORT) {
      event.preventDefault();
      void copy(shown.report);
    } else if (url === OPEN_AGAIN) {
      shown = null;
      ends = [];
    }
  });
}
