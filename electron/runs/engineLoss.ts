import {setTimeout as delay} from 'node:timers/promises';
import type {AppError} from '../../shared/errors';

/** How often a lost engine is asked for, in milliseconds. */
const ENGINE_ASK_MS = 1000;

/** How often the engine may be lost over one piece of work. */
const LOSSES_AT_MOST = 10;

/**
 * Whether work that failed was broken off by the loss of its engine and is to be done again once that answers. Work that
 * is stopped breaks off too, and an engine that comes back each time will not get further; `losses` counts this one.
 */
export function isEngineLoss(error: AppError, losses: number, signal: AbortSignal): boolean {
  return error.kind === 'no-engine' && !signal.aborted && losses <= LOSSES_AT_MOST;
}

/** Resolves when a lost engine is to be asked for again, or at once when the wait is stopped. */
export async function nextEngineAsk(signal: AbortSignal): Promise<void> {
  await delay(ENGINE_ASK_MS, undefined, {signal}).catch(() => undefined);
}
