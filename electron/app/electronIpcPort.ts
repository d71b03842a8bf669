import {ipcMain, type IpcMainEvent, type IpcMainInvokeEvent} from 'electron';
import {LOG_BATCH_TAKEN} from '../../shared/contract/channels';
import {crossing} from '../../shared/contract/crossing';
import {ok} from '../../shared/result';
import {isTrustedSender, type IpcPort, type IpcSender} from '../ipc/ipcPort';

/** Requests through Electron's IPC. */
export function electronIpcPort(): IpcPort {
  return {
    handle({name, crossing: how}, answer) {
      ipcMain.handle(name, async (event, arg: unknown) => {
        const answered = await answer(senderOf(event), arg);
        return answered.ok ? ok(crossing(how, answered.value)) : answered;
      });
    },
  };
}

/** Calls back whenever a window has handed a log batch to its page. */
export function onBatchTaken(taken: (windowId: number) => void): void {
  ipcMain.on(LOG_BATCH_TAKEN, (event) => {
    if (isTrustedSender(senderOf(event))) taken(event.sender.id);
  });
}

function senderOf(event: IpcMainInvokeEvent | IpcMainEvent): IpcSender {
  const frame = event.senderFrame;
  return {
    windowId: event.sender.id,
    frameUrl: frame?.url ?? '',
    isMainFrame: frame !== null && frame.parent === null,
  };
}
