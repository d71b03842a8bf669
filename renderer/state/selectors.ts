import {beyond, type ActionGraph, type Direction} from '../../shared/graph';
import {isFinal, type Job} from '../../shared/job';
import type {OutputEntry, OutputsListing} from '../../shared/output';
import type {Action} from '../../shared/project';
import type {RunRecord} from '../../shared/run';
import {
  ACTION_STATES,
  actionStateOf,
  type ActionState,
  type ActionStatus,
} from '../../shared/status';
import type {DeskState} from './deskStore';
import {queryOutcome} from './queryMatches';

/** The state an action is shown in; being checked as long as nothing is known of it. */
export function stateOfAction(
  statuses: ReadonlyMap<string, ActionStatus>,
  action: string,
): ActionState {
  const status = statuses.get(action);
  return status === undefined ? 'checking' : actionStateOf(status);
}

/** Keeps the last answer while the inputs are the same, so that selectors stay stable. */
export function remember<Input extends readonly unknown[], Output>(
  compute: (...input: Input) => Output,
): (...input: Input) => Output {
  let last: {readonly input: Input; readonly output: Output} | null = null;
  return (...input) => {
    if (last !== null && last.input.every((value, index) => value === input[index]))
      return last.output;
    last = {input, output: compute(...input)};
    return last.output;
  };
}

const NO_ACTIONS: readonly Action[] = [];

/** The study's actions in file order. */
export function actionsOf(state: DeskState): readonly Action[] {
  return state.study?.project?.actions ?? NO_ACTIONS;
}

/** One action by its name; undefined when project.yaml has none of that name. */
export function actionNamed(state: DeskState, name: string | null): Action | undefined {
  return name === null ? undefined : actionsByName(actionsOf(state)).get(name);
}

/** An output by its path, whether or not an action still makes it; undefined for what is none. */
export function outputAt({outputs}: DeskState, path: string): OutputEntry | undefined {
  return outputs === null ? undefined : outputsByPath(outputs).get(path);
}

const outputsByPath = remember(
  ({outputs}: OutputsListing) => new Map(outputs.map((entry) => [entry.path, entry])),
);

const actionsByName = remember(
  (actions: readonly Action[]) => new Map(actions.map((action) => [action.name, action])),
);

const grouped = remember(
  (actions: readonly Action[], statuses: ReadonlyMap<string, ActionStatus>) => {
    const groups = new Map<ActionState, string[]>(ACTION_STATES.map((state) => [state, []]));
    for (const action of actions)
      groups.get(stateOfAction(statuses, action.name))?.push(action.name);
    return groups;
  },
);

/** Action names by display state, each list in file order. */
export function actionsByState(state: DeskState): ReadonlyMap<ActionState, readonly string[]> {
  return grouped(actionsOf(state), state.statuses);
}

const NO_NAMES: readonly string[] = [];

/** Names in one display state. */
export function namesIn(state: DeskState, wanted: ActionState): readonly string[] {
  return actionsByState(state).get(wanted) ?? NO_NAMES;
}

/** Everything that needs an action, directly or through others, in file order. */
export function downstreamOf(state: DeskState, action: string): readonly string[] {
  return namesBeyond(state.study?.graph ?? null, action, 'downstream');
}

/** Everything an action needs, directly or through others, in file order. */
export function upstreamOf(state: DeskState, action: string): readonly string[] {
  return namesBeyond(state.study?.graph ?? null, action, 'upstream');
}

const reached = new WeakMap<ActionGraph, Map<string, readonly string[]>>();

/** What lies beyond an action, in file order; kept for as long as the graph is. */
function namesBeyond(
  graph: ActionGraph | null,
  action: string,
  direction: Direction,
): readonly string[] {
  if (graph === null) return NO_NAMES;
  const known = reached.get(graph) ?? new Map<string, readonly string[]>();
  reached.set(graph, known);
  const key = `${direction} ${action}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = beyond(graph, action, direction);
  const names = graph.names.filter((name) => found.has(name));
  known.set(key, names);
  return names;
}

/** The run under way; undefined when none is. */
export function activeRun(state: DeskState): RunRecord | undefined {
  return state.activeRunId === null
    ? undefined
    : state.runs.find((run) => run.id === state.activeRunId);
}

/** The newest known attempt at an action. */
export function lastAttemptAt(runs: readonly RunRecord[], action: string): Job | undefined {
  for (const run of runs) {
    const job = run.jobs.find((other) => other.action === action);
    if (job !== undefined) return job;
  }
  return undefined;
}

/** All known attempts at an action, newest first. */
export function attemptsAt(runs: readonly RunRecord[], action: string): readonly Job[] {
  return runs.flatMap((run) => run.jobs.filter((job) => job.action === action));
}

const unfinished = remember((runs: readonly RunRecord[], id: string | null) =>
  (runs.find((run) => run.id === id)?.jobs ?? []).filter((job) => !isFinal(job.statusCode)),
);

/** Jobs of the run under way that have not ended. */
export function openJobs(state: DeskState): readonly Job[] {
  return unfinished(state.runs, state.activeRunId);
}

/** A job by its id, of the runs the window knows. */
export function jobWithId(state: DeskState, jobId: string | null): Job | undefined {
  if (jobId === null) return undefined;
  for (const run of state.runs) {
    const job = run.jobs.find((candidate) => candidate.id === jobId);
    if (job !== undefined) return job;
  }
  return undefined;
}

/** Names the query box finds; null while it filters nothing. List, graph, table and runs agree on it. */
export function namesFound(state: DeskState): ReadonlySet<string> | null {
  return queryOutcome(state).matches;
}
