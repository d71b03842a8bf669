import {contextBridge, ipcRenderer, webUtils, type IpcRendererEvent} from 'electron';
import {contractNames, LOG_BATCH_TAKEN} from '../../shared/contract/channels';
import type {CrossingHostApi} from '../../shared/contract/contract';

const names = contractNames(process.argv);

/** The one object the page gets of the host; names outside the contract go nowhere. */
const studyDesk = {
  request(name, arg) {
    if (!names.requests.includes(name)) throw new Error('Not a request of the contract.');
    // the host answers each channel with a Result
    return ipcRenderer.invoke(name, arg) as never;
  },
  on(name, listener) {
    if (!names.events.includes(name)) throw new Error('Not an event of the contract.');
    const hand = (_event: IpcRendererEvent, payload: unknown): void => {
      try {
        listener(payload);
      } finally {
        if (name === 'log:batch') ipcRenderer.send(LOG_BATCH_TAKEN);
      }
    };
    ipcRenderer.on(name, hand);
    return () => {
      ipcRenderer.off(name, hand);
    };
  },
  pathOfFile: absolutePathOf,
} satisfies CrossingHostApi;

/** Electron 32 and later keep the path in webUtils, earlier ones on the file itself. */
function absolutePathOf(file: unknown): string {
  if (typeof file !== 'object' || file === null) return '';
  const utils: {getPathForFile?: (file: never) => string} | undefined = webUtils;
  if (utils?.getPathForFile !== undefined) {
    try {
      // Electron itself refuses what is no File
      return utils.getPathForFile(file as never);
    } catch {
      return '';
    }
  }
  const path: unknown = Reflect.get(file, 'path');
  return typeof path === 'string' ? path : '';
}

contextBridge.exposeInMainWorld('studyDesk', studyDesk);
