import {ofStudy} from './request';
import {text} from './schemas';

/** View choices (folds, sizes, filters), kept with the study and opaque to the host. */
export const viewRequests = {
  load: ofStudy({}).answers<string | null>(),
  save: ofStudy({json: text}).answers<null>(),
};
