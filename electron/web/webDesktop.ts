import {realpath} from 'node:fs/promises';
import {release} from 'node:os';
import {type AppError, failWith} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import {foundEditor, openInEditor} from '../app/editor';
import type {Recents} from '../app/recents';
import {thisUser, writeReport} from '../doctor/supportReport';
import {isInside} from '../files/studyPath';
import {FOLDER_WORDS, notWritten, type Desktop} from '../ipc/desktop';
import {tokensOfSession} from '../ipc/gitTokens';
import type {ChosenSettings} from '../settings/chosenSettings';
import type {OnceAddresses} from './onceAddresses';
import type {Tab} from './tab';

/** What a tab's desktop stands on. */
export interface WebDesktopParts {
  readonly tab: () => Tab;
  readonly settings: ChosenSettings;
  readonly recents: Recents;
  readonly once: OnceAddresses;
  /** Real path of the folder at and below which studies are opened. */
  readonly root: string;
  readonly version: string;
  /** Where the application lies, which reports leave out. */
  readonly appFolder: string;
  readonly engineWords: () => string;
  readonly settingsChanged: (before: ReturnType<ChosenSettings['values']>) => void;
  /** The address under which a port of this computer is reached from the browser. */
  readonly ofPort: (port: number) => string;
  readonly logBug: (id: string, error: unknown) => void;
}

/** What requests need of a desktop, through a browser: it asks its user, saves what is downloaded, and opens no other program. */
export function createWebDesktop(parts: WebDesktopParts): Desktop {
  const {tab, settings, recents, root} = parts;

  const choose = async (title: string, button: string, endings: readonly string[] | null) => {
    const chosen = await tab().ask({kind: 'choose', title, button, start: root, endings});
    if (typeof chosen !== 'string') return null;
    const real = await realpath(chosen).catch(() => chosen);
    return isInside(root, real) ? real : null;
  };

  return {
    async appInfo() {
      const editor = await codeCommand();
      return {
        electronVersion: 'none',
        editorFound: editor === null ? null : 'code',
        developmentElectron: false,
        recents: await listRecents(),
        settings: settings.shown(),
        initialDir: tab().dir,
        openingError: null,
        updatedFrom: null,
      };
    },
    // the page opens another tab by itself
    openWindow: async () => ok(null),
    async copyReport(error, studyDir) {
      const setting = {
        version: parts.version,
        electronVersion: `none (Node ${process.versions.node}, in a browser)`,
        system: `${process.platform} ${release()} ${process.arch}`,
        engine: parts.engineWords(),
      };
      const text = writeReport(error, setting, thisUser(studyDir, parts.appFolder));
      await tab().ask({kind: 'copy', text});
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
      parts.settingsChanged(before);
      return ok(settings.shown());
    },

    gitTokens: tokensOfSession(),
    recents: listRecents,
    rememberStudy: (dir) => recents.remember(dir, new Date()),
    async editRecent(dir, to) {
      try {
        await recents.edit(dir, to);
      } catch (error) {
        return notWritten('The list of recent studies could not be saved.', error);
      }
      return ok(await listRecents());
    },

    chooseFolder: (_windowId, purpose) => choose(...FOLDER_WORDS[purpose], null),
    chooseSettingsFile: async () => null,
    chooseImageFile: () => choose('A file with images', 'Load', ['.tar']),
    exportFile: (_windowId, suggestedName, content) => saveInBrowser(parts, suggestedName, content),
    async openInEditor(file, line) {
      const code = await codeCommand();
      if (code !== null) return openInEditor(`"${code}" --goto {file}:{line}`, file, line);
      return failWith('not-found', 'No editor was found where Study Desk runs.', {
        why: 'VS Code’s command `code` is not there.',
        hint: `Copy the path and open it yourself: ${file}`,
        path: file,
      });
    },
    openWithProgram: async (file) =>
      failWith('invalid-request', 'A browser can’t start a program for this file.', {
        hint: 'Download it with “Show in folder”, or open it by its path where Study Desk runs.',
        path: file,
      }),
    async openTool(tools, id) {
      const address = await tools.address(id);
      if (!address.ok) return address;
      const {port, pathname, search} = new URL(address.value);
      // only this tab is given the secret in it
      await tab().ask({
        kind: 'open',
        address: `${parts.ofPort(Number(port))}${pathname}${search}`,
      });
      return ok(null);
    },
    dragFile: async () =>
      failWith('invalid-request', 'A browser can’t hand files to other programs.', {
        hint: 'Download it with “Show in folder”.',
      }),
    // in its place a tab downloads (webAnswers)
    showInFolder: async (path) =>
      failWith('invalid-request', 'A browser can’t show a folder.', {path}),
    outputAddress: (studyDir, path) => parts.once.output(studyDir, path),
    logBug: parts.logBug,
  };

  async function listRecents() {
    return (await recents.list()).filter(({dir}) => isInside(root, dir));
  }
}

/** VS Code's own command; null where it is not on the path. */
async function codeCommand(): Promise<string | null> {
  const found = await foundEditor();
  return found?.program === 'code' ? found.path : null;
}

/** Has the browser save a file; its name once it was fetched to its end, null where it was not. */
export async function saveInBrowser(
  {once, tab}: Pick<WebDesktopParts, 'once' | 'tab'>,
  name: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
): Promise<Result<string | null, AppError>> {
  const body = typeof content === 'string' ? Buffer.from(content) : content;
  const saved = new Promise<boolean>((resolve) => {
    const address = once.download(body, name, resolve);
    void tab().ask({kind: 'download', address, name});
  });
  return ok((await saved) ? name : null);
}
