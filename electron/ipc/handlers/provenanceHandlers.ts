import type {Handlers} from '../handler';
import type {HandlerContext} from '../registerHandlers';
import {withStudy} from '../withStudy';

type ProvenanceRequests =
  | 'stale:diff'
  | 'stale:mark'
  | 'stale:decisions'
  | 'stale:restorable'
  | 'stale:restore'
  | 'cache:usage'
  | 'cache:clear';

/** What is out of date and why, and the cache of earlier outputs. */
export function provenanceHandlers({sessions}: HandlerContext): Handlers<ProvenanceRequests> {
  return {
    'stale:diff': async (windowId, {action, path}) =>
      withStudy(sessions, windowId, (study) => study.changesOf(action, path)),
    'stale:mark': async (windowId, {action, reason}) =>
      withStudy(sessions, windowId, (study) => study.markUpToDate(action, reason)),
    'stale:decisions': async (windowId) =>
      withStudy(sessions, windowId, (study) => study.decisions()),
    'stale:restorable': async (windowId) =>
      withStudy(sessions, windowId, (study) => study.restorable()),
    'stale:restore': async (windowId, {actions}) =>
      withStudy(sessions, windowId, (study) => study.restore(actions)),
    'cache:usage': async (windowId) => withStudy(sessions, windowId, (study) => study.cacheUsage()),
    'cache:clear': async (windowId) => withStudy(sessions, windowId, (study) => study.clearCache()),
  };
}
