import type {Core} from '../core/core';
import type {RequestName} from '../../shared/ipc/contract';
import {REQUEST_NAMES} from '../../shared/ipc/names';
import {answerRequest, type AnyHandler} from './answerRequest';
import type {Desktop} from './desktop';
import type {Handlers} from './handler';
import {appHandlers} from './handlers/appHandlers';
import {logHandlers} from './handlers/logHandlers';
import {outputHandlers} from './handlers/outputHandlers';
import {projectHandlers} from './handlers/projectHandlers';
import {runHandlers} from './handlers/runHandlers';
import {provenanceHandlers} from './handlers/provenanceHandlers';
import {studyHandlers} from './handlers/studyHandlers';
import type {IpcPort} from './ipcPort';
import type {StudySessions} from './studySessions';

/** What handlers work with. */
export interface HandlerContext {
  /** The core; loaded at the first request that needs it, so that the first paint waits for nothing. */
  readonly core: () => Promise<Core>;
  readonly desktop: Desktop;
  readonly sessions: StudySessions;
}

/** One group of handlers per feature; a request handled by none or by two throws. */
export function composeHandlers(
  groups: readonly Partial<Handlers<RequestName>>[],
): ReadonlyMap<RequestName, AnyHandler> {
  const all = new Map<string, AnyHandler>();
  for (const group of groups) {
    for (const [name, handler] of Object.entries(group)) {
      if (all.has(name)) throw new Error(`Two handlers for the request ${name}.`);
      // answerRequest calls a handler only with what the decoder of the same name let through
      all.set(name, handler as AnyHandler);
    }
  }
  const handlers = new Map<RequestName, AnyHandler>();
  for (const name of REQUEST_NAMES) {
    const handler = all.get(name);
    if (handler === undefined) throw new Error(`No handler for the request ${name}.`);
    handlers.set(name, handler);
  }
  if (all.size !== handlers.size) throw new Error('A handler for a request outside the contract.');
  return handlers;
}

/** Registers an answer for every request of the contract. */
export function registerHandlers(port: IpcPort, context: HandlerContext): void {
  const handlers = composeHandlers([
    appHandlers(context),
    studyHandlers(context),
    projectHandlers(context),
    runHandlers(context),
    logHandlers(context),
    outputHandlers(context),
    provenanceHandlers(context),
  ]);
  for (const [name, handler] of handlers) {
    port.handle(name, (sender, arg) =>
      answerRequest(name, handler, sender, arg, (id, error) => {
        context.desktop.logBug(id, error);
      }),
    );
  }
}
