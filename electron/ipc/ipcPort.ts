import type {AppError} from '../../shared/errors';
import type {NamedRequest} from '../../shared/contract/contract';
import type {EventName, Events} from '../../shared/contract/events';
import type {Result} from '../../shared/result';

/** Who sent a request, as the shell sees it. */
export interface IpcSender {
  /** Identifies the window. */
  readonly windowId: number;
  /** Address of the frame that sent it; empty when the frame is gone. */
  readonly frameUrl: string;
  /** The window's own document, no frame inside it. */
  readonly isMainFrame: boolean;
}

/** The little of Electron's IPC that requests stand on, so that all of this runs in plain Node tests. */
export interface IpcPort {
  handle(
    request: NamedRequest,
    answer: (sender: IpcSender, arg: unknown) => Promise<Result<unknown, AppError>>,
  ): void;
}

/** Sends one event to one window; quietly does nothing once the window is gone. */
export type SendEvent = <N extends EventName>(name: N, payload: Events[N]) => void;

/** Scheme and host that only Study Desk's own pages have. */
export const APP_ORIGIN = 'app://study-desk';

/** True for the window's own document on our own origin; frames and foreign pages are not answered. */
export function isTrustedSender(sender: IpcSender): boolean {
  return sender.isMainFrame && sender.frameUrl.startsWith(`${APP_ORIGIN}/`);
}
