import type {BrowserWindow} from 'electron';
import {crossing} from '../../shared/contract/crossing';
import {events} from '../../shared/contract/events';
import type {SendEvent} from '../ipc/ipcPort';

/** The open windows; each is known by the id of its web contents, which is what requests come with. */
export interface Windows {
  add(window: BrowserWindow, initialDir: Promise<string | null>): void;
  get(windowId: number): BrowserWindow | null;
  /** Folder the window was opened on, for its first request. */
  initialDir(windowId: number): Promise<string | null>;
  all(): readonly BrowserWindow[];
  sendTo(windowId: number): SendEvent;
}

/** Keeps track of windows from creation to destruction. */
export function createWindows(): Windows {
  const open = new Map<number, {window: BrowserWindow; initialDir: Promise<string | null>}>();

  function get(windowId: number): BrowserWindow | null {
    const found = open.get(windowId)?.window;
    return found === undefined || found.isDestroyed() ? null : found;
  }

  return {
    add(window, initialDir) {
      const windowId = window.webContents.id;
      open.set(windowId, {window, initialDir});
      window.once('closed', () => open.delete(windowId));
    },
    get,
    initialDir: async (windowId) => open.get(windowId)?.initialDir ?? null,
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
