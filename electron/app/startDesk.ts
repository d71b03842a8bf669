import {app, Menu, protocol, session, shell, type BaseWindow} from 'electron';
import {answerRequests} from '../ipc/answerRequests';
import {startTableProcess} from './tableProcess';
import {createStudySessions} from '../ipc/studySessions';
import {createAppProtocol} from './appProtocol';
import {createBackground} from './background';
import {createBugLog} from './bugLog';
import {studyFolder, type AppArguments} from './commandLine';
import {createCoreLoader} from './coreLoader';
import {applyTheme, createDesktop} from './createDesktop';
import {openChosenSettings} from '../settings/chosenSettings';
import {createDeskWindows} from './deskWindows';
import {electronIpcPort, onBatchTaken} from './electronIpcPort';
import {lockDownSession} from './lockDown';
import type {CommandId} from '../../shared/commandTable';
import {noteEnd} from './lastEnd';
import {menuTemplate} from './menu';
import {createJobQueueHost, jobQueueFileDecoder} from './jobQueueHost';
import {createJsonFile} from './jsonFile';
import {createOutputOrigins} from './outputProtocol';
import {appPaths, appVersion} from './paths';
import {createKeptWindows} from './keptWindows';
import {openLastStart} from './lastStart';
import {openRecents} from './recents';
import {onSecondStart} from './secondStart';
import {externalAddress, OUTPUT_SCHEME} from './security';
import {startServe} from './serveProcess';
import {createUpdateHost} from './updateHost';
import {createWindows} from './windows';

/** How long the application waits at its end for studies to let go. */
const CLOSE_MS = 2000;

/** How often the engine is asked how it is while a window is on screen. */
const ENGINE_LOOK_MS = 30_000;

/** Puts the application together; what the first paint does not need is loaded after it. The fault is of the user's own folder. */
export async function startDesk(asked: AppArguments, folderFault: string | null): Promise<void> {
  const paths = appPaths();
  const logBug = createBugLog(paths.logFile, () => new Date());
  // a fault in one place must not end runs in another
  process.on('uncaughtException', (error) => logBug('uncaught', error));
  process.on('unhandledRejection', (error) => logBug('unhandled', error));

  const settings = openChosenSettings(paths.settingsFile, process.env, folderFault);
  const windows = createWindows();
  let activeRuns = 0;
  let scriptServed = (): void => undefined;
  const pageServed = new Promise<void>((resolve) => {
    scriptServed = resolve;
  });
  const lastEnd = noteEnd(
    paths.noteFile,
    appVersion(),
    () => new Date(),
    () => ({windows: windows.all().length, runs: activeRuns}),
  );
  const background = createBackground();
  const core = createCoreLoader(
    async () =>
      (await import('../core/createCore')).createCore({
        settings: () => settings.given(),
        forWindow: 'here',
        version: appVersion(),
        startTables: startTableProcess,
      }),
    () => settings.values().executor,
    (status) => {
      // a study reports to its own window
      for (const {webContents} of windows.all())
        if (sessions.studyOf(webContents.id) === null)
          windows.sendTo(webContents.id)('engine:changed', status);
    },
  );
  const sessions = createStudySessions(
    () => core.load(),
    (windowId) => windows.sendTo(windowId),
    {
      activeRunsChanged(count) {
        activeRuns = count;
        background.activeRunsChanged(count);
      },
      runMoved: (windowId, share) => deskWindows.runMoved(windowId, share),
      runsMoved() {
        for (const {webContents} of windows.all())
          windows.sendTo(webContents.id)('runs:elsewhere', sessions.runsElsewhere(webContents.id));
      },
      runFinished: (study, windowId, ended) =>
        deskWindows.runFinished(study.project.snapshot().name, windowId, ended),
    },
  );
  const lastStart = openLastStart(paths.lastStartFile, appVersion());
  const kept = createKeptWindows(windows, sessions, lastStart);
  const outputOrigins = createOutputOrigins((dir) => sessions.openStudy(dir));
  const deskWindows = createDeskWindows({
    paths,
    settings,
    windows,
    sessions,
    background,
    core,
    kept,
    pageServed,
    logBug,
  });
  const desktop = createDesktop({
    windows,
    settings,
    recents: openRecents(paths.recentsFile),
    tokensFile: paths.tokensFile,
    updatedFrom: lastStart.updatedFrom,
    studyOpened: kept.keepSoon,
    outputOrigins,
    openWindow: (dir) => deskWindows.open(dir),
    engine: () => core.engine(),
    settingsChanged(now, before) {
      core.settingsChanged(now, before);
      if (now.executor === before.executor && now.engine === before.engine) return;
      for (const {webContents} of windows.all()) {
        const study = sessions.studyOf(webContents.id);
        if (study === null) continue;
        windows.sendTo(webContents.id)('engine:changed', study.engines.status(now.executor));
        void study.engines.check(now.executor);
      }
    },
    takeReport: () => lastEnd.takeReport(),
    logBug,
  });

  const jobQueue = createJobQueueHost({
    file: createJsonFile(paths.jobQueueFile, jobQueueFileDecoder, {settingsFile: null}),
    start: startServe,
    chooseFile: (windowId) => desktop.chooseSettingsFile(windowId),
    view: async (file) => (await import('./serveView')).readServeView(file),
    environment: process.env,
    now: () => new Date(),
  });

  const updates = createUpdateHost({
    file: paths.updateFile,
    settings: () => settings.values(),
    isBusy: () => activeRuns > 0,
    onChange: (update) => {
      for (const {webContents} of windows.all())
        windows.sendTo(webContents.id)('update:changed', update);
    },
  });

  onSecondStart((next) => void deskWindows.openAsked(next));
  // a folder or project.yaml dropped on the icon, opened with us, or chosen among the recent ones there
  let first: AppArguments | null = asked;
  app.on('open-file', (event, path) => {
    event.preventDefault();
    const dir = studyFolder(path);
    // what it is started with takes the place of the start page
    if (first === null) void deskWindows.open(dir);
    else first = {dir, sample: false, link: null};
  });
  app.on('open-url', (event, link) => {
    event.preventDefault();
    if (first === null) void deskWindows.openLink(link);
    else first = {dir: null, sample: false, link};
  });
  await app.whenReady();
  applyTheme(settings.values());
  lockDownSession(session.defaultSession);
  protocol.handle('app', createAppProtocol(paths.renderer, scriptServed));
  protocol.handle(OUTPUT_SCHEME, (request) => outputOrigins.answer(request));
  answerRequests(electronIpcPort(), {
    ...{core: () => core.load(), desktop, sessions, jobQueue, updates},
  });
  onBatchTaken((windowId) => sessions.batchTaken(windowId));

  const opening = first;
  first = null;
  const asksNothing = opening.dir === null && !opening.sample && opening.link === null;
  if (asksNothing && lastStart.windows.length > 0) deskWindows.openLast(lastStart.windows);
  else await deskWindows.openAsked(opening);
  setMenu();
  updates.lookDaily();
  // someone who has just started Docker comes back to our window
  app.on('browser-window-focus', () => {
    core.lookAtEngines();
    background.seen();
  });
  setInterval(() => {
    if (windows.all().some((window) => window.isVisible())) core.lookAtEngines();
  }, ENGINE_LOOK_MS);
  app.on('activate', () => deskWindows.showAll());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let lastKept: Promise<void> | null = null;
  app.on('before-quit', () => {
    lastKept = kept.ending();
  });
  app.once('will-quit', (event) => {
    event.preventDefault();
    const timeUp = new Promise((resolve) => setTimeout(resolve, CLOSE_MS));
    void Promise.race([closeAll(), timeUp]).finally(() => app.exit());
  });

  async function closeAll(): Promise<void> {
    await Promise.all([sessions.closeAll(), jobQueue.close(), lastKept]);
    await core.loaded()?.close();
    await lastEnd.close();
  }

  function setMenu(): void {
    const actions = {
      openHelp: (url: string): void => {
        const address = externalAddress(url);
        if (address !== null) void shell.openExternal(address);
      },
      command: (command: CommandId, window: BaseWindow | undefined): void => {
        // on macOS the menu is there without a window too
        if (command === 'new-window') void deskWindows.open(null);
        else deskWindows.sendCommand(command, window);
      },
    };
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, process.platform)));
  }
}
