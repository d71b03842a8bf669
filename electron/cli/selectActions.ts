import {type AppError, failWith} from '../../shared/errors';
import {evaluateQuery} from '../../shared/query/evaluateQuery';
import {parseQuery, type Query} from '../../shared/query/parseQuery';
import {err, ok, type Result} from '../../shared/result';
import type {Study} from '../core/study';
import {RUN_ALL} from '../planner/planRun';
import {noActionError, unknownActionError} from '../planner/requestErrors';
import {validProject} from './command';
import {lastJobOf, type ActionStatus} from '../../shared/status';

/**
 * The action names that the arguments mean: each is a name, `run_all`, or a query (`model_*`,
 * `stale+`, `status:failed`). A plain word is passed on as it is, so that a mistyped name is reported as one.
 */
export async function selectActions(
  study: Study,
  args: readonly string[],
): Promise<Result<readonly string[], AppError>> {
  const valid = validProject(study);
  if (!valid.ok) return valid;
  const {project, graph} = valid.value;
  const names = new Set(graph.names);
  const selected: string[] = [];
  for (const arg of args) {
    const parsed = names.has(arg) ? null : parseQuery(arg, names);
    if (parsed === null) {
      selected.push(arg);
      continue;
    }
    if (!parsed.ok) return badQuery(arg, parsed.error.message, parsed.error.hint);
    const word = plainWord(parsed.value, arg);
    if (word !== null) {
      selected.push(word);
      continue;
    }
    const statuses = await statusesNow(study);
    if (!statuses.ok) return statuses;
    const found = evaluateQuery(parsed.value, {
      graph,
      project,
      statuses: new Map(statuses.value.map((status) => [status.action, status])),
      scripts: study.project.snapshot().scripts,
    });
    selected.push(...found);
  }
  return ok([...new Set(selected)]);
}

/** As `selectActions`, for what is done to each action by itself: all names exist, and `run_all` stands for its actions. */
export async function selectExisting(
  study: Study,
  args: readonly string[],
): Promise<Result<readonly string[], AppError>> {
  const selected = await selectActions(study, args);
  const valid = validProject(study);
  if (!selected.ok || !valid.ok) return selected;
  const {project, graph} = valid.value;
  if (args.length === 0) return err(noActionError(project.runAll));
  const names = selected.value.flatMap((name) => (name === RUN_ALL ? project.runAll : [name]));
  const unknown = names.find((name) => !graph.names.includes(name));
  if (unknown !== undefined) return err(unknownActionError(unknown, project.runAll));
  return ok([...new Set(names)]);
}

/** The one word a query consists of, without its quotes; null where it is more than that. */
function plainWord(query: Query, arg: string): string | null {
  switch (query.kind) {
    case 'name':
      return query.name;
    case 'text':
      return query.text;
    case 'all':
      return arg;
    default:
      return null;
  }
}

function badQuery(arg: string, message: string, hint: string | null): Result<never, AppError> {
  return failWith('invalid-request', `"${arg}" can't be understood. ${message}`, {
    ...(hint === null ? {} : {hint}),
  });
}

/**
 * The state of every action, with the jobs of runs that have no end yet in place of earlier ones: under way in another
 * process, or cut off. What `status` shows is what queries after `status:` look at.
 */
export async function statusesNow(
  study: Study,
): Promise<Result<readonly ActionStatus[], AppError>> {
  const known = await study.provenance.statuses();
  if (!known.ok) return known;
  const open = await study.runs.open();
  // those that have ended are among the earlier ones already
  const jobs = new Map(
    open
      .flatMap(({run}) => run.jobs)
      .filter(({completedAt}) => completedAt === null)
      .map((job) => [job.action, job]),
  );
  return ok(
    known.value.map((status) => {
      const job = jobs.get(status.action);
      return job === undefined ? status : {...status, lastJob: lastJobOf(job)};
    }),
  );
}
