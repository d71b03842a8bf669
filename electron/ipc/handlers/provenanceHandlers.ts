import type {provenanceRequests} from '../../../shared/contract/provenanceRequests';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** How every action stands and why, the user's word on it, and the cache of earlier outputs. */
export function provenanceHandlers(
  context: HandlerContext,
): Handlers<keyof typeof provenanceRequests> {
  return {
    'provenance:statuses': (windowId) =>
      withStudy(context, windowId, ({provenance}) => provenance.statuses()),
    'provenance:changes': (windowId, {action, path}) =>
      withStudy(context, windowId, ({provenance}) => provenance.changes(action, path)),
    'provenance:mark': (windowId, {action, reason}) =>
      withStudy(context, windowId, ({provenance}) => provenance.mark(action, reason)),
    'provenance:decisions': (windowId) =>
      withStudy(context, windowId, ({provenance}) => provenance.decisions()),
    'provenance:restorable': (windowId) =>
      withStudy(context, windowId, ({provenance}) => provenance.restorable()),
    'provenance:restore': (windowId, {actions}) =>
      withStudy(context, windowId, ({provenance}) => provenance.restore(actions)),
    'provenance:cache-usage': (windowId) =>
      withStudy(context, windowId, ({provenance}) => provenance.cacheUsage()),
    'provenance:clear-cache': (windowId) =>
      withStudy(context, windowId, ({provenance}) => provenance.clearCache()),
  };
}
