import {BrowserWindow, nativeTheme, screen} from 'electron';
import type {Settings} from '../../shared/settings';
import {CONTRACT_ARGUMENT, type ContractNames} from '../../shared/contract/channels';
import {allRequests} from '../../shared/contract/contract';
import {events} from '../../shared/contract/events';
import {APP_ORIGIN} from '../ipc/ipcPort';
import {createJsonFile} from './jsonFile';
import {lockDownContents} from './lockDown';
import type {AppPaths} from './paths';
import {placeDecoder, SMALLEST, type Place} from './windowPlace';

/** The canvas colours (`--bg` in renderer/ui/tokens.css), so that the first frame is not white. */
const BACKGROUND = {light: '#f6f7f9', dark: '#12161c'};

/** The names of the contract for the preload. */
function contractArgument(): string {
  const names: ContractNames = {
    requests: allRequests.map(({name}) => name),
    events: Object.keys(events),
  };
  return `${CONTRACT_ARGUMENT}${JSON.stringify(names)}`;
}

/** Where a window stands, without what maximising changed. */
export function placeOf(window: BrowserWindow): Place {
  return {...window.getNormalBounds(), maximised: window.isMaximized()};
}

/** A new window, loading; it shows itself with its first frame. With a place it stands there, else where the last one stood. */
export function createMainWindow(
  paths: AppPaths,
  settings: Settings,
  kept: Place | null,
): BrowserWindow {
  const placeFile = createJsonFile<Place>(paths.windowFile, placeDecoder, {
    width: 1440,
    height: 900,
    maximised: false,
  });
  const place = onScreen(kept ?? placeFile.readSync());
  const window = new BrowserWindow({
    ...place,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: 'Study Desk',
    // on Linux and Windows the Alt key shows it
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: paths.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // the spell checker would download its dictionaries
      spellcheck: false,
      zoomFactor: settings.zoom,
      additionalArguments: [contractArgument()],
    },
  });
  if (place.maximised) window.maximize();
  lockDownContents(window.webContents);
  window.on('close', () => {
    // a place that can't be kept is not worth a message
    placeFile.write(placeOf(window)).catch(() => undefined);
  });
  void window.loadURL(`${APP_ORIGIN}/index.html`);
  return window;
}

/** Leaves out a position on a screen that is no longer there, and a size larger than the screen. */
function onScreen(place: Place): Place {
  const {width, height, x, y, maximised} = place;
  const area = screen.getDisplayMatching({x: x ?? 0, y: y ?? 0, width, height}).workArea;
  const size = {width: Math.min(width, area.width), height: Math.min(height, area.height)};
  const visible =
    x !== undefined &&
    y !== undefined &&
    x >= area.x &&
    y >= area.y &&
    x + 100 <= area.x + area.width &&
    y + 100 <= area.y + area.height;
  return visible ? {...size, x, y, maximised} : {...size, maximised};
}
