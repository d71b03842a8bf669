import type {IpcSender} from './ipcPort';

/** Scheme and host that only Study Desk's own pages have. */
export const APP_ORIGIN = 'app://study-desk';

/** True for the window's own document on our own origin; frames and foreign pages are not answered. */
export function isTrustedSender(sender: IpcSender): boolean {
  return sender.isMainFrame && sender.frameUrl.startsWith(`${APP_ORIGIN}/`);
}
