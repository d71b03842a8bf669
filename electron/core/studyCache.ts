import type {Job} from '../../shared/job';
import type {CacheUsage, RestorableAction} from '../../shared/preview';
import {ok} from '../../shared/result';
import type {RunHistory} from '../runs/runHistory';
import type {StudyFolder} from '../runs/studyFolder';
import type {Answer, StudyContext} from './studyContext';
import type {StudyStaleness} from './studyStaleness';

/** Earlier outputs of a study that can be had again without running anything. */
export interface StudyCache {
  /** Keeps the outputs of a job that succeeded, if the user wants that. */
  store(job: Job): Promise<void>;
  restorable(): Answer<readonly RestorableAction[]>;
  restore(actions: readonly string[]): Answer<null>;
  usage(): Answer<CacheUsage>;
  clear(): Answer<CacheUsage>;
}

/** Creates it for a study. */
export function createStudyCache(
  context: StudyContext,
  _folder: StudyFolder,
  _staleness: StudyStaleness,
  _history: RunHistory,
): StudyCache {
  const usage = async (): Answer<CacheUsage> => {
    const {cacheOutputs, cacheLimitBytes} = context.settings();
    return ok({enabled: cacheOutputs, bytes: 0, limitBytes: cacheLimitBytes, files: 0});
  };
  return {
    store: async () => undefined,
    restorable: async () => ok([]),
    restore: async () => ok(null),
    usage,
    clear: usage,
  };
}
