import {type AppError, failWith} from '../../../shared/errors';
import {formatPlural, formatWhen} from '../../../shared/format';
import type {RestorableAction} from '../../../shared/preview';
import {ok, type Result} from '../../../shared/result';
import {TIER_LABELS, TIERS} from '../../../shared/sensitivity';
import {STATE_WORDS, actionStateOf} from '../../../shared/status';
import type {Study} from '../../core/study';
import {settleFirst} from '../carryOut';
import {type CommandContext, withEngine} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns} from '../render';
import {selectExisting, statusesNow} from '../selectActions';

/**
 * `restore [ACTION…]`: puts earlier outputs, made from what the study holds now, back from the cache; without
 * arguments it lists the actions for which that can be done.
 */
export function restoreCommand(
  context: CommandContext,
  args: readonly string[],
): Promise<ExitCode> {
  return withEngine(context, async (study) => {
    // what is to be put back may be among what a run that was cut off has made
    const settled = args.length === 0 ? ok(null) : await settleFirst(context, study);
    if (!settled.ok) return settled;
    const offered = await study.provenance.restorable();
    if (!offered.ok) return offered;
    if (args.length === 0) {
      print(context, offered.value, 'Nothing can be restored.');
      return ok(EXIT.done);
    }
    const selected = await selectExisting(study, args);
    if (!selected.ok) return selected;
    const byName = new Map(offered.value.map((each) => [each.action, each]));
    // a query means those of its actions that can be restored
    const missing = selected.value.find((action) => args.includes(action) && !byName.has(action));
    if (missing !== undefined) return notOffered(study, missing);
    const wanted = selected.value.filter((action) => byName.has(action));
    const before = await restoredAts(study);
    if (!before.ok) return before;
    if (wanted.length > 0) {
      const restored = await study.provenance.restore({actions: wanted});
      if (!restored.ok) return restored;
    }
    const after = await restoredAts(study);
    if (!after.ok) return after;
    // what they build on is put back with them
    const done = offered.value.filter(
      ({action}) => after.value.get(action) !== before.value.get(action),
    );
    print(context, done, 'No matching action can be restored.');
    return ok(EXIT.done);
  });
}

/** When the outputs of each action were last put back. */
async function restoredAts(study: Study): Promise<Result<ReadonlyMap<string, string>, AppError>> {
  const decisions = await study.provenance.decisions();
  if (!decisions.ok) return decisions;
  const newestLast = [...decisions.value].reverse().filter(({kind}) => kind === 'restored');
  return ok(new Map(newestLast.map(({action, at}) => [action, at])));
}

function print(
  {console}: CommandContext,
  actions: readonly RestorableAction[],
  none: string,
): void {
  for (const {action, producedAt, outputCounts} of actions)
    console.json({action, producedAt, outputCounts});
  if (actions.length === 0) console.print(none);
  const now = new Date();
  const rows = actions.map(({action, producedAt, outputCounts}) => [
    action,
    `made ${formatWhen(producedAt, now)}`,
    TIERS.filter((tier) => outputCounts[tier] > 0)
      .map(
        (tier) => `${formatPlural(outputCounts[tier], 'file')} ${TIER_LABELS[tier].toLowerCase()}`,
      )
      .join(', '),
  ]);
  for (const line of columns(rows)) console.print(line);
}

/** Why an action's earlier outputs can't be had again. */
async function notOffered(study: Study, action: string): Promise<Result<never, AppError>> {
  const statuses = await statusesNow(study);
  if (!statuses.ok) return statuses;
  const status = statuses.value.find((each) => each.action === action);
  const state = status === undefined ? 'never-run' : actionStateOf(status);
  const why =
    state === 'up-to-date' || state === 'up-to-date-by-times'
      ? `It is ${STATE_WORDS[state].toLowerCase()}: there is nothing to restore.`
      : 'The cache has no outputs of it that match its current code, settings and inputs.';
  return failWith('not-found', `\`${action}\` can't be restored.`, {
    why,
    hint: '`study-desk restore` lists what can be restored; otherwise run the action.',
  });
}
