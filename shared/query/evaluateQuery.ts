import {reach, type ActionGraph} from '../graph';
import {escapeRegExp} from '../escapeRegExp';
import type {Action, Project} from '../project';
import {assertNever} from '../result';
import type {ActionStatus} from '../status';
import type {Query, QueryField} from './parseQuery';
import {isOutOfDate, STATUS_WORDS, tiersOf} from './queryWords';

/** What a query is asked of. */
export interface QueryContext {
  readonly graph: ActionGraph;
  readonly project: Project;
  readonly statuses: ReadonlyMap<string, ActionStatus>;
  /** Script of each action, study-relative, where it is known. */
  readonly scripts: ReadonlyMap<string, string>;
  /** A word with `*` is found anywhere in a name, whatever its case, as one without is; else it means whole names. */
  readonly anywhere?: boolean;
}

/** The actions that a query means, in file order. */
export function evaluateQuery(query: Query, context: QueryContext): ReadonlySet<string> {
  const {graph, statuses} = context;
  switch (query.kind) {
    case 'all':
      return new Set(graph.names);
    case 'name':
      return new Set(graph.names.filter((name) => name === query.name));
    case 'glob': {
      const {pattern} = query;
      const matches = context.anywhere ? globTest(`*${pattern}*`, 'i') : globTest(pattern, '');
      return new Set(graph.names.filter(matches));
    }
    case 'text':
      return new Set(graph.names.filter(textTest(query.text, query.quoted)));
    case 'out-of-date':
      return new Set(graph.names.filter((name) => holds(statuses.get(name), isOutOfDate)));
    case 'field':
      return matchField(query.field, query.value, context);
    case 'upstream':
      return closure(evaluateQuery(query.of, context), graph.upstream, graph);
    case 'downstream':
      return closure(evaluateQuery(query.of, context), graph.downstream, graph);
    case 'not': {
      const without = evaluateQuery(query.of, context);
      return new Set(graph.names.filter((name) => !without.has(name)));
    }
    case 'and': {
      const right = evaluateQuery(query.right, context);
      return new Set([...evaluateQuery(query.left, context)].filter((name) => right.has(name)));
    }
    case 'or': {
      const left = evaluateQuery(query.left, context);
      const right = evaluateQuery(query.right, context);
      return new Set(graph.names.filter((name) => left.has(name) || right.has(name)));
    }
    default:
      return assertNever(query);
  }
}

function textTest(text: string, whole: boolean): (name: string) => boolean {
  const wanted = text.toLowerCase();
  return (name) => (whole ? name === text : name.toLowerCase().includes(wanted));
}

function holds(status: ActionStatus | undefined, test: (status: ActionStatus) => boolean): boolean {
  return status !== undefined && test(status);
}

function matchField(field: QueryField, value: string, context: QueryContext): ReadonlySet<string> {
  if (field === 'status') {
    const word = value.toLowerCase();
    const test = STATUS_WORDS.get(word) ?? (() => false);
    return new Set(
      context.graph.names.filter((name) => {
        const status = context.statuses.get(name);
        // nothing is known of it yet
        return status === undefined ? word === 'checking' : test(status);
      }),
    );
  }
  const test = actionTest(field, value, context.scripts);
  return new Set(context.project.actions.filter(test).map((action) => action.name));
}

function actionTest(
  field: Exclude<QueryField, 'status'>,
  value: string,
  scripts: ReadonlyMap<string, string>,
): (action: Action) => boolean {
  switch (field) {
    case 'tier': {
      const tiers = tiersOf(value);
      return (action) => action.outputs.some((output) => tiers.includes(output.tier));
    }
    case 'image': {
      const matches = globTest(value, 'i');
      return ({run}) => matches(run.imageName) || matches(`${run.imageName}:${run.imageTag}`);
    }
    case 'script': {
      const matches = pathTest(value);
      return (action) => {
        const script = scripts.get(action.name);
        return script !== undefined && matches(script);
      };
    }
    case 'output': {
      const matches = pathTest(value);
      return (action) => action.outputs.some((output) => matches(output.pattern));
    }
    default:
      return assertNever(field);
  }
}

/** A path by glob on the whole or its last part, or, without `*`, by any part of its text. */
function pathTest(value: string): (path: string) => boolean {
  if (!value.includes('*')) {
    const wanted = value.toLowerCase();
    return (path) => path.toLowerCase().includes(wanted);
  }
  const matches = globTest(value, 'i');
  return (path) => matches(path) || matches(path.slice(path.lastIndexOf('/') + 1));
}

/** Whole-text match with `*` for any run of characters, `/` among them. */
function globTest(pattern: string, flags: '' | 'i'): (text: string) => boolean {
  const source = pattern.split(/\*+/).map(escapeRegExp).join('[\\s\\S]*?');
  const whole = new RegExp(`^${source}$`, flags);
  return (text) => whole.test(text);
}

/** The actions themselves and all that is reached along `edges`, in file order. */
function closure(
  from: ReadonlySet<string>,
  edges: ReadonlyMap<string, readonly string[]>,
  graph: ActionGraph,
): ReadonlySet<string> {
  const reached = reach(from, (name) => edges.get(name));
  return new Set(graph.names.filter((name) => reached.has(name)));
}
