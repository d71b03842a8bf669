import {type AppError, appError} from '../../../shared/errors';
import {reach} from '../../../shared/graph';
import type {Action} from '../../../shared/project';
import {err, ok, type Result} from '../../../shared/result';
import {runOptionsOf} from '../../../shared/run';
import type {Tier} from '../../../shared/sensitivity';
import type {Settings} from '../../../shared/settings';
import {actionStateOf} from '../../../shared/status';
import {digestOf} from '../../files/openFile';
import {shownOutput} from '../../outputs/readOutput';
import type {TableReader} from '../../outputs/tables/tableReader';
import {matchesPattern} from '../../study/outputPattern';
import type {Study} from '../study';
import {carriedOut} from './carriedOut';
import type {CommitValue} from './bisect';

/** A cell of a table: its row's number from 1, the header not counted, and its column's name or number from 1. */
export interface Cell {
  readonly row: number;
  readonly column: string;
}

/** What of a commit's output is wanted, and with what. */
export interface ValueQuestion {
  /** Study-relative. */
  readonly path: string;
  /** Null for the whole file. */
  readonly cell: Cell | null;
  readonly tables: TableReader;
  readonly settings: Settings;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The value of an output at a commit, whose checkout is open: as it was made there before, else from the cache, else by a run of
 * its action and of what that needs. An error only where no commit could be looked at, such as without an engine.
 */
export async function valueAt(
  copy: Study,
  question: ValueQuestion,
  mayRun: boolean,
): Promise<Result<CommitValue, AppError>> {
  const {project, broken, reading, graph} = copy.project.snapshot();
  if (project === null || graph === null || broken)
    return skip(
      `Its project.yaml is not valid: ${reading.problems[0]?.message ?? 'it can’t be read.'}`,
    );
  const made = makerOf(project.actions, question.path);
  if (made === null) return skip(`None of its actions makes ${question.path}.`);
  const {name} = made.action;
  const known = await restoreFitting(copy, [name], true);
  if (!known.ok) return known;
  if (known.value.includes(name)) return valueOf(copy, made.tier, question, 0);
  if (!mayRun) return skip('It would have to be run.');
  const ran = await runAction(copy, name, question);
  if (!ran.ok) return stopsAll(ran.error) ? ran : skip(sentence(ran.error));
  return ran.value === null ? valueOf(copy, made.tier, question, 1) : skip(ran.value, 1);
}

/**
 * Takes outputs from the cache that were made from exactly what the study holds: of what the actions need, and with `also` of
 * themselves. Answers which of these are up to date then.
 */
export async function restoreFitting(
  study: Study,
  actions: readonly string[],
  also: boolean,
): Promise<Result<readonly string[], AppError>> {
  const {graph} = study.project.snapshot();
  const wanted = reach(actions, (name) => graph?.upstream.get(name));
  const offered = await study.provenance.restorable();
  if (!offered.ok) return offered;
  const names = offered.value
    .map(({action}) => action)
    .filter((action) => wanted.has(action) && (also || !actions.includes(action)));
  if (names.length > 0) {
    const restored = await study.provenance.restore({actions: names});
    if (!restored.ok) return restored;
  }
  const statuses = await study.provenance.statuses();
  if (!statuses.ok) return statuses;
  return ok(
    statuses.value
      .filter((status) => wanted.has(status.action) && actionStateOf(status) === 'up-to-date')
      .map(({action}) => action),
  );
}

function makerOf(
  actions: readonly Action[],
  path: string,
): {readonly action: Action; readonly tier: Tier} | null {
  for (const action of actions)
    for (const {pattern, tier} of action.outputs)
      if (matchesPattern(pattern, path)) return {action, tier};
  return null;
}

/** Answers why the action failed; null where it succeeded. */
async function runAction(
  copy: Study,
  name: string,
  {settings, onProgress, signal}: ValueQuestion,
): Promise<Result<string | null, AppError>> {
  const prepared = await copy.plan.prepare(
    // what a commit holds of outputs is no result of its code
    {actions: [name], forceDependencies: false, includeStale: true, force: [], takeOut: []},
    runOptionsOf(settings),
  );
  if (!prepared.ok) return prepared;
  const onJob = ({action, state}: {readonly action: string; readonly state: string}): void =>
    onProgress(`${action}: ${state}`);
  const ended = await carriedOut(copy, prepared.value.id, onJob, signal);
  if (!ended.ok) return ended;
  const failed = ended.value.find(({state}) => state === 'failed');
  const job = failed ?? ended.value.find(({action}) => action === name);
  return ok(
    job?.state === 'succeeded' ? null : `${job?.action ?? name} fails: ${job?.message ?? ''}`,
  );
}

async function valueOf(
  copy: Study,
  tier: Tier,
  {path, cell, tables}: ValueQuestion,
  runs: number,
): Promise<Result<CommitValue, AppError>> {
  const file = await shownOutput(copy.dir, path, tier);
  if (!file.ok) return skip(sentence(file.error), runs);
  if (cell === null) return value(await digestOf(file.value), runs);
  const schema = await tables.schema(file.value, true);
  if (!schema.ok) return skip(sentence(schema.error), runs);
  const names = schema.value.columns.map(({name}) => name);
  const named = names.indexOf(cell.column);
  const at = named >= 0 ? named : Number(cell.column) - 1;
  const rows = await tables.rows(file.value, cell.row - 1, 1, {sort: null, where: null});
  if (!rows.ok) return skip(sentence(rows.error), runs);
  const row = rows.value.rows[0];
  if (row === undefined) return skip(`${path} has no row ${cell.row} there.`, runs);
  if (row.values[at] === undefined)
    return skip(`${path} has no column "${cell.column}" there.`, runs);
  return value(row.values[at], runs);
}

function value(of: string | null, runs: number): Result<CommitValue, AppError> {
  return ok({kind: 'value', value: of, runs});
}

function skip(reason: string, runs = 0): Result<CommitValue, AppError> {
  return ok({kind: 'skipped', reason, runs});
}

function sentence({message, why}: AppError): string {
  return [message, ...(why === undefined ? [] : [why])].join(' ');
}

/** Faults that any other commit would meet too. */
function stopsAll({kind}: AppError): boolean {
  return !['invalid-project', 'invalid-request', 'not-found', 'job-failed'].includes(kind);
}

/** Understands `ROW:COLUMN`. */
export function readCell(text: string): Result<Cell, AppError> {
  const [, row = '', column = ''] = /^(\d+):(.+)$/.exec(text) ?? [];
  if (Number(row) >= 1) return ok({row: Number(row), column});
  return err(
    appError('invalid-request', `"${text}" is no cell.`, {
      hint: 'Give a row’s number and a column, such as 3:patients; rows count from 1, the header not counted.',
    }),
  );
}
