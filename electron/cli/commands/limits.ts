import {type AppError, failWith} from '../../../shared/errors';
import {formatDuration, formatMemory, formatPlural} from '../../../shared/format';
import {ok, type Result} from '../../../shared/result';
import type {ActionOverride} from '../../../shared/settings';
import {type CommandContext, withStudy} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns} from '../render';

/** The options of `limits`. */
export interface LimitsOptions {
  readonly memory?: number;
  readonly cpus?: number;
  /** Minutes. */
  readonly timeout?: number;
  readonly unset: boolean;
}

/** `limits [ACTION]`: shows, sets or removes limits of single actions of this study. */
export function limitsCommand(
  context: CommandContext,
  action: string | null,
  {memory, cpus, timeout, unset}: LimitsOptions,
): Promise<ExitCode> {
  return withStudy(context, async (study): Promise<Result<ExitCode, AppError>> => {
    const changes = unset || memory !== undefined || cpus !== undefined || timeout !== undefined;
    if (changes && action === null)
      return failWith('invalid-request', 'Name the action whose limits these are.');
    const before = await study.plan.overrides();
    if (!before.ok) return before;
    if (changes && action !== null) {
      const known = study.project.snapshot().project?.actions.some(({name}) => name === action);
      if (known === false && !unset)
        return failWith('not-found', `There is no action ${action}.`, {
          hint: '`study-desk graph` lists the actions.',
        });
      const old = before.value[action];
      const next: ActionOverride = {
        memoryBytes: memory ?? old?.memoryBytes ?? null,
        cpus: cpus ?? old?.cpus ?? null,
        timeoutSeconds: timeout === undefined ? (old?.timeoutSeconds ?? null) : timeout * 60,
      };
      const saved = await study.plan.saveOverride({action, override: unset ? null : next});
      if (!saved.ok) return saved;
    }
    const now = await study.plan.overrides();
    if (!now.ok) return now;
    const shown = Object.entries(now.value).filter(([name]) => action === null || name === action);
    for (const [name, limits] of shown) context.console.json({action: name, ...limits});
    for (const line of columns(shown.map(([name, limits]) => [name, words(limits)])))
      context.console.print(line);
    if (shown.length === 0)
      context.console.print(
        action === null
          ? 'No action has limits of its own.'
          : `${action} has no limits of its own.`,
      );
    return ok(EXIT.done);
  });
}

function words({memoryBytes, cpus, timeoutSeconds}: ActionOverride): string {
  return [
    ...(memoryBytes === null ? [] : [`${formatMemory(memoryBytes)} of memory`]),
    ...(cpus === null ? [] : [formatPlural(cpus, 'processor')]),
    ...(timeoutSeconds === null ? [] : [`${formatDuration(timeoutSeconds)} at most`]),
  ].join(', ');
}
