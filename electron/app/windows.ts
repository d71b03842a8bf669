import type {BrowserWindow} from 'electron';
import type {AppError} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import {crossing} from '../../shared/contract/crossing';
import {events} from '../../shared/contract/events';
import type {SendEvent} from '../ipc/ipcPort';

/** Folder a window is opened on, null for the start page, or why it can't be had. */
export type Opening = Promise<Result<string | null, AppError>>;

/** The open windows; each is known by the id of its web contents, which is what requests come with. */
export interface Windows {
  add(window: BrowserWindow, opening: Opening): void;
  get(windowId: number): BrowserWindow | null;
  /** What the window was opened on, for its first request. */
  opening(windowId: number): Opening;
  all(): readonly BrowserWindow[];
  sendTo(windowId: number): SendEvent;
}

/** Keeps track of windows from creation to destruction. */
export function createWindows(): Windows {
  const open = new Map<number, {window: BrowserWindow; opening: Opening}>();

  function get(windowId: number): BrowserWindow | null {
    const found = open.get(windowId)?.window;
    return found === undefined || found.isDestroyed() ? null : found;
  }

  return {
    add(window, opening) {
      const windowId = window.webContents.id;
      open.set(windowId, {window, opening});
      window.once('closed', () => open.delete(windowId));
    },
    get,
    opening: async (windowId) => open.get(windowId)?.opening ?? ok(null),
    all: () => [...open.values()].map(({window}) => window),
    sendTo: (windowId) => (name, payload) => {
      const contents = get(windowId)?.webContents;
      if (contents !== undefined && !contents.isDestroyed())
        contents.send(name, crossing(events[name], payload));
    },
  };
}

/** Shows a window that may be hidden or minimised, in front. */
export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
