import type {EngineStatus, Limits} from '../../../shared/engine';
import {type AppError, failWith} from '../../../shared/errors';
import {isFinal} from '../../../shared/job';
import {ok, type Result} from '../../../shared/result';
import type {RunRecord, RunShare} from '../../../shared/run';
import type {ActionOverride} from '../../../shared/settings';
import {judgeLoad} from '../../doctor/resources';

/** How a run is to go on. */
export interface Adjustment {
  readonly limitsOf: (action: string) => Limits;
  /** What is to be said of it; null for nothing. */
  readonly concern: string | null;
}

/**
 * What a run under way does with other options: an action's own limits stay, and what the engine could not give is
 * refused. Pure.
 */
export function adjustmentOf(
  {jobs, options}: RunRecord,
  {concurrency, limits}: RunShare,
  overrides: Readonly<Record<string, ActionOverride>>,
  engine: EngineStatus,
): Result<Adjustment, AppError> {
  const limitsOf = (action: string): Limits => ({
    memoryBytes: overrides[action]?.memoryBytes ?? limits.memoryBytes,
    cpus: overrides[action]?.cpus ?? limits.cpus,
  });
  if (engine.state !== 'ready' || options.executor === 'process')
    return ok({limitsOf, concern: null});
  const open = jobs.filter(({statusCode}) => !isFinal(statusCode));
  const all = [limits, ...open.map(({action}) => limitsOf(action))];
  const {result, message, hint} = judgeLoad({
    engine,
    together: Math.min(concurrency, Math.max(1, open.length)),
    largestMemoryBytes: Math.max(...all.map(({memoryBytes}) => memoryBytes)),
    largestCpus: Math.max(...all.map(({cpus}) => cpus)),
  });
  if (result === 'wrong') return failWith('invalid-request', message, hint === null ? {} : {hint});
  return ok({limitsOf, concern: result === 'warning' ? message : null});
}
