import {formatList} from '../../../shared/format';
import {isFinal} from '../../../shared/job';
import {assertNever} from '../../../shared/result';
import type {RunOptions, RunRecord} from '../../../shared/run';
import type {QueuedRun} from '../../../shared/runQueue';
import type {RunFinding} from '../../../shared/preview';
import {appError, type AppError, type AppErrorKind} from '../../../shared/errors';
import type {JobDefinition} from '../../runs/runPorts';
import type {Preparation} from './prepareRun';

/**
 * What makes a run another than the one that was shown, each in a sentence; empty where the same jobs would be run in
 * the same way. That a file's content changed, or why a job runs, makes no other run. `doneMeanwhile` are actions that
 * succeeded since: that those need no job any more is what was waited for.
 */
export function changesSince(
  shown: Preparation,
  now: Preparation,
  doneMeanwhile: ReadonlySet<string> = new Set(),
): readonly string[] {
  const changes: string[] = [];
  const before = new Map(shown.prepared.plan.jobs.map((job) => [job.action, job]));
  const after = new Map(now.prepared.plan.jobs.map((job) => [job.action, job]));
  const added = [...after.keys()].filter((action) => !before.has(action));
  const gone = [...before.keys()].filter(
    (action) => !after.has(action) && !doneMeanwhile.has(action),
  );
  if (added.length > 0) changes.push(`${named(added)} would run too.`);
  if (gone.length > 0) changes.push(`${named(gone)} would no longer run.`);
  for (const [action, job] of after) {
    const known = before.get(action);
    if (known === undefined) continue;
    const waits = known.waitsFor.filter((need) => !doneMeanwhile.has(need));
    if (waits.join('\n') !== job.waitsFor.join('\n'))
      changes.push(`\`${action}\` would wait for other actions.`);
    const was = shown.definitions.get(action);
    const is = now.definitions.get(action);
    if (was !== undefined && is !== undefined && definitionKey(was) !== definitionKey(is))
      changes.push(`\`${action}\` would run differently: ${differenceOf(was, is)}.`);
  }
  const blocks = new Set(blocksOf(shown).map(({message}) => message));
  for (const {message} of blocksOf(now)) if (!blocks.has(message)) changes.push(message);
  return changes;
}

/**
 * Planned actions with another success than when the plan was made; not by the time of that, as a job of a run that was
 * cut off may have ended long before it is taken up.
 */
export function succeededSince({prepared, successes, facts}: Preparation): ReadonlySet<string> {
  const names = prepared.plan.jobs.map(({action}) => action);
  return new Set(
    names.filter((name) => facts.history.past(name)?.success?.jobId !== successes.get(name)),
  );
}

/** True where a run that was begun, or queued, as `shown` does the same for these actions as `wanted` would. */
function doesTheSame(shown: Preparation, wanted: Preparation, actions: readonly string[]): boolean {
  return actions.every((action) => {
    const was = shown.definitions.get(action);
    const is = wanted.definitions.get(action);
    // of reusable actions no more is known than their words in project.yaml
    return was === undefined || is === undefined
      ? actionKey(shown, action) === actionKey(wanted, action)
      : definitionKey(was) === definitionKey(is);
  });
}

/**
 * True where a run under way, begun as `shown`, does all that a wanted one would, in the same way. A job that has begun
 * counts only while the code is as it found it.
 */
export function runDoesAll(
  run: RunRecord,
  shown: Preparation,
  wanted: Preparation,
  codeIsSame: boolean,
): boolean {
  if (!sameOptions(run.options, wanted.prepared.options)) return false;
  const open = run.jobs.filter(({state, statusCode}) =>
    codeIsSame ? !isFinal(statusCode) : state === 'waiting' && !isFinal(statusCode),
  );
  const within = new Set(open.map(({action}) => action));
  const actions = wanted.prepared.plan.jobs.map(({action}) => action);
  return actions.every((action) => within.has(action)) && doesTheSame(shown, wanted, actions);
}

/** The id of a waiting run, `shown` as these were, that will do all that a wanted one would, in the same way; null without one. */
export function queuedDoingAll(
  waiting: readonly QueuedRun[],
  shown: ReadonlyMap<string, Preparation>,
  wanted: Preparation,
): string | null {
  const {prepared} = wanted;
  const names = prepared.plan.jobs.map(({action}) => action);
  const same = waiting.find(({id, actions, options, held}) => {
    const before = shown.get(id);
    return (
      held === null &&
      id !== prepared.id &&
      before !== undefined &&
      sameOptions(options, prepared.options) &&
      names.every((action) => actions.includes(action)) &&
      doesTheSame(before, wanted, names)
    );
  });
  return same?.id ?? null;
}

function sameOptions(one: RunOptions, other: RunOptions): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function actionKey({facts, prepared, overrides}: Preparation, name: string): string {
  const action = facts.project.actions.find((each) => each.name === name);
  const outputs = action?.outputs.map(({tier, pattern}) => `${tier}: ${pattern}`);
  return JSON.stringify([
    [action?.run.raw, action?.configJson, action?.needs, outputs],
    [prepared.options.limits, overrides[name] ?? null],
  ]);
}

/** What keeps a prepared run from being started, as an error; null where nothing does. */
export function refusalOf(preparation: Preparation): AppError | null {
  const [block] = blocksOf(preparation);
  if (block === undefined) return preparation.undefined;
  return appError(kindOf(block), block.message, block.hint === null ? {} : {hint: block.hint});
}

function blocksOf({prepared}: Preparation): readonly RunFinding[] {
  return prepared.findings.filter(({level}) => level === 'block');
}

function kindOf({check}: RunFinding): AppErrorKind {
  switch (check) {
    case 'project':
      return 'invalid-project';
    case 'engine':
      return 'no-engine';
    case 'images':
      return 'image-missing';
    case 'other-runner':
      return 'study-busy';
    case 'disk':
    case 'records':
      return 'file-system';
    case 'limits':
    case 'memory':
    case 'concurrency':
    case 'reusable-actions':
    case 'overwrites':
    case 'stata-licence':
    case 'executor':
      return 'invalid-request';
    default:
      return assertNever(check);
  }
}

function named(actions: readonly string[]): string {
  return formatList(
    actions.map((action) => `\`${action}\``),
    5,
  );
}

/** Two jobs of the same key are carried out alike. */
function definitionKey({action, env, ...rest}: JobDefinition): string {
  const outputs = action.outputs.map(({tier, pattern}) => `${tier}: ${pattern}`);
  return JSON.stringify([rest, Object.entries(env).sort(), outputs, action.needs]);
}

function differenceOf(was: JobDefinition, is: JobDefinition): string {
  if (was.image !== is.image) return `its image is ${is.image}`;
  if (was.args.join('\n') !== is.args.join('\n')) return 'its command has changed';
  if (JSON.stringify(was.limits) !== JSON.stringify(is.limits)) return 'its limits have changed';
  return 'its definition has changed';
}
