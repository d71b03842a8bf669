import {formatDuration, formatList, formatPlural, formatWhen} from '../../../shared/format';
import {ok} from '../../../shared/result';
import {
  actionStateOf,
  type ActionStatus,
  attemptWithoutResult,
  RESTORED_MESSAGE,
  STATE_WORDS,
  suppliedText,
} from '../../../shared/status';
import type {Study} from '../../core/study';
import {type CommandContext, validProject, withEngine, withStudy} from '../command';
import {EXIT, type ExitCode, exitCodeOfStates} from '../exitCodes';
import {columns, diffHint, outOfDateReasonLines} from '../render';
import {selectExisting, statusesNow} from '../selectActions';

/** Names and files shown in one cell of the table. */
const SHOWN = 3;

type PathsByAction = ReadonlyMap<string, readonly string[]>;

/**
 * `status`: the state of all actions, or those named, and why they are not up to date. With `exitCodeByStates` the exit
 * code shows it too; without, it is 0.
 */
export function statusCommand(
  context: CommandContext,
  args: readonly string[],
  exitCodeByStates: boolean,
): Promise<ExitCode> {
  return withEngine(context, async (study) => {
    const valid = validProject(study);
    if (!valid.ok) return valid;
    const asked = args.length === 0 ? null : await selectExisting(study, args);
    if (asked !== null && !asked.ok) return asked;
    const known = await statusesNow(study);
    if (!known.ok) return known;
    const statuses = known.value.filter(
      ({action}) => asked === null || asked.value.includes(action),
    );
    for (const {message} of study.records.damage()) context.console.warn(message);
    const missing = await missingOutputs(study);
    const now = new Date();
    for (const status of statuses) context.console.json(statusLine(status));
    for (const line of columns(statuses.map((status) => row(status, missing, now))))
      context.console.print(line);
    const doubted = statuses.map((status) => {
      const {action, provenance} = status;
      const isDoubted = provenance.kind === 'out-of-date' || provenance.kind === 'not-verified';
      return {action, state: actionStateOf(status), reasons: isDoubted ? provenance.reasons : []};
    });
    for (const line of [...outOfDateReasonLines(doubted, now), ...diffHint(doubted)])
      context.console.print(line);
    return ok(exitCodeByStates ? exitCodeOfStates(statuses.map(actionStateOf)) : EXIT.done);
  });
}

function statusLine(status: ActionStatus): object {
  const job = status.lastJob;
  return {
    action: status.action,
    state: actionStateOf(status),
    statusCode: job?.statusCode ?? null,
    message: job?.message ?? null,
    exitCode: job?.exitCode ?? null,
    startedAt: job?.startedAt ?? null,
    completedAt: job?.completedAt ?? null,
    ranBy: job?.ranBy ?? null,
    outputsPresent: status.outputsPresent,
    outputCounts: status.outputCounts,
    notCollected: job?.notCollected ?? 0,
    provenance: status.provenance,
    expectedSeconds: status.expectedSeconds,
  };
}

/** Outputs of a last success that are gone; where they can't be listed, the table goes without their names. */
async function missingOutputs(study: Study): Promise<PathsByAction> {
  const listing = await study.outputs.list();
  const missing = new Map<string, string[]>();
  for (const {action, path, present} of listing.ok ? listing.value.outputs : []) {
    if (present) continue;
    missing.set(action, [...(missing.get(action) ?? []), path]);
  }
  return missing;
}

function row(status: ActionStatus, missing: PathsByAction, now: Date): readonly string[] {
  const job = status.lastJob;
  const seconds =
    job === null || job.startedAt === null || job.completedAt === null
      ? null
      : (Date.parse(job.completedAt) - Date.parse(job.startedAt)) / 1000;
  return [
    status.action,
    STATE_WORDS[actionStateOf(status)],
    job === null || job.completedAt === null ? '' : formatWhen(job.completedAt, now),
    seconds === null ? '' : formatDuration(seconds),
    [why(status, missing), ...leftOut(status), ...inVain(status)]
      .filter((part) => part !== '')
      .join('; '),
  ];
}

/** What became of an attempt since the success that the state is of: its time and length are in the line. */
function inVain(status: ActionStatus): readonly string[] {
  const attempt = attemptWithoutResult(status);
  if (attempt === null) return [];
  const said = attempt.message.replace(/^Not started: /, '');
  return [`latest attempt ${STATE_WORDS[attempt.state].toLowerCase()}: ${said}`];
}

/** What a success left out; the message of a job that did not succeed says more. */
function leftOut({lastJob}: ActionStatus): readonly string[] {
  if (lastJob === null || lastJob.state !== 'succeeded' || lastJob.notCollected === 0) return [];
  return [`${formatPlural(lastJob.notCollected, 'matching file')} not collected`];
}

/** Why an action is in its state, as far as that goes into a cell; what it is out of date for has lines of its own. */
function why(status: ActionStatus, missing: PathsByAction): string {
  const {action, lastJob, provenance} = status;
  const state = actionStateOf(status);
  switch (state) {
    case 'up-to-date':
      if (provenance.kind === 'up-to-date' && provenance.markedBecause !== null)
        return `marked: ${provenance.markedBecause}`;
      return lastJob?.message === RESTORED_MESSAGE
        ? 'restored from the cache'
        : lastJob?.ranBy === 'snakemake'
          ? 'ran by Snakemake'
          : '';
    case 'up-to-date-by-times': {
      const left = provenance.kind === state ? provenance.notCompared : [];
      return `ran under opensafely run${left.length === 0 ? '' : `; not compared: ${formatList(left, SHOWN)}`}`;
    }
    case 'supplied':
      return provenance.kind === state ? suppliedText(provenance) : '';
    case 'upstream-out-of-date':
      return provenance.kind === state ? `follows ${named(provenance.because)}` : '';
    case 'outputs-missing': {
      const paths = missing.get(action) ?? [];
      return paths.length === 0 ? '' : `gone: ${named(paths)}`;
    }
    case 'has-errors':
      return provenance.kind === state
        ? provenance.problems.map(({message, line}) => `line ${line}: ${message}`).join(' ')
        : '';
    case 'out-of-date':
    case 'checking':
    case 'never-run':
    case 'running':
    case 'waiting':
      return '';
    case 'not-verified':
      return provenance.kind === 'never-run'
        ? 'nothing is known of what its outputs were made from'
        : '';
    case 'waiting-for-engine':
    case 'blocked':
    case 'not-started':
    case 'cut-off':
    case 'failed':
    case 'cancelled':
      return lastJob?.message ?? '';
  }
}

function named(names: readonly string[]): string {
  return formatList(
    names.map((name) => `\`${name}\``),
    SHOWN,
  );
}

/** `graph`: every action with what it needs, needs first. */
export function graphCommand(context: CommandContext): Promise<ExitCode> {
  return withStudy(context, async (study) => {
    const valid = validProject(study);
    if (!valid.ok) return valid;
    const {graph} = valid.value;
    const rankOf = (name: string): number => graph.rank.get(name) ?? 0;
    const names = [...graph.names].sort((one, other) => rankOf(one) - rankOf(other));
    for (const name of names) {
      const needs = graph.upstream.get(name) ?? [];
      context.console.json({
        action: name,
        rank: rankOf(name),
        needs,
        neededBy: graph.downstream.get(name) ?? [],
      });
      context.console.print(
        `${'  '.repeat(rankOf(name))}${name}${needs.length === 0 ? '' : ` ← ${needs.join(', ')}`}`,
      );
    }
    context.console.print(formatPlural(names.length, 'action'));
    return ok(EXIT.done);
  });
}
