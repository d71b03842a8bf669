import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {BaseWindow, BrowserWindow} from 'electron';
import type {CommandId} from '../../shared/commandTable';
import type {AppError} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import {SAMPLE_FOLDER} from '../ipc/desktop';
import type {StudySessions} from '../ipc/studySessions';
import type {Background} from './background';
import {closeQuestion, type OpenThings} from './closeQuestion';
import type {AppArguments} from './commandLine';
import type {CoreLoader} from './coreLoader';
import {reportOf} from './createDesktop';
import {guardClose} from './guardClose';
import type {KeptWindows} from './keptWindows';
import type {KeptWindow} from './lastStart';
import {asksForLink} from './linkQuestion';
import {createMainWindow} from './mainWindow';
import {guardPage} from './pageGuard';
import type {AppPaths} from './paths';
import type {ChosenSettings} from '../settings/chosenSettings';
import type {Place} from './windowPlace';
import {bringToFront, type Opening, type Windows} from './windows';

/** How long a finished run's hidden window can still be called back from its notification. */
const CALL_BACK_MS = 60_000;

/** What windows are opened with. */
export interface DeskWindowParts {
  readonly paths: AppPaths;
  readonly settings: ChosenSettings;
  readonly windows: Windows;
  readonly sessions: StudySessions;
  readonly background: Background;
  readonly core: CoreLoader;
  readonly kept: KeptWindows;
  /** The first page has been given its first script; nothing that takes time is begun before. */
  readonly pageServed: Promise<void>;
  readonly logBug: (id: string, error: unknown) => void;
}

/** Opens and closes the application's windows. */
export function createDeskWindows(parts: DeskWindowParts) {
  const {windows, sessions, background, kept} = parts;

  function openWindow(opening: Opening, place: Place | null = null): void {
    const window = createMainWindow(parts.paths, parts.settings.values(), place);
    const windowId = window.webContents.id;
    windows.add(window, opening);
    openAhead(windowId, opening).catch((error: unknown) => {
      parts.logBug('open', error);
    });
    guardClose(window, {
      open: () => openThings(windowId),
      stopRuns: () => sessions.stopRuns(windowId),
      toolsNow: () => sessions.toolsNow(windowId),
      stopTools: () => sessions.stopTools(windowId),
      wentToBackground: () => background.enter(showAll),
    });
    kept.follow(window);
    window.once('closed', () => {
      void sessions.close(windowId);
      leaveBackgroundIfSeen();
    });
    guardPage(window, {
      report: (fault) =>
        reportOf(fault, sessions.studyOf(windowId)?.dir ?? null, parts.core.engine()),
      logBug: parts.logBug,
    });
  }

  function openThings(windowId: number): OpenThings {
    const study = sessions.studyOf(windowId);
    return {
      active: sessions.activeRuns(windowId).length,
      waiting: study?.runs.queue().length ?? 0,
      unsaved: sessions.unsaved(windowId),
      shells: study?.shells.underWay() ?? [],
      tools: sessions.runningTools(windowId),
    };
  }

  /** Reads the study that the page will ask for, while the page's scripts run in their own process. */
  async function openAhead(windowId: number, opening: Opening): Promise<void> {
    await parts.pageServed;
    const asked = await opening;
    // what goes wrong here is said when the page asks
    if (asked.ok && asked.value !== null) await sessions.open(windowId, asked.value);
    else await parts.core.load();
  }

  async function open(dir: string | null): Promise<Result<null, AppError>> {
    const windowId = dir === null ? null : await sessions.windowOf(dir);
    const shown = windowId === null ? null : windows.get(windowId);
    if (shown === null) openWindow(Promise.resolve(ok(dir)));
    else bringToFront(shown);
    leaveBackgroundIfSeen();
    return ok(null);
  }

  async function openLink(link: string): Promise<void> {
    if (windows.all().length === 0) showAll();
    const [window] = windows.all();
    const dir = window === undefined ? null : await asksForLink(window, link);
    if (dir !== null) await open(dir);
  }

  function showAll(): void {
    const all = windows.all();
    if (all.length === 0) openWindow(Promise.resolve(ok(null)));
    for (const window of all) bringToFront(window);
    background.leave();
  }

  function leaveBackgroundIfSeen(): void {
    if (windows.all().every((window) => window.isVisible())) background.leave();
  }

  return {
    /** Opens a window on a study or, with null, on the start page; a study already open comes to the front. */
    open,
    /** Opens what the command line asks for; a second start without folder shows what is there. */
    async openAsked({dir, sample, link}: AppArguments): Promise<void> {
      if (link !== null) await openLink(link);
      else if (sample) openWindow(copySample(parts, dir));
      else if (dir !== null) await open(dir);
      else showAll();
    },
    openLink,
    /** Opens windows of the last start, each where it stood. */
    openLast(last: readonly KeptWindow[]): void {
      for (const {dir, place} of last) openWindow(Promise.resolve(ok(dir)), place);
    },
    showAll,
    sendCommand(command: CommandId, window: BaseWindow | undefined): void {
      const target = windows.all().find((candidate) => candidate.id === window?.id);
      if (target !== undefined) windows.sendTo(target.webContents.id)('menu:command', command);
    },
    /** Shows in the taskbar how far the run of a window's study has come; null takes it away. */
    runMoved(windowId: number, share: number | null): void {
      windows.get(windowId)?.setProgressBar(share ?? -1);
    },
    /** A run ended: if its window is in the background, the system says so; a hidden one is let go. */
    runFinished(studyName: string, windowId: number | null, ended: string): void {
      const window = windowId === null ? null : windows.get(windowId);
      if (parts.settings.values().tellWhenAway && (window === null || isAway(window)))
        background.notifyFinished(studyName, ended, () => {
          if (window === null || window.isDestroyed()) showAll();
          else bringToFront(window);
        });
      if (window === null || window.isVisible()) return;
      setTimeout(() => {
        if (window.isDestroyed() || window.isVisible()) return;
        // nobody is there to be asked of what would be lost, or of a run that has begun since; tools go on by themselves
        if (closeQuestion({...openThings(window.webContents.id), tools: []}) === null)
          window.destroy();
      }, CALL_BACK_MS);
    },
  };
}

/** Nobody looks at the window: it is hidden, minimised, or another one has the keyboard. */
function isAway(window: BrowserWindow): boolean {
  return !window.isVisible() || window.isMinimized() || !window.isFocused();
}

/** The folder with a copy of the sample study: the one asked for, or a new temporary one. */
async function copySample(parts: DeskWindowParts, dir: string | null): Opening {
  await parts.pageServed;
  const target = dir ?? join(await mkdtemp(join(tmpdir(), 'study-desk-')), SAMPLE_FOLDER);
  return (await parts.core.load()).copySample(target);
}
