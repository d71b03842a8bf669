import type {RunRequest} from '../../shared/plan';
import type {DisplayState} from '../../shared/status';
import {formatCount, formatPlural} from '../../shared/format';
import {
  actionsByState,
  downstreamOf,
  namesIn,
  remember,
  stateOfAction,
  upstreamOf,
} from '../state/selectors';
import type {DeskState} from '../state/deskStore';

/** Something that can be run: its words, the number of jobs it starts at least, and the request. */
export interface RunScope {
  /** Heads the plan tray, e.g. "All stale". */
  readonly title: string;
  /** What the button says, with its count, e.g. "Run 7 stale". */
  readonly label: string;
  readonly count: number;
  readonly request: RunRequest;
}

/** States in which an action has something to do. */
const NEEDY: ReadonlySet<DisplayState> = new Set<DisplayState>([
  'failed',
  'out-of-date',
  'upstream-out-of-date',
  'never-run',
  'cancelled',
]);

/** A request for some actions, with everything out of date that they stand on. */
export function requestFor(
  actions: readonly string[],
  changes: Partial<RunRequest> = {},
): RunRequest {
  return {
    actions,
    forceDependencies: false,
    includeStale: true,
    force: [],
    takeOut: [],
    ...changes,
  };
}

/** Actions of `names` that have something to do. */
function needy(statuses: DeskState['statuses'], names: readonly string[]): readonly string[] {
  return names.filter((name) => NEEDY.has(stateOfAction(statuses, name)));
}

const NO_NAMES: readonly string[] = [];

/** What the main button runs: everything of run_all that is out of date, failed or never ran. */
export function neededScope(state: DeskState): RunScope {
  return neededOf(state.study?.project?.runAll ?? NO_NAMES, state.statuses);
}

// asked for at each change of state, by several parts of the window
const neededOf = remember(
  (runAll: readonly string[], statuses: DeskState['statuses']): RunScope => {
    const needed = needy(statuses, runAll);
    const stale = needed.filter((name) => stateOfAction(statuses, name).includes('out-of-date'));
    const count = needed.length;
    const label =
      runAll.length === 0
        ? 'Nothing to run'
        : count === 0
          ? 'All up to date'
          : stale.length === count
            ? `Run ${formatCount(count)} stale`
            : count === runAll.length
              ? `Run all ${formatCount(count)}`
              : `Run ${formatPlural(count, 'action')}`;
    return {title: 'Everything that needs to run', label, count, request: requestFor(['run_all'])};
  },
);

/** All actions that are out of date themselves or through others. */
export function staleScope(state: DeskState): RunScope {
  const groups = actionsByState(state);
  const names = [
    ...(groups.get('out-of-date') ?? []),
    ...(groups.get('upstream-out-of-date') ?? []),
  ];
  return {
    title: 'All out of date',
    label: `Run ${formatCount(names.length)} stale`,
    count: names.length,
    request: requestFor(names),
  };
}

/** All actions whose last attempt failed. */
export function failedScope(state: DeskState): RunScope {
  const names = namesIn(state, 'failed');
  return {
    title: 'All failed',
    label: `Run ${formatCount(names.length)} failed`,
    count: names.length,
    request: requestFor(names),
  };
}

/** Every action of run_all once more, whatever its state. */
export function everythingScope(state: DeskState): RunScope {
  const names = state.study?.project?.runAll ?? [];
  return {
    title: 'All actions again',
    label: `Run all ${formatCount(names.length)} again`,
    count: names.length,
    request: requestFor(names),
  };
}

/** One action, with what it needs and does not have. */
export function actionScope(state: DeskState, action: string): RunScope {
  const count = needy(state.statuses, upstreamOf(state, action)).length + 1;
  return {
    title: action,
    label: count === 1 ? 'Run' : `Run with ${formatCount(count - 1)} needed`,
    count,
    request: requestFor([action]),
  };
}

/** One action with everything it stands on, run again. */
export function dependenciesScope(state: DeskState, action: string): RunScope {
  const upstream = upstreamOf(state, action).length;
  return {
    title: `${action} with dependencies`,
    label: `With ${formatPlural(upstream, 'dependency', 'dependencies')}`,
    count: upstream + 1,
    request: requestFor([action], {forceDependencies: true}),
  };
}

/** One action with everything that stands on it. */
export function downstreamScope(state: DeskState, action: string): RunScope {
  const downstream = downstreamOf(state, action);
  return {
    title: `${action} with downstream`,
    label: `With ${formatCount(downstream.length)} downstream`,
    count: downstream.length + 1,
    request: requestFor([action, ...downstream]),
  };
}

/** The actions that the query box finds. */
export function matchingScope(query: string, names: readonly string[]): RunScope {
  return {
    title: `Found by ${query}`,
    label: `Run ${formatCount(names.length)} found`,
    count: names.length,
    request: requestFor(names),
  };
}
