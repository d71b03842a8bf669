import type {CacheUsage, OutputDecision, RestorableAction} from '../preview';
import type {ActionStatus} from '../status';
import {request} from './request';
import {line, listOf, name, studyPath} from './schemas';

/** How every action stands and why, the user's word on it, and the cache of earlier outputs. */
export const provenanceRequests = {
  'provenance:statuses': request({}).answers<readonly ActionStatus[]>('text'),
  /** Lines of a file that changed since the action's last success, as a unified diff. */
  'provenance:changes': request({action: name, path: studyPath}).answers<string>(),
  'provenance:mark': request({action: name, reason: line.min(1)}).answers<null>(),
  /** All marks and restored outputs, newest first. */
  'provenance:decisions': request({}).answers<readonly OutputDecision[]>(),
  'provenance:restorable': request({}).answers<readonly RestorableAction[]>(),
  'provenance:restore': request({actions: listOf(name)}).answers<null>(),
  'provenance:cache-usage': request({}).answers<CacheUsage>(),
  'provenance:clear-cache': request({}).answers<CacheUsage>(),
};
