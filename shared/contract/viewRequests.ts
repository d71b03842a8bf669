import {request} from './request';
import {text} from './schemas';

/** View choices (folds, sizes, filters), kept with the study and opaque to the host. */
export const viewRequests = {
  'view:load': request({}).answers<string | null>(),
  'view:save': request({json: text}).answers<null>(),
};
