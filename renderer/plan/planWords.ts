import {formatCount, formatList} from '../../shared/format';
import type {RunRequest, SkipReason} from '../../shared/plan';

/** Why an action gets no job, in words. */
export const SKIP_WORDS: Readonly<Record<SkipReason, string>> = {
  'succeeded-before': 'succeeded before',
  'taken-out': 'taken out',
  'marked-up-to-date': 'marked as up to date',
  restored: 'restored from the cache',
};

/** What a run was asked to do, e.g. `Everything that needs to run`, `model_primary and table_2`. */
export function requestWords(request: RunRequest): string {
  const {actions} = request;
  if (actions.length === 1 && actions[0] === 'run_all') return 'Everything that needs to run';
  const words = actions.length > 3 ? `${formatCount(actions.length)} actions` : formatList(actions);
  return request.forceDependencies ? `${words} with dependencies` : words;
}
