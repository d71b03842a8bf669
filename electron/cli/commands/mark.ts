import {type AppError, failWith} from '../../../shared/errors';
import {ok, type Result} from '../../../shared/result';
import {settleFirst} from '../carryOut';
import {type CommandContext, withEngine} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {selectExisting} from '../selectActions';

/** `mark ACTION… --reason TEXT`: takes the user's word that actions are up to date, until anything else changes. */
export function markCommand(
  context: CommandContext,
  args: readonly string[],
  reason: string,
): Promise<ExitCode> {
  return withEngine(context, async (study) => {
    if (reason.trim() === '') return noReason();
    const selected = await selectExisting(study, args);
    if (!selected.ok) return selected;
    if (selected.value.length === 0) context.console.print('No action matches.');
    // the mark is of the outputs that are there, and not of those that a run that was cut off has half placed
    const settled = await settleFirst(context, study);
    if (!settled.ok && settled.error.kind !== 'study-busy') return settled;
    for (const action of selected.value) {
      const marked = await study.provenance.mark({action, reason});
      if (!marked.ok) return marked;
      const decisions = await study.provenance.decisions();
      if (!decisions.ok) return decisions;
      const mark = decisions.value.find((each) => each.kind === 'marked' && each.action === action);
      context.console.json({action, reason, markedAt: mark?.at ?? null});
      context.console.print(`${action} counts as up to date until anything changes.`);
    }
    return ok(EXIT.done);
  });
}

function noReason(): Result<never, AppError> {
  return failWith('invalid-request', 'A reason is missing.', {
    hint: 'Say after --reason why it is up to date: it is kept beside the mark.',
  });
}
