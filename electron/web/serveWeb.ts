import type {Server} from 'node:http';
import {dirname, join} from 'node:path';
import type {EngineStatus} from '../../shared/engine';
import {type AppError, appError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {createBugLog} from '../app/bugLog';
import {openRecents} from '../app/recents';
import type {Core} from '../core/core';
import type {Study} from '../core/study';
import {createStudySessions} from '../ipc/studySessions';
import type {ChosenSettings} from '../settings/chosenSettings';
import {createDoor} from './door';
import {createLinks, type Links} from './links';
import {createOnceAddresses} from './onceAddresses';
import {createTab, type Tab} from './tab';
import {createWebAnswers} from './webAnswers';
import {createWebDesktop, saveInBrowser} from './webDesktop';
import {addressesOf, type Addresses, type WebPlace} from './webPlace';
import {createWebServer, listen} from './webServer';

/** How often the engine is asked how it is while a page is connected, in milliseconds. */
const ENGINE_LOOK_MS = 30_000;
/** How often it is looked whether the last run has ended, in milliseconds. */
const END_LOOK_MS = 200;

/** What the window is served with. */
export interface ServeWebParts {
  readonly place: WebPlace;
  readonly core: () => Promise<Core>;
  readonly settings: ChosenSettings;
  /** The user's file of settings; what else is the user's lies beside it. */
  readonly settingsFile: string;
  /** The study that is opened first; null for the start page. */
  readonly dir: string | null;
  /** Real path of the folder at and below which studies are opened. */
  readonly root: string;
  readonly renderer: string;
  readonly appFolder: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Notes a request that was refused. */
  readonly refused: (host: string, origin: string) => void;
}

/** The window, served. */
export interface WebDesk {
  /** The page's address with a new token, which works once, within ten minutes. */
  newAddress(): string;
  /** Takes no request any more; answers how many studies have runs under way. */
  stopServing(): number;
  /** Resolves when the last run has ended and every study is closed. */
  ended(): Promise<void>;
}

/** Serves the window over HTTP and WebSocket; fails where it can't listen there. */
export async function serveWeb(parts: ServeWebParts): Promise<Result<WebDesk, AppError>> {
  const {place} = parts;
  const folder = dirname(parts.settingsFile);
  const logBug = createBugLog(join(folder, 'study-desk.log'), () => new Date());
  // a fault in one place must not end runs in another
  process.on('uncaughtException', (error) => logBug('uncaught', error));
  process.on('unhandledRejection', (error) => logBug('unhandled', error));
  const door = createDoor(Date.now);
  let addresses: Addresses = addressesOf(place, null, parts.env);
  const newAddress = (): string => `${addresses.page}#token=${door.newToken()}`;
  const desk = createDesk(parts, {
    door,
    recents: openRecents(join(folder, 'recents.json')),
    logBug,
    ofPort: (port) => addresses.ofPort(port),
  });
  let server: Server;
  try {
    server = await createWebServer({
      ...parts,
      door,
      once: desk.once,
      links: desk.links,
      addresses: () => addresses,
      newAddress,
      logBug,
    });
    addresses = addressesOf(place, await listen(server, place), parts.env);
    desk.prepare();
  } catch (error) {
    return err(notListening(place, error));
  }
  return ok({
    newAddress,
    stopServing() {
      server.close();
      desk.close();
      server.closeAllConnections();
      return desk.busy();
    },
    async ended() {
      while (desk.busy() > 0) await new Promise((look) => setTimeout(look, END_LOOK_MS));
      await desk.closeStudies();
    },
  });
}

interface DeskParts {
  readonly door: ReturnType<typeof createDoor>;
  readonly recents: ReturnType<typeof openRecents>;
  readonly logBug: (id: string, error: unknown) => void;
  readonly ofPort: (port: number) => string;
}

/** The studies that are open, and the tabs that show them. */
function createDesk(parts: ServeWebParts, {door, recents, logBug, ofPort}: DeskParts) {
  const {settings, core, root} = parts;
  let loaded: Core | null = null;
  const loading = (): Promise<Core> =>
    core().then((made) => {
      if (loaded === null) made.onEngineChange(engineChanged);
      loaded = made;
      return made;
    });
  const sessions = createStudySessions(
    loading,
    (windowId) => (event, payload) => links.byWindow(windowId)?.sendEvent(event, payload),
    {
      activeRunsChanged: () => undefined,
      runMoved: () => undefined,
      runsMoved() {
        for (const tab of links.all())
          tab.sendEvent('runs:elsewhere', sessions.runsElsewhere(tab.windowId));
      },
      runFinished,
    },
    true,
  );
  const once = createOnceAddresses((dir) => sessions.openStudy(dir));
  const engine = (): EngineStatus =>
    loaded?.engine(settings.values().executor) ?? {state: 'checking'};
  let tabCount = 0;

  function engineChanged(kind: string, status: EngineStatus): void {
    if (kind !== settings.values().executor) return;
    // a study reports to its own tabs
    for (const tab of links.all())
      if (sessions.studyOf(tab.windowId) === null) tab.sendEvent('engine:changed', status);
  }

  /** Notifies in the tabs that show the study; where none does, in all. */
  function runFinished(study: Study, _windowId: number | null, ended: string): void {
    if (!settings.values().tellWhenAway) return;
    const connected = links.all().filter((tab) => tab.isConnected());
    const showing = connected.filter((tab) => sessions.studyOf(tab.windowId) === study);
    for (const tab of showing.length > 0 ? showing : connected)
      void tab.ask({kind: 'notify', title: ended, body: study.project.snapshot().name});
  }

  function settingsChanged(before: ReturnType<ChosenSettings['values']>): void {
    const {executor, engine: name} = settings.values();
    if (executor === before.executor && name === before.engine) return;
    engineChanged(executor, engine());
    void loaded?.checkEngine(executor);
    for (const tab of links.all()) {
      const study = sessions.studyOf(tab.windowId);
      if (study === null) continue;
      tab.sendEvent('engine:changed', study.engines.status(executor));
      void study.engines.check(executor);
    }
  }

  function newTab(session: string, dir: string | null, like: Tab | null): Tab {
    tabCount += 1;
    const windowId = tabCount;
    const self = (): Tab => tab;
    const desktop = createWebDesktop({
      ...{tab: self, settings, recents, once, root, ofPort, logBug, settingsChanged},
      ...{version: parts.version, appFolder: parts.appFolder},
      engineWords: () => wordsOf(engine()),
    });
    const shown = like === null ? null : (sessions.studyOf(like.windowId)?.dir ?? like.dir);
    const first = dir ?? shown ?? parts.dir;
    if (first === null)
      loading()
        .then((made) => made.expectOpening())
        .catch((error: unknown) => logBug('web', error));
    const tab: Tab = createTab({
      windowId,
      session,
      dir: first,
      keep: (bytes) => once.bytes(bytes),
      answers: createWebAnswers({
        ...{core: loading, desktop, sessions, windowId, root},
        confirms: async (title, text) =>
          (await self().ask({kind: 'confirm', title, text, button: 'Download'})) === true,
        runStarted: () => {
          if (settings.values().tellWhenAway) void self().ask({kind: 'may-notify'});
        },
        save: (name, content) => saveInBrowser({once, tab: self}, name, content),
      }),
      batchTaken: () => sessions.batchTaken(windowId),
      begun: () => sessions.follow(windowId, null),
    });
    return tab;
  }

  const links: Links = createLinks({
    door,
    newTab,
    closed: ({windowId}) => {
      sessions.close(windowId).catch((error: unknown) => logBug('web', error));
    },
  });
  const looking = setInterval(() => {
    if (links.all().some((tab) => tab.isConnected())) loaded?.lookAtEngines();
  }, ENGINE_LOOK_MS).unref();

  return {
    once,
    links,
    /** Loads what the first page will ask for, while its user opens the address. */
    prepare(): void {
      loading()
        .then((made) => (parts.dir === null ? made.expectOpening() : made.expectStudy(parts.dir)))
        .catch((error: unknown) => logBug('web', error));
    },
    busy: (): number => sessions.busyStudies().length,
    close(): void {
      clearInterval(looking);
      links.closeAll();
    },
    closeStudies: () => sessions.closeAll(),
  };
}

function wordsOf(engine: EngineStatus): string {
  if (engine.state === 'ready') return `${engine.name}, ${engine.platform}`;
  return engine.state === 'down' ? `not available (${engine.message})` : 'not known yet';
}

function notListening({listen: where, tls}: WebPlace, error: unknown): AppError {
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'path' in error && tls !== null)
    return appError('not-found', 'The certificate or its key can’t be read.', {
      why: detail,
      hint: 'Check --tls-cert and --tls-key.',
    });
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const place = where.kind === 'port' ? `${where.host}, port ${where.port}` : where.path;
  return appError('file-system', `Study Desk can’t be served at ${place}.`, {
    why:
      code === 'EADDRINUSE'
        ? 'Another program serves there already.'
        : code === 'EACCES'
          ? 'You may not serve there.'
          : detail,
    hint: 'Choose another port or socket; without --port a free one is taken.',
    detail,
  });
}
