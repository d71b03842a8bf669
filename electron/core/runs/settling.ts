import type {AppError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import type {RunService} from '../../runs/runService';
import {refusedInCopy} from './followElsewhere';
import {isThisProcess, readUnendedRuns, runElsewhere} from './unendedRuns';
import {refusedWhileWaiting, type Recovery} from './recovery';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** Brings what earlier processes left to its end, for whoever wants the study as it is after that. */
export type Settling = ReturnType<typeof createSettling>;

/** Creates it for a study. */
export function createSettling(
  state: StudyState,
  service: Pick<RunService, 'unfinished' | 'hasRemains' | 'idle'>,
  recovery: Recovery,
) {
  /** The oldest run without an end where another process holds the study, as the error that it is. */
  const elsewhere = async (onlySeen: boolean): Promise<AppError | null> => {
    const [open] = await readUnendedRuns(state);
    const holder = open?.process ?? null;
    if (open === undefined || holder === null || isThisProcess(holder)) return null;
    if (onlySeen && !holder.seen) return null;
    return runElsewhere(open, holder, new Date(state.context.now()));
  };

  return {
    /**
     * Why nothing can be begun while another process is seen to run the study, or in a copy of one that runs elsewhere; null
     * where it can. A process that can't be seen may be dead: who takes its lock finds out.
     */
    heldElsewhere: async (): Promise<AppError | null> =>
      (await refusedInCopy(state.folder.study)) ?? (await elsewhere(true)),

    /** As `RunsFacet.settle`. */
    async settle(): Answer<boolean> {
      let found = false;
      while (!state.isClosed()) {
        const held = await elsewhere(true);
        if (held !== null) return err(held);
        const open = await service.unfinished();
        if (open.length === 0 && (found || !(await service.hasRemains()))) return ok(found);
        found = true;
        await recovery.recover();
        await service.idle();
        const waiting = recovery.waiting();
        if (waiting !== null) return refusedWhileWaiting(waiting);
        const fault = recovery.fault() ?? (await elsewhere(false));
        if (fault !== null) return err(fault);
      }
      return ok(found);
    },
  };
}
