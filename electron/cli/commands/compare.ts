import {
  isVisible,
  NOW,
  type ComparedRow,
  type KnownVersion,
  type OutputComparison,
  type OutputVersion,
  type RowMatching,
  type TableDifference,
} from '../../../shared/comparison';
import {comparisonWords, matchingWords} from '../../../shared/comparisonWords';
import {type AppError, failWith} from '../../../shared/errors';
import {formatPlural, formatWhen} from '../../../shared/format';
import {ok, type Result} from '../../../shared/result';
import {TIER_LABELS} from '../../../shared/sensitivity';
import {changeWords, comparedChange} from '../../core/outputs/comparedChange';
import type {VersionPair} from '../../core/outputs/outputComparisons';
import type {Study} from '../../core/study';
import {errorObject, withStudy, type CommandContext} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns} from '../render';

/** The options of `compare`. */
export interface CompareOptions {
  /** A run, or a commit. */
  readonly with?: string;
  /** Columns whose values identify a row, separated by commas. */
  readonly key?: string;
  readonly byPosition: boolean;
}

/** Rows asked for at once. */
const PAGE = 1000;

/** Changed rows that are printed as text; as JSON all are. */
const PRINTED = 200;

/** `compare [PATH]`: an output against an earlier version, or all outputs of a run against those before. */
export function compareCommand(
  context: CommandContext,
  path: string | null,
  options: CompareOptions,
): Promise<ExitCode> {
  return withStudy(context, async (study) =>
    path === null ? compareRun(context, study, options) : compareOne(context, study, path, options),
  );
}

async function compareOne(
  context: CommandContext,
  study: Study,
  path: string,
  options: CompareOptions,
): Promise<Result<ExitCode, AppError>> {
  const known = await study.outputs.versions({path});
  if (!known.ok) return known;
  const old = earlierVersion(path, known.value, options.with);
  if (!old.ok) return old;
  const pair: VersionPair = {path, old: old.value, now: NOW, matching: matchingOf(options)};
  const compared = await study.outputs.compare(pair);
  if (!compared.ok) return compared;
  const comparison = compared.value;
  context.console.json({path, with: pair.old, visible: isVisible(comparison), ...head(comparison)});
  context.console.print(
    `${path} against ${versionWords(pair.old, known.value)}: ${comparisonWords(comparison)}`,
  );
  if (comparison.kind === 'table') return printTable(context, study, pair, comparison);
  if (comparison.kind === 'different') context.console.print(comparison.reason);
  if (comparison.kind === 'image')
    context.console.print('The window shows how the two pictures differ.');
  if (comparison.kind === 'text')
    for (const line of comparison.diff.trimEnd().split('\n')) context.console.print(line);
  return ok(EXIT.done);
}

/** The version that was named, else the one before the newest; where a run made only one, that. */
function earlierVersion(
  path: string,
  known: readonly KnownVersion[],
  name: string | undefined,
): Result<OutputVersion, AppError> {
  if (name !== undefined) {
    const run = known.find(({runId}) => runId === name);
    return ok(run === undefined ? {kind: 'commit', commit: name} : {kind: 'run', runId: name});
  }
  const own = known.filter(({fromCommit}) => fromCommit === undefined);
  const version = own[1] ?? own[0];
  if (version !== undefined) return ok({kind: 'run', runId: version.runId});
  return failWith('not-found', `No run of Study Desk has made "${path}".`, {
    hint: 'Name a commit that holds it: `--with HEAD`.',
  });
}

function matchingOf({key, byPosition}: CompareOptions): RowMatching {
  if (byPosition) return {by: 'position'};
  return key === undefined ? {by: 'auto'} : {by: 'key', columns: key.split(',')};
}

/** The first line of JSON of a comparison. */
function head(comparison: OutputComparison): object {
  if (comparison.kind !== 'table') return comparison;
  const {columns: all, ...rest} = comparison;
  return {...rest, columns: all.map(({name}) => name)};
}

function versionWords(version: OutputVersion, known: readonly KnownVersion[]): string {
  if (version.kind === 'commit') return `commit ${version.commit}`;
  if (version.kind === 'now') return 'now';
  if (version.kind === 'output') return version.path;
  const run = known.find(({runId}) => runId === version.runId);
  const when = run === undefined ? '' : `, ${formatWhen(run.producedAt, new Date())}`;
  return `run ${version.runId}${when}`;
}

async function printTable(
  context: CommandContext,
  study: Study,
  pair: VersionPair,
  difference: TableDifference,
): Promise<Result<ExitCode, AppError>> {
  const {console} = context;
  const names = difference.columns.map(({name}) => name);
  console.print(matchingWords(difference));
  if (difference.newColumns.length > 0)
    console.print(`New columns: ${difference.newColumns.join(', ')}`);
  if (difference.goneColumns.length > 0)
    console.print(`Gone columns: ${difference.goneColumns.join(', ')}`);
  const total = difference.changedRows + difference.newRows + difference.goneRows;
  for (let from = 0; from < total; from += PAGE) {
    const rows = await study.outputs.comparedRows({...pair, from, count: PAGE, onlyChanged: true});
    if (!rows.ok) return rows;
    for (const row of rows.value) printRowAsJson(context, names, row);
    const lines = columns(
      rows.value.slice(0, Math.max(0, PRINTED - from)).flatMap((row) => rowLines(names, row)),
    );
    for (const line of lines) console.print(line);
  }
  if (total > PRINTED) console.print(`… and ${formatPlural(total - PRINTED, 'more row')}`);
  return ok(EXIT.done);
}

function printRowAsJson(
  {console}: CommandContext,
  names: readonly string[],
  row: ComparedRow,
): void {
  const {oldRow, row: place, change, values, changed} = row;
  if (change === 'new') console.json({change, row: place, values});
  else if (change === 'gone') console.json({change, oldRow, values});
  else
    for (const {column, before} of changed)
      console.json({
        change: 'cell',
        row: place,
        oldRow,
        column: names[column],
        before,
        after: values[column],
      });
}

function rowLines(names: readonly string[], row: ComparedRow): readonly (readonly string[])[] {
  const cell = (text: string | null | undefined): string =>
    text === null || text === undefined
      ? 'missing'
      : text.replace(/\r\n|[\r\n]/g, '↵').replaceAll('\t', ' ');
  const all = row.values.map(cell).join(', ');
  if (row.change === 'new') return [[`row ${String(row.row)}`, 'new', all]];
  if (row.change === 'gone') return [[`row ${String(row.oldRow)}`, 'gone', all]];
  return row.changed.map(({column, before}) => [
    `row ${String(row.row)}`,
    names[column] ?? '',
    `${cell(before)} → ${cell(row.values[column])}`,
  ]);
}

/** Prints all outputs of a run against those before: same, changed and how far, new, gone. */
export async function compareRun(
  context: CommandContext,
  study: Study,
  options: CompareOptions,
): Promise<Result<ExitCode, AppError>> {
  const changes = await study.outputs.runChanges({runId: options.with ?? null});
  if (!changes.ok) return changes;
  const {runId, startedAt, outputs} = changes.value;
  context.console.print(
    `Outputs of run ${runId}, ${formatWhen(startedAt, new Date())}, against those before:`,
  );
  for (const change of outputs) {
    const compared = await comparedChange(study, runId, change, matchingOf(options));
    const {path, action, tier, beforeRunId} = change;
    context.console.json({
      path,
      action,
      tier,
      change: change.change,
      with: beforeRunId,
      visible: compared?.ok === true ? isVisible(compared.value) : null,
      ...(compared === null
        ? {}
        : compared.ok
          ? {difference: withoutText(compared.value)}
          : {error: errorObject(compared.error)}),
    });
    const words = changeWords(change, compared);
    const line = [path, TIER_LABELS[tier].toLowerCase(), words];
    context.console.print(`  ${line.join('  ')}`);
  }
  if (outputs.length === 0) context.console.print('  It made none.');
  return ok(EXIT.done);
}

/** Counts without what the files hold. */
function withoutText(comparison: OutputComparison): object {
  if (comparison.kind !== 'text') return head(comparison);
  const {diff: _diff, ...counts} = comparison;
  return counts;
}
