import type {PreparedRun} from '../preview';
import type {ActionOverride} from '../settings';
import {request} from './request';
import {actionOverride, name, runOptions, runRequest} from './schemas';

type Overrides = Readonly<Record<string, ActionOverride>>;

/** What a run would do, before it does it. */
export const planRequests = {
  /** Works a request out; `runs:start` carries out what is answered, by its id. */
  'plan:prepare': request({request: runRequest, options: runOptions}).answers<PreparedRun>('text'),
  'plan:overrides': request({}).answers<Overrides>(),
  'plan:save-override': request({
    action: name,
    override: actionOverride.nullable(),
  }).answers<Overrides>(),
};
