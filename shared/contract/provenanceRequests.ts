import type {CacheUsage, OutputDecision, RestorableAction, SupplyPreview} from '../preview';
import type {ActionStatus} from '../status';
import {ofStudy} from './request';
import {day, folder, line, listOf, name, studyPath} from './schemas';

/** How every action stands and why, the user's word on it, and the cache of earlier outputs. */
export const provenanceRequests = {
  statuses: ofStudy({}).answers<readonly ActionStatus[]>('text'),
  /** By action: what changes with each save of its code or of its part of project.yaml. */
  versions: ofStudy({actions: listOf(name)}).answers<Readonly<Record<string, string>>>(),
  /** Lines of a file that changed since the action's last success, as a unified diff. */
  changes: ofStudy({action: name, path: studyPath}).answers<string>(),
  mark: ofStudy({action: name, reason: line.min(1)}).answers<null>(),
  /** Which files of a folder would be taken in as an action's outputs. */
  previewSupply: ofStudy({action: name, folder}).answers<SupplyPreview>('text'),
  /** Takes in a folder's files as an action's outputs, `from` somewhere and `on` a day; copies of what they replace are kept. */
  supply: ofStudy({action: name, folder, from: name, on: day}).answers<SupplyPreview>('text'),
  /** Takes them out again, and puts back what they replaced. */
  removeSupplied: ofStudy({action: name}).answers<readonly string[]>(),
  /** All marks, restored and supplied outputs, newest first. */
  decisions: ofStudy({}).answers<readonly OutputDecision[]>(),
  restorable: ofStudy({}).answers<readonly RestorableAction[]>(),
  restore: ofStudy({actions: listOf(name)}).answers<null>(),
  cacheUsage: ofStudy({}).answers<CacheUsage>(),
  clearCache: ofStudy({}).answers<CacheUsage>(),
};
