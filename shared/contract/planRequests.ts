import type {PreparedRun} from '../preview';
import type {ActionOverride} from '../settings';
import {ofStudy, ofWindow} from './request';
import {actionOverride, name, runOptions, runRequest} from './schemas';

type Overrides = Readonly<Record<string, ActionOverride>>;

/** What a run would do, before it does it. */
export const planRequests = {
  /** Works a request out; `runs:start` carries out what is answered, by its id. */
  prepare: ofWindow({request: runRequest, options: runOptions}).answers<PreparedRun>('text'),
  overrides: ofStudy({}).answers<Overrides>(),
  saveOverride: ofStudy({
    action: name,
    override: actionOverride.nullable(),
  }).answers<Overrides>(),
};
