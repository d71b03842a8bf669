import {evaluateQuery} from '../../shared/query/evaluateQuery';
import {parseQuery, type Query, type QueryError} from '../../shared/query/parseQuery';
import {endsInHalfCondition} from '../../shared/query/suggestQuery';
import type {ActionStatus} from '../../shared/status';
import type {StudySnapshot} from '../../shared/study';
import type {DeskState} from './deskStore';

/** What the text of the query box means now. */
export interface QueryOutcome {
  /** The actions it means, or meant before the last mistake if any; null while it filters nothing. */
  readonly matches: ReadonlySet<string> | null;
  readonly error: QueryError | null;
}

const NOTHING: QueryOutcome = {matches: null, error: null};

interface Parsed {
  readonly text: string;
  readonly names: readonly string[];
  readonly query: Query | null;
  readonly error: QueryError | null;
}

let parsed: Parsed | null = null;
let last: {
  readonly parsed: Parsed;
  readonly study: StudySnapshot;
  readonly statuses: ReadonlyMap<string, ActionStatus>;
  readonly outcome: QueryOutcome;
} | null = null;

/**
 * The outcome of the query box, worked out once for list, graph, table and run together; the same
 * object as before as long as the same actions match.
 */
export function queryOutcome(state: DeskState): QueryOutcome {
  const {study, statuses, query} = state;
  if (query.trim() === '' || study === null) {
    last = null;
    return NOTHING;
  }
  const {graph, project, scripts} = study;
  if (graph === null || project === null) return NOTHING;
  const now = parse(query, graph.names);
  if (last?.parsed === now && last.study === study && last.statuses === statuses) {
    return last.outcome;
  }
  const before = last?.parsed === now ? last.outcome : null;
  const kept = last?.study === study ? last.outcome.matches : null;
  const evaluated =
    now.query === null
      ? null
      : evaluateQuery(now.query, {graph, project, statuses, scripts, anywhere: true});
  // half a condition fits nothing, and is gone on with
  const isHalf = evaluated === null || (evaluated.size === 0 && endsInHalfCondition(query));
  const matches = !isHalf ? evaluated : kept?.size === 0 ? null : kept;
  const outcome =
    before !== null && sameSet(before.matches, matches) ? before : {matches, error: now.error};
  last = {parsed: now, study, statuses, outcome};
  return outcome;
}

function parse(text: string, names: readonly string[]): Parsed {
  if (parsed?.text === text && parsed.names === names) return parsed;
  const result = parseQuery(text, names);
  parsed = {
    text,
    names,
    query: result.ok ? result.value : null,
    error: result.ok ? null : result.error,
  };
  return parsed;
}

function sameSet(a: ReadonlySet<string> | null, b: ReadonlySet<string> | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.size !== b.size) return false;
  for (const item of a) if (!b.has(item)) return false;
  return true;
}
