import {createOutputCache} from '../../cache/outputCache';
import {type AppError, failWith} from '../../../shared/errors';
import {reach} from '../../../shared/graph';
import type {Job} from '../../../shared/job';
import type {CacheUsage, RestorableAction} from '../../../shared/preview';
import {err, ok, type Result} from '../../../shared/result';
import {fileSystemError, keepsFile} from '../../files/fileSystemError';
import {readRestored} from '../../provenance/successLedger';
import {incomingFile, incomingPrefix, removeIncoming} from '../../runs/collectedFiles';
import {placeFiles, restoreId, settleSwap, syncPlaces} from '../../runs/placeOutputs';
import type {RunHistory} from '../../runs/runHistory';
import {prepareStudyFolder, type StudyFolder} from '../../runs/studyFolder';
import type {EarlierSuccess} from '../../provenance/provenance';
import {countTiers} from './actionStatuses';
import type {Answer, StudyContext} from '../studyContext';
import type {StudyProvenance} from './studyProvenance';

/** Creates it for a study. */
export function createStudyCache(
  context: StudyContext,
  folder: StudyFolder,
  provenance: StudyProvenance,
  history: RunHistory,
) {
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

  /**
   * Puts outputs, from the cache or from where `copyOut` has them, in their places the way a job's are put in their places: copied to our own folder and checked, then swapped, then
   * on record. Whether they stay is decided by the record, here as by whoever settles what a kill has left.
   */
  const place = async (
    wanted: readonly EarlierSuccess[],
    restoredAt: string,
    copyOut: typeof cache.copyOut,
  ): Answer<null> => {
    const id = restoreId(restoredAt);
    const prefix = incomingPrefix({folder}, id);
    const all = wanted.flatMap(({record}) => record.outputs);
    // patterns of two actions may match one file: as in a run, the later one's stays
    const outputs = [...new Map(all.map((output) => [output.path, output])).values()];
    const paths = outputs.map(({path}) => path);
    const put = async (): Answer<null> => {
      const targetOf = ({path}: {readonly path: string}): string => incomingFile(prefix, path);
      const copied = await copyOut(outputs, folder.incoming, targetOf);
      if (!copied.ok) return copied;
      const placed = await placeFiles(folder.study, prefix, paths, true);
      if (!placed.ok) return placed;
      await syncPlaces(folder.study, paths);
      return provenance.store.recordRestored(wanted, restoredAt);
    };
    try {
      const placed = await put().catch((error: unknown) => err(notRestored(error)));
      // a fault may have come after the record was written
      const isOnRecord = placed.ok || restoreIds(folder.study).has(id);
      const settled = await settleSwap(folder.study, prefix, isOnRecord);
      if (!settled.ok) return settled;
      await removeIncoming(prefix);
      return isOnRecord ? ok(null) : placed;
    } catch (error) {
      return err(notRestored(error));
    }
  };

  /** Puts the outputs in their places and on record, and takes note of it. */
  const takeIn = async (
    wanted: readonly EarlierSuccess[],
    copyOut: typeof cache.copyOut,
  ): Answer<null> => {
    const made = await prepareStudyFolder(folder);
    if (!made.ok) return made;
    const restoredAt = timeOfRestore(folder.study, context.now());
    const placed = await place(wanted, restoredAt, copyOut);
    if (placed.ok) for (const {record} of wanted) history.noteRestored({...record, restoredAt});
    return placed;
  };

  const usage = async (): Answer<CacheUsage> => ok(await cache.size());

  return {
    /** Keeps the outputs of a job that succeeded, if the user wants that. */
    async store(job: Job): Promise<void> {
      const {cacheOutputs, cacheLimitBytes} = context.settings();
      if (cacheOutputs && job.outputs.length > 0) await cache.store(job.outputs, cacheLimitBytes);
    },

    async restorable(): Answer<readonly RestorableAction[]> {
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

    async restore(actions: readonly string[]): Answer<null> {
      const earlier = await complete();
      if (!earlier.ok) return earlier;
      const missing = actions.find(
        (action) => !earlier.value.some((each) => each.action === action),
      );
      if (missing !== undefined) return gone(missing);
      return takeIn(await withNeeds(earlier.value, actions), cache.copyOut);
    },
    takeIn,

    usage,
    async clear(): Answer<CacheUsage> {
      const cleared = await cache.clear();
      return cleared.ok ? usage() : cleared;
    },
  };
}

/** Later than that of every restore before, also where the clock was set back: swaps are known by it. */
function timeOfRestore(study: string, now: number): string {
  const earlier = readRestored(study)
    .map(({restoredAt}) => Date.parse(restoredAt) + 1)
    .filter(Number.isFinite);
  return new Date(Math.max(now, ...earlier)).toISOString();
}

/**
 * Ids of the swaps of restores that are on record: what these have placed stays. Throws where the record can't be read just
 * now, as all would be taken back for it.
 */
export function restoreIds(studyDir: string): ReadonlySet<string> {
  const restored = readRestored(studyDir, (error) => {
    if (keepsFile(error)) throw error;
  });
  return new Set(restored.map(({restoredAt}) => restoreId(restoredAt)));
}

function notRestored(error: unknown): AppError {
  return fileSystemError('Earlier outputs could not be restored.', error);
}

function gone(action: string): Result<never, AppError> {
  return failWith('not-found', `The earlier outputs of ${action} are no longer kept.`, {
    hint: 'Run the action instead.',
  });
}
