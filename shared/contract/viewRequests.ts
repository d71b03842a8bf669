import {ofStudy} from './request';
import {seenNote, text} from './schemas';
import type {SeenNote} from '../study';

/** View choices (folds, sizes, filters), kept with the study and opaque to the host, and what its user has seen of it. */
export const viewRequests = {
  load: ofStudy({}).answers<string | null>(),
  save: ofStudy({json: text}).answers<null>(),
  /** What was seen when the study was last open in a window; null where that is not known. */
  lastSeen: ofStudy({}).answers<SeenNote | null>(),
  saveSeen: ofStudy({note: seenNote}).answers<null>(),
};
