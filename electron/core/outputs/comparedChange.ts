import {
  type OutputChange,
  type OutputComparison,
  type OutputVersion,
  type RowMatching,
} from '../../../shared/comparison';
import {comparisonWords} from '../../../shared/comparisonWords';
import type {AppError} from '../../../shared/errors';
import type {Result} from '../../../shared/result';
import type {Study} from '../study';

/** How one output of a run changed; null where there is nothing to compare. */
export async function comparedChange(
  study: Pick<Study, 'outputs'>,
  runId: string,
  {path, change, comparable, beforeRunId}: OutputChange,
  matching: RowMatching = {by: 'auto'},
): Promise<Result<OutputComparison, AppError> | null> {
  if (change !== 'changed' || !comparable || beforeRunId === null) return null;
  const [old, now] = [beforeRunId, runId].map((id): OutputVersion => ({kind: 'run', runId: id}));
  if (old === undefined || now === undefined) return null;
  return study.outputs.compare({path, old, now, matching});
}

/** The same in words. */
export function changeWords(
  {change}: OutputChange,
  compared: Result<OutputComparison, AppError> | null,
): string {
  if (compared === null)
    return change === 'changed' ? 'changed; the version before is no longer kept' : change;
  return compared.ok ? comparisonWords(compared.value) : `changed; ${compared.error.message}`;
}
