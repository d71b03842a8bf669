import {formatDuration, formatList, formatPlural} from '../../../shared/format';
import type {AppError} from '../../../shared/errors';
import type {PlanReason, RunRequest} from '../../../shared/plan';
import {doubtfulResults, reusedByReference} from '../../../shared/planSummary';
import type {PlanPreview, PreparedRun} from '../../../shared/preview';
import {ok, type Result} from '../../../shared/result';
import {runOptionsOf, type RunOptions} from '../../../shared/run';
import type {ActionState} from '../../../shared/status';
import type {Study} from '../../core/study';
import {type CommandContext, withEngine} from '../command';
import type {Console} from '../console';
import {EXIT, type ExitCode} from '../exitCodes';
import {planLine} from '../jsonLines';
import {diffHint, planText, outOfDateReasonLines, type ActionReasons} from '../render';
import {selectActions} from '../selectActions';

/** The options that `plan` and `run` share. */
export interface PlanOptions {
  readonly forceRunDependencies: boolean;
  readonly stale: boolean;
}

/** The request that the arguments stand for. */
export function requestOf(actions: readonly string[], options: PlanOptions): RunRequest {
  return {
    actions,
    forceDependencies: options.forceRunDependencies,
    includeStale: options.stale,
    force: [],
    takeOut: [],
  };
}

/** `plan ACTION…`: what `run` with the same arguments would do, and why. */
export function planCommand(
  context: CommandContext,
  args: readonly string[],
  options: PlanOptions,
): Promise<ExitCode> {
  return withEngine(context, async (study) => {
    const planned = await prepare(
      study,
      args,
      options,
      runOptionsOf(study.settings.current().values),
    );
    if (!planned.ok) return planned;
    if (planned.value === null) {
      context.console.json({jobs: [], skipped: []});
      context.console.print('No action matches. Nothing to run.');
      return ok(EXIT.done);
    }
    const preview = planned.value;
    const now = new Date();
    context.console.json(planLine(preview.plan));
    for (const line of planText(preview, now)) context.console.print(line);
    printReasons(context.console, preview, now);
    for (const line of useLines(preview)) context.console.print(line);
    printReference(context.console, preview);
    for (const line of reuseWarning(preview)) context.console.warn(line);
    return ok(EXIT.done);
  });
}

/** What earlier attempts of the jobs show of the memory they need, and of how many fit at a time. */
function useLines({findings}: PreparedRun): readonly string[] {
  return findings.flatMap(({check, message, hint, concurrency}) =>
    check === 'memory'
      ? [`${message} ${hint ?? ''}`.trim()]
      : concurrency === undefined
        ? []
        : [`${message} \`-c ${concurrency}\` does that.`],
  );
}

/** The run that the arguments stand for, worked out; null where queries were given and match nothing. */
export async function prepare(
  study: Study,
  args: readonly string[],
  options: PlanOptions,
  runOptions: RunOptions,
): Promise<Result<PreparedRun | null, AppError>> {
  const selected = await selectActions(study, args);
  if (!selected.ok) return selected;
  if (args.length > 0 && selected.value.length === 0) return ok(null);
  return study.plan.prepare(requestOf(selected.value, options), runOptions);
}

/** Names what the plan reuses though it is out of date, or may be: the reference tool does so without a word. */
export function reuseWarning({reusedOutOfDate}: PlanPreview): readonly string[] {
  if (reusedOutOfDate.length === 0) return [];
  return [
    `Warning: ${formatPlural(reusedOutOfDate.length, 'result')} will be reused although not known to be up to date: ${formatList(reusedOutOfDate, 10)}.`,
    'Run with --stale to make them again, or name them.',
  ];
}

/** The reference's plan beside this one, where it does less. */
function printReference(console: Console, preview: PlanPreview): void {
  const reused = reusedByReference(preview);
  if (reused === 0) return;
  const jobs = formatPlural(preview.referencePlan.jobs.length, 'job');
  console.print(`opensafely run would run ${jobs} and reuse ${doubtfulResults(reused)}.`);
}

/** The states that jobs are planned for; of those planned for another reason the state is not known here. */
const PLANNED_FOR: Readonly<Partial<Record<PlanReason, ActionState>>> = {
  'outputs-missing': 'outputs-missing',
  'failed-before': 'failed',
  'out-of-date': 'out-of-date',
  'upstream-out-of-date': 'upstream-out-of-date',
  'not-verified': 'not-verified',
};

function reasonsOf({plan, jobs}: PlanPreview): readonly ActionReasons[] {
  const states = new Map(plan.jobs.map(({action, reason}) => [action, PLANNED_FOR[reason]]));
  return jobs.map(({action, outOfDateReasons}) => ({
    action,
    state: states.get(action) ?? null,
    reasons: outOfDateReasons,
  }));
}

function printReasons(console: Console, preview: PlanPreview, now: Date): void {
  const all = reasonsOf(preview);
  // one reason is in the plan already
  const several = all.filter(({reasons}) => reasons.length > 1);
  for (const line of outOfDateReasonLines(several, now)) console.print(line);
  for (const line of diffHint(all)) console.print(line);
  const overwritten = preview.jobs.reduce((count, job) => count + job.overwrites.length, 0);
  if (overwritten > 0) console.print(`${formatPlural(overwritten, 'file')} will be replaced.`);
  const missing = preview.images.filter((image) => !image.present);
  if (missing.length > 0)
    console.print(`Images to download first: ${missing.map((image) => image.image).join(', ')}`);
  if (preview.expectedSeconds !== null && preview.plan.jobs.length > 0)
    console.print(
      `It takes ${preview.jobs.some((job) => job.expectedSeconds === null) ? 'at least' : 'about'} ${formatDuration(preview.expectedSeconds)}, going by earlier runs.`,
    );
}
