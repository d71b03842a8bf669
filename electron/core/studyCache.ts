import {appError} from '../../shared/errors';
import type {Job} from '../../shared/job';
import type {CacheUsage, RestorableAction} from '../../shared/preview';
import {err, ok} from '../../shared/result';
import {createOutputCache} from '../cache/outputCache';
import type {RunHistory} from '../runs/runHistory';
import type {StudyFolder} from '../runs/studyFolder';
import type {EarlierSuccess} from '../staleness/staleness';
import {countTiers} from './actionStatuses';
import {noteRestored} from './restoredRun';
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
  folder: StudyFolder,
  staleness: StudyStaleness,
  history: RunHistory,
): StudyCache {
  const cache = createOutputCache(folder.study);

  const usageOf = (size: {readonly bytes: number; readonly files: number}): CacheUsage => {
    const {cacheOutputs, cacheLimitBytes} = context.settings();
    return {enabled: cacheOutputs, limitBytes: cacheLimitBytes, ...size};
  };

  /** What fits the study again and is in the cache, needs first. */
  const fitting = async (): Answer<readonly EarlierSuccess[]> => {
    const study = await staleness.now();
    return study.ok ? staleness.store.earlierSuccesses(study.value, await cache.contents()) : study;
  };

  /** What was asked for, and what that builds on. */
  const withNeeds = async (
    found: readonly EarlierSuccess[],
    actions: readonly string[],
  ): Answer<readonly EarlierSuccess[]> => {
    const study = await staleness.now();
    if (!study.ok) return study;
    const restorable = new Set(found.map(({action}) => action));
    const missing = actions.find((action) => !restorable.has(action));
    if (missing !== undefined) return err(notRestorable(missing));
    const wanted = new Set<string>();
    const queue = [...actions];
    for (let action = queue.pop(); action !== undefined; action = queue.pop()) {
      if (wanted.has(action) || !restorable.has(action)) continue;
      wanted.add(action);
      queue.push(...(study.value.graph.upstream.get(action) ?? []));
    }
    return ok(found.filter(({action}) => wanted.has(action)));
  };

  return {
    async store(job) {
      const {cacheOutputs, cacheLimitBytes} = context.settings();
      // without a copy there is only less to restore later
      if (cacheOutputs) await cache.store(job.outputs, cacheLimitBytes);
    },
    async restorable() {
      const found = await fitting();
      if (!found.ok) return found;
      return ok(
        found.value.map(({action, record}) => ({
          action,
          producedAt: record.completedAt,
          outputCounts: countTiers(record.outputs),
        })),
      );
    },
    async restore(actions) {
      const found = await fitting();
      if (!found.ok) return found;
      const wanted = await withNeeds(found.value, actions);
      if (!wanted.ok) return wanted;
      const at = new Date(context.now()).toISOString();
      for (const earlier of wanted.value) {
        const restored = await cache.restore(earlier.record.outputs);
        if (!restored.ok) return restored;
        const noted = await staleness.store.recordRestored(earlier, at);
        if (!noted.ok) return noted;
      }
      return noteRestored(context, folder, history, wanted.value, at);
    },
    usage: async () => ok(usageOf(await cache.size())),
    async clear() {
      const cleared = await cache.clear();
      return cleared.ok ? ok(usageOf(cleared.value)) : cleared;
    },
  };
}

function notRestorable(action: string) {
  return appError('not-found', `There are no earlier outputs of \`${action}\` that fit now.`, {
    why: 'The code, inputs or settings have changed again, or the copies were dropped from the cache.',
    hint: 'Run it instead.',
  });
}
