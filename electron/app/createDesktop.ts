import {release} from 'node:os';
import {join} from 'node:path';
import {app, clipboard, dialog, nativeTheme, shell, type BrowserWindow} from 'electron';
import type {EngineStatus} from '../../shared/engine';
import {type AppError, failWith} from '../../shared/errors';
import type {AppInfo} from '../../shared/app';
import {err, ok, type Result} from '../../shared/result';
import type {Settings} from '../../shared/settings';
import {writeReport, thisUser} from '../doctor/supportReport';
import {FOLDER_WORDS, notWritten, type Desktop} from '../ipc/desktop';
import {writeFileAtomically} from '../files/writeAtomically';
import {createKeychainTokens} from './keychainTokens';
import {foundEditor, noFileManager, openInEditor} from './editor';
import {dragIcon, openWithProgram} from './openWith';
import type {OutputOrigins} from './outputProtocol';
import {appVersion} from './paths';
import type {Recents} from './recents';
import {localAddress} from './security';
import type {ChosenSettings} from '../settings/chosenSettings';
import type {Windows} from './windows';

/** What the desktop is put together from. */
export interface DesktopParts {
  readonly windows: Windows;
  readonly settings: ChosenSettings;
  readonly recents: Recents;
  /** Where tokens for private repositories are kept, encrypted. */
  readonly tokensFile: string;
  readonly outputOrigins: OutputOrigins;
  /** As in {@link AppInfo}. */
  readonly updatedFrom: string | null;
  /** A window has come to another study. */
  readonly studyOpened: () => void;
  readonly openWindow: (dir: string | null) => Promise<Result<null, AppError>>;
  readonly engine: () => EngineStatus;
  readonly settingsChanged: (settings: Settings, before: Settings) => void;
  /** How the start before ended, where it did not close; once. */
  readonly takeReport: () => AppError | null;
  readonly logBug: (id: string, error: unknown) => void;
}

/** The desktop around the windows, through Electron. */
export function createDesktop(parts: DesktopParts): Desktop {
  const {windows, settings, recents} = parts;
  // looked for while the first window opens, which is not held up by it
  const editor = foundEditor();

  return {
    async appInfo(windowId): Promise<AppInfo> {
      const opening = await windows.opening(windowId);
      return {
        electronVersion: process.versions['electron'] ?? 'unknown',
        editorFound: (await editor)?.program ?? null,
        developmentElectron: process.env['STUDY_DESK_DEVELOPMENT_ELECTRON'] === '1',
        recents: await recents.list(),
        settings: settings.shown(),
        initialDir: opening.ok ? opening.value : null,
        openingError: opening.ok ? parts.takeReport() : opening.error,
        updatedFrom: parts.updatedFrom,
      };
    },
    openWindow: parts.openWindow,
    async copyReport(error, studyDir) {
      await clipboard.writeText(reportOf(error, studyDir, parts.engine()));
      return ok(null);
    },
    settings: () => settings.values(),
    async saveSettings(chosen) {
      const before = settings.values();
      try {
        await settings.save(chosen);
      } catch (error) {
        return notWritten('The settings could not be saved.', error);
      }
      const now = settings.values();
      applyTheme(now);
      for (const window of windows.all()) window.webContents.setZoomFactor(now.zoom);
      parts.settingsChanged(now, before);
      return ok(settings.shown());
    },

    gitTokens: createKeychainTokens(parts.tokensFile),
    recents: () => recents.list(),
    async rememberStudy(dir) {
      // the list of recent studies is a convenience; opening must not fail over it
      await recents.remember(dir, new Date()).catch((error: unknown) => {
        parts.logBug('recents', error);
      });
      app.addRecentDocument(dir);
      parts.studyOpened();
    },
    async editRecent(dir, to) {
      try {
        await recents.edit(dir, to);
      } catch (error) {
        return notWritten('The list of recent studies could not be saved.', error);
      }
      return ok(await recents.list());
    },

    async chooseFolder(windowId, purpose) {
      const [title, buttonLabel] = FOLDER_WORDS[purpose];
      return chosenPath(windows.get(windowId), {
        ...{title, buttonLabel},
        properties: ['openDirectory', 'createDirectory'],
      });
    },
    chooseSettingsFile: async (windowId) =>
      chosenPath(windows.get(windowId), {
        title: 'The settings of the job runner',
        buttonLabel: 'Use these settings',
        properties: ['openFile', 'showHiddenFiles'],
      }),
    chooseImageFile: async (windowId) =>
      chosenPath(windows.get(windowId), {
        title: 'A file with images',
        buttonLabel: 'Load',
        filters: [{name: 'Images', extensions: ['tar']}],
        properties: ['openFile'],
      }),
    async exportFile(windowId, suggestedName, content) {
      const options = {defaultPath: join(app.getPath('downloads'), suggestedName)};
      const window = windows.get(windowId);
      const {canceled, filePath} = await (window === null
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(window, options));
      if (canceled || filePath === undefined || filePath === '') return ok(null);
      try {
        await writeFileAtomically(filePath, content);
        return ok(filePath);
      } catch (error) {
        return notWritten('The file could not be written.', error);
      }
    },
    openInEditor: async (file, line) => openInEditor(settings.values().editorCommand, file, line),
    openWithProgram: (file) => openWithProgram(file),
    async openTool(tools, id) {
      const entrance = await tools.entrance(id);
      if (!entrance.ok) return entrance;
      const local = localAddress(entrance.value.address);
      if (local === null) throw new Error('Only addresses of this computer are opened.');
      try {
        await shell.openExternal(local);
        return ok(null);
      } catch (error) {
        return failWith('invalid-request', 'Your browser could not be opened.', {
          why: error instanceof Error ? error.message : String(error),
          hint: '`study-desk launch --no-browser` prints the address, so that you can open it yourself.',
        });
      }
    },
    async dragFile(windowId, file, picture) {
      windows.get(windowId)?.webContents.startDrag({file, icon: dragIcon(picture)});
      return ok(null);
    },
    async showInFolder(path) {
      const missing = await noFileManager(path, process.platform, process.env);
      if (missing !== null) return err(missing);
      shell.showItemInFolder(path);
      return ok(null);
    },
    outputAddress: (studyDir, path, withScripts) =>
      parts.outputOrigins.address(studyDir, path, withScripts),
    logBug: parts.logBug,
  };
}

/** The report of an error, without user name, paths outside the study, credentials or data. */
export function reportOf(error: AppError, studyDir: string | null, engine: EngineStatus): string {
  const setting = {
    version: appVersion(),
    electronVersion: process.versions['electron'] ?? 'unknown',
    system: `${process.platform} ${release()} ${process.arch}`,
    engine: engineInWords(engine),
  };
  return writeReport(error, setting, thisUser(studyDir, app.getAppPath()));
}

/** Makes the window's `prefers-color-scheme` follow the setting. */
export function applyTheme(settings: Settings): void {
  nativeTheme.themeSource = settings.theme;
}

async function chosenPath(
  window: BrowserWindow | null,
  options: Electron.OpenDialogOptions,
): Promise<string | null> {
  const {canceled, filePaths} = await (window === null
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options));
  return canceled ? null : (filePaths[0] ?? null);
}

function engineInWords(engine: EngineStatus): string {
  if (engine.state === 'ready') return `${engine.name}, ${engine.platform}`;
  return engine.state === 'down' ? `not available (${engine.message})` : 'not known yet';
}
