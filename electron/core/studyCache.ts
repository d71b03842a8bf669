import {createOutputCache} from '../cache/outputCache';
import {appError, type AppError} from '../../shared/errors';
import {reach} from '../../shared/graph';
import type {Job} from '../../shared/job';
import type {CacheUsage, RestorableAction} from '../../shared/preview';
import {err, ok, type Result} from '../../shared/result';
import type {RunHistory} from '../runs/runHistory';
import {prepareStudyFolder, type StudyFolder} from '../runs/studyFolder';
import type {EarlierSuccess} from '../provenance/provenance';
import {countTiers} from './actionStatuses';
import type {Answer, StudyContext} from './studyContext';
import type {StudyProvenance} from './studyProvenance';

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
  folder: StudyFolder,
  provenance: StudyProvenance,
  history: RunHistory,
): StudyCache {
  const cache = createOutputCache(folder.study);

  /** Earlier successes that fit the study as it is and of which every output is here. */
  const complete = async (): Promise<Result<readonly EarlierSuccess[], AppError>> => {
    const study = await provenance.now();
    if (!study.ok) return study;
    return provenance.store.earlierSuccesses(study.value, await cache.contents());
  };

  /** What was asked for and what it builds on, needs first: a success fits only together with those. */
  const withNeeds = async (
    earlier: readonly EarlierSuccess[],
    actions: readonly string[],
  ): Promise<readonly EarlierSuccess[]> => {
    const study = await provenance.now();
    const upstream = study.ok ? study.value.graph.upstream : new Map<string, readonly string[]>();
    const offered = new Set(earlier.map(({action}) => action));
    const isOffered = (action: string): boolean => offered.has(action);
    const wanted = reach(actions.filter(isOffered), (action) =>
      upstream.get(action)?.filter(isOffered),
    );
    return earlier.filter(({action}) => wanted.has(action));
  };

  const usage = async (): Answer<CacheUsage> => {
    const {cacheOutputs, cacheLimitBytes} = context.settings();
    const {bytes, files} = await cache.size();
    return ok({enabled: cacheOutputs, bytes, limitBytes: cacheLimitBytes, files});
  };

  return {
    async store(job) {
      const {cacheOutputs, cacheLimitBytes} = context.settings();
      if (cacheOutputs && job.outputs.length > 0) await cache.store(job.outputs, cacheLimitBytes);
    },

    async restorable() {
      const earlier = await complete();
      if (!earlier.ok) return earlier;
      return ok(
        earlier.value.map(({action, record}) => ({
          action,
          producedAt: record.completedAt,
          outputCounts: countTiers(record.outputs),
        })),
      );
    },

    async restore(actions) {
      const earlier = await complete();
      if (!earlier.ok) return earlier;
      const made = await prepareStudyFolder(folder);
      if (!made.ok) return made;
      const missing = actions.find(
        (action) => !earlier.value.some((each) => each.action === action),
      );
      if (missing !== undefined) return err(gone(missing));
      for (const found of await withNeeds(earlier.value, actions)) {
        const {action} = found;
        const {outputs, jobId} = found.record;
        const restored = await cache.restore(outputs);
        if (!restored.ok) return restored;
        const restoredAt = new Date(context.now()).toISOString();
        const noted = await provenance.store.recordRestored(found, restoredAt);
        if (!noted.ok) return noted;
        history.noteRestored({action, jobId, restoredAt, outputs});
      }
      return ok(null);
    },

    usage,
    async clear() {
      const cleared = await cache.clear();
      return cleared.ok ? usage() : cleared;
    },
  };
}

function gone(action: string): AppError {
  return appError('not-found', `The earlier outputs of ${action} are no longer kept.`, {
    hint: 'Run the action instead.',
  });
}
