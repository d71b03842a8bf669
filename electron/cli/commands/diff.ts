import {type AppError, failWith} from '../../../shared/errors';
import {changeBehind} from '../../../shared/outOfDateReason';
import {err, ok, type Result} from '../../../shared/result';
import type {OutOfDateReason} from '../../../shared/status';
import type {Study} from '../../core/study';
import {unknownActionError} from '../../planner/requestErrors';
import {type CommandContext, errorObject, validProject, withEngine} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';

/** `diff ACTION [FILE]`: the lines that changed since the action's last success. */
export function diffCommand(
  context: CommandContext,
  action: string,
  file: string | null,
): Promise<ExitCode> {
  return withEngine(context, async (study) => {
    const reasons = await reasonsOf(study, action);
    if (!reasons.ok) return reasons;
    const paths = file === null ? changedTexts(reasons.value) : [file];
    if (paths.length === 0)
      context.console.print(`Nothing that ${action} was made with can be shown to have changed.`);
    for (const path of new Set(paths)) {
      const diff = await study.provenance.changes({action, path});
      if (!diff.ok && file !== null) return diff;
      context.console.json(
        diff.ok ? {action, path, diff: diff.value} : {action, path, error: errorObject(diff.error)},
      );
      const text = diff.ok ? diff.value : `${path}: ${diff.error.message}`;
      for (const line of text.trimEnd().split('\n')) context.console.print(line);
    }
    return ok(EXIT.done);
  });
}

/** Data can be sensitive: it is shown only where its file is named. */
function changedTexts(reasons: readonly OutOfDateReason[]): readonly string[] {
  return reasons.flatMap((reason) =>
    reason.path !== null && changeBehind(reason) === 'text' ? [reason.path] : [],
  );
}

async function reasonsOf(
  study: Study,
  action: string,
): Promise<Result<readonly OutOfDateReason[], AppError>> {
  const valid = validProject(study);
  if (!valid.ok) return valid;
  const known = await study.provenance.statuses();
  if (!known.ok) return known;
  const status = known.value.find((each) => each.action === action);
  if (status === undefined) return err(unknownActionError(action, valid.value.graph.names));
  const {provenance} = status;
  if (provenance.kind === 'never-run')
    return failWith('not-found', `\`${action}\` has not succeeded in Study Desk yet.`, {
      hint: 'Run it first: then what changes since can be shown.',
    });
  return ok(provenance.kind === 'out-of-date' ? provenance.reasons : []);
}
