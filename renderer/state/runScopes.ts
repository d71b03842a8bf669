import type {CommandId} from '../../shared/commandTable';
import {formatCount, formatList, formatPlural} from '../../shared/format';
import {reach, type ActionGraph} from '../../shared/graph';
import type {Job} from '../../shared/job';
import type {RunRequest} from '../../shared/plan';
import {remainingTime, type RemainingTime} from '../../shared/remainingTime';
import type {RunRecord} from '../../shared/run';
import {ACTION_STATES, STATE_WORDS, type ActionState} from '../../shared/status';
import type {DeskState} from './deskStore';
import {pickedNames} from './selection';
import {
  actionsByState,
  downstreamOf,
  namesFound,
  namesIn,
  openJobs,
  remember,
  stateOfAction,
} from './selectors';

type Statuses = DeskState['statuses'];
type Study = DeskState['study'];

/** Something that can be run: its words, the number of jobs it starts, and the request. */
export interface RunScope {
  /** Heads the plan tray, e.g. "All failed". */
  readonly title: string;
  /** The same on every button and in every menu, its count in it: `Run 7 out of date`, `Run fit_model`. */
  readonly label: string;
  /** The action whose name ends the label, which may be cut to the space there is. */
  readonly name?: string;
  /** What the label leaves out, in a whole sentence: `Run fit_model and 2 it needs`. */
  readonly tip?: string;
  /** Jobs that the plan will hold, going by the states shown. */
  readonly count: number;
  readonly request: RunRequest;
  /** Actions of an earlier plan that the user has seen: what is no more than that needs no second look. */
  readonly planned?: ReadonlySet<string>;
}

/** The commands that plan a run, in the order in which every menu lists them. */
export const RUN_COMMANDS = [
  'run-selected',
  'run-with-downstream',
  'run-with-dependencies',
  'run-found',
  'continue-run',
  'run-all',
  'run-failed',
  'run-stale',
  'run-everything',
] as const satisfies readonly CommandId[];

/** A command that plans a run. */
export type RunCommandId = (typeof RUN_COMMANDS)[number];

/** A way to run something now, by its command. */
export interface RunEntry extends RunScope {
  readonly id: RunCommandId;
}

/** States in which an action has something to do. */
const NEEDS_RUN: ReadonlySet<ActionState> = new Set<ActionState>([
  'out-of-date',
  'upstream-out-of-date',
  'not-verified',
  'outputs-missing',
  'never-run',
  'has-errors',
  'blocked',
  'not-started',
  'cut-off',
  'failed',
  'cancelled',
]);

const OUT_OF_DATE: readonly ActionState[] = ['out-of-date', 'upstream-out-of-date'];

/** States that a run makes good without anything having failed: what can't be judged is made anew too. */
const DOUBTFUL: readonly ActionState[] = [...OUT_OF_DATE, 'not-verified'];

/** States of an attempt without a result. */
const WITHOUT_RESULT: ReadonlySet<string> = new Set<ActionState>([
  'failed',
  'cut-off',
  'not-started',
  'blocked',
  'cancelled',
]);

/** A request for some actions, with everything out of date that they need. */
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

const NO_NAMES: readonly string[] = [];

/**
 * Actions that have something to do, and all that need them, as the planner takes those: up to date though they are, what
 * they need is made anew. What is taken out, or up to date by the user's word, hands nothing on.
 */
const namesToRun = remember(
  (
    graph: ActionGraph | null,
    statuses: Statuses,
    takenOut: readonly string[],
  ): ReadonlySet<string> => {
    const out = new Set(takenOut);
    const needsRun = (name: string) => NEEDS_RUN.has(stateOfAction(statuses, name));
    const isMarked = (name: string) => {
      const provenance = statuses.get(name)?.provenance;
      return (
        provenance?.kind === 'supplied' ||
        (provenance?.kind === 'up-to-date' && provenance.markedBecause !== null)
      );
    };
    return reach((graph?.names ?? NO_NAMES).filter(needsRun), (name) =>
      out.has(name) ? [] : graph?.downstream.get(name)?.filter((one) => !isMarked(one)),
    );
  },
);

/** What the main button runs: everything of run_all that is out of date, failed or never ran. */
export function neededScope(state: DeskState): RunScope {
  return neededOf(
    state.study?.project?.runAll ?? NO_NAMES,
    state.study?.graph ?? null,
    state.statuses,
  );
}

// asked for at each change of state, by several parts of the window
const neededOf = remember(
  (runAll: readonly string[], graph: ActionGraph | null, statuses: Statuses): RunScope => {
    const request = requestFor(['run_all']);
    const needed = [...jobsOf(request, runAll, graph, statuses)];
    const outOfDate = needed.every((name) => OUT_OF_DATE.includes(stateOfAction(statuses, name)));
    const count = needed.length;
    const failed = needed.every((name) => stateOfAction(statuses, name) === 'failed');
    const label =
      runAll.length === 0
        ? 'Nothing to run'
        : count === 0
          ? nothingNeeded(runAll, statuses)
          : outOfDate
            ? `Run ${formatCount(count)} out of date`
            : failed
              ? `Run ${formatCount(count)} failed`
              : count === runAll.length
                ? `Run all ${formatCount(count)}`
                : `Run ${formatPlural(count, 'action')}`;
    const tip =
      count === 0 || outOfDate || failed ? {} : {tip: `${label}: ${statesOf(needed, statuses)}`};
    return {title: 'Everything out of date', label, ...tip, count, request};
  },
);

/** In which states actions are, counted: `4 failed and 2 never run`. */
function statesOf(names: readonly string[], statuses: Statuses): string {
  const counts = new Map<ActionState, number>();
  for (const name of names) {
    const state = stateOfAction(statuses, name);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const counted = ACTION_STATES.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : [`${formatCount(count)} ${STATE_WORDS[state].toLowerCase()}`];
  });
  return formatList(counted, counted.length);
}

/** The label where nothing needs to run: all are up to date only if each is, and by file times where not by content. */
function nothingNeeded(names: readonly string[], statuses: Statuses): string {
  const states = new Set(names.map((name) => stateOfAction(statuses, name)));
  if (states.has('checking')) return 'Checking…';
  states.delete('up-to-date');
  const byTimes = states.delete('up-to-date-by-times');
  if (states.size > 0) return 'Nothing more to run';
  return byTimes ? 'All up to date by file times' : 'All up to date';
}

/** The jobs that a request makes, going by the states shown; the host's plan decides. */
function jobsOf(
  request: RunRequest,
  runAll: readonly string[],
  graph: ActionGraph | null,
  statuses: Statuses,
): ReadonlySet<string> {
  const takenOut = new Set(request.takeOut);
  const left = (names: readonly string[]) => names.filter((name) => !takenOut.has(name));
  const needy = namesToRun(graph, statuses, takenOut.size === 0 ? NO_NAMES : request.takeOut);
  const asked = request.actions.flatMap((name) =>
    name === 'run_all' ? runAll.filter((one) => needy.has(one)) : [name],
  );
  return reach(left([...asked, ...request.force]), (name) => {
    const needs = graph?.upstream.get(name) ?? NO_NAMES;
    return left(request.forceDependencies ? needs : needs.filter((need) => needy.has(need)));
  });
}

/** What the count of a scope depends on. */
type Counted = Pick<DeskState, 'study' | 'statuses'>;

function countOf(state: Counted, request: RunRequest): number {
  const {project, graph} = state.study ?? {};
  return jobsOf(request, project?.runAll ?? NO_NAMES, graph ?? null, state.statuses).size;
}

/** How long the jobs of a request take at so many at a time, going by earlier runs; null where those do not show it. */
export function timeOf(
  {study, statuses}: Counted,
  request: RunRequest,
  concurrency: number,
): RemainingTime | null {
  const {project, graph} = study ?? {};
  const jobs = jobsOf(request, project?.runAll ?? NO_NAMES, graph ?? null, statuses);
  const timed = (graph?.names ?? NO_NAMES)
    .filter((action) => jobs.has(action))
    .map((action) => ({
      action,
      waitsFor: graph?.upstream.get(action) ?? NO_NAMES,
      ranForSeconds: null,
      done: false,
    }));
  return remainingTime(timed, (name) => statuses.get(name)?.expectedSeconds ?? null, concurrency);
}

/** A request under a title. The label counts those it names; the tip says how many more these need. */
function scopeOf(
  state: Counted,
  title: string,
  request: RunRequest,
  label: string,
  asked = request.actions.length,
): RunScope {
  const count = countOf(state, request);
  const needed = count - asked;
  const they = asked === 1 ? 'it needs' : 'they need';
  const tip = needed <= 0 ? {} : {tip: `${label} and ${formatCount(needed)} ${they}`};
  return {title, label, ...tip, count, request};
}

/** Those of some names that the query box leaves. */
function leftByQuery(state: DeskState, names: readonly string[]): readonly string[] {
  const found = namesFound(state);
  return found === null ? names : names.filter((name) => found.has(name));
}

/** What is said of a scope that the query box narrows. */
function narrowed(state: DeskState): string {
  return namesFound(state) === null ? '' : ' among those found';
}

/** All actions that are out of date themselves or through others, or can't be judged; of those that are found. */
function doubtfulScope(state: DeskState): RunScope {
  const groups = actionsByState(state);
  const all = DOUBTFUL.flatMap((doubtful) => groups.get(doubtful) ?? NO_NAMES);
  const names = leftByQuery(state, all);
  const which = `out of date or unverified${narrowed(state)}`;
  return scopeOf(
    state,
    `All ${which}`,
    requestFor(names),
    `Run ${formatCount(names.length)} ${which}`,
  );
}

/** All actions whose last attempt failed; of those that are found. */
function failedScope(state: DeskState): RunScope {
  const names = leftByQuery(state, namesIn(state, 'failed'));
  const which = `failed${narrowed(state)}`;
  return scopeOf(
    state,
    `All ${which}`,
    requestFor(names),
    `Run ${formatCount(names.length)} ${which}`,
  );
}

/** Every action of run_all once more, whatever its state. */
function everythingScope(state: DeskState): RunScope {
  const all = state.study?.project?.runAll ?? NO_NAMES;
  return scopeOf(
    state,
    'Rerun everything',
    requestFor(all),
    `Rerun all ${formatCount(all.length)}`,
  );
}

/** What a run that failed or was stopped has left undone: what failed, was cancelled, blocked or never started. */
export function continueScope({study, statuses}: Counted, run: RunRecord): RunScope {
  return restOf(study, statuses, run);
}

// asked for at each change of state while the end of the run is shown
const restOf = remember(
  (study: DeskState['study'], statuses: DeskState['statuses'], run: RunRecord): RunScope => {
    // what was tried again since, or has left the study, needs no continuing
    const isLast = ({id, action}: Job) => {
      const last = statuses.get(action)?.lastJob;
      return last?.jobId === id && WITHOUT_RESULT.has(last.state);
    };
    const names = run.jobs.filter(isLast).map(({action}) => action);
    const request = requestFor(names);
    const count = countOf({study, statuses}, request);
    return {
      title: 'What the run left undone',
      label: `Continue (${formatPlural(count, 'job')})`,
      tip: 'Runs what the last run left: failed, cancelled, blocked or not started',
      count,
      request,
      planned: new Set(run.jobs.map(({action}) => action)),
    };
  },
);

/** What the newest run has left undone; null while it goes on, and where it succeeded. */
function continueLast(state: DeskState): RunScope | null {
  const [last] = state.runs;
  const ended = last !== undefined && last.endedAt !== null && last.outcome !== 'succeeded';
  return ended ? continueScope(state, last) : null;
}

/** Actions that failed for one cause, with what their failures blocked. */
export function causeAgainScope(state: DeskState, actions: readonly string[]): RunScope {
  const blocked = actions
    .flatMap((action) => downstreamOf(state, action))
    .filter((name) => stateOfAction(state.statuses, name) === 'blocked');
  return scopeOf(
    state,
    'Failed for one reason, and blocked by that',
    requestFor([...new Set([...actions, ...blocked])]),
    'Rerun',
  );
}

/** The actions that the query box finds, with what they need. */
const matchingOf = remember(
  (study: Study, statuses: Statuses, query: string, found: ReadonlySet<string>): RunScope =>
    scopeOf(
      {study, statuses},
      `Matches for ${query}`,
      requestFor([...found]),
      found.size === 0 ? 'No matching actions' : `Run ${formatCount(found.size)} found`,
    ),
);

/** What the query box finds; null while it filters nothing. */
function foundScope(state: DeskState): RunScope | null {
  const found = namesFound(state);
  return found === null ? null : matchingOf(state.study, state.statuses, state.query, found);
}

/**
 * What the main button runs: what is picked together, else what the query box finds, else the action that the user has
 * selected where it is not under way, else all that needs to run.
 */
export function mainScope(state: DeskState): RunScope {
  const {activeRunId, isChosen} = state;
  const names = pickedNames(state);
  const [selected] = isChosen ? selectionScopes(state) : [];
  const open = activeRunId === null ? NO_NAMES : openJobs(state).map(({action}) => action);
  const runs = selected !== undefined && !names.every((name) => open.includes(name));
  const found = foundScope(state);
  return runs && (names.length > 1 || found === null) ? selected : (found ?? neededScope(state));
}

/**
 * The ways to run what is selected, one action or several: with what they need and do not have, with all that depends on
 * them, with all they need. The same array while nothing of it has changed.
 */
export function selectionScopes(state: DeskState): readonly RunEntry[] {
  return selectionOf(state.study, state.statuses, pickedNames(state));
}

const selectionOf = remember(
  (study: Study, statuses: Statuses, picked: readonly string[]): readonly RunEntry[] => {
    const graph = study?.graph ?? null;
    // one that is selected may have left project.yaml
    const names = picked.filter((name) => graph?.upstream.has(name) === true);
    const [first] = names;
    if (graph === null || first === undefined) return [];
    const state = {study, statuses};
    const one = names.length === 1;
    const title = one ? first : `${formatCount(names.length)} selected`;
    const [these, they, them] = one ? ['this', 'it needs', 'it'] : ['these', 'they need', 'them'];
    const beyond = (edges: ReadonlyMap<string, readonly string[]>) => {
      const all = reach(names, (name) => edges.get(name));
      const chosen = new Set(names);
      return graph.names.filter((name) => all.has(name) && !chosen.has(name));
    };
    const [needs, dependants] = [beyond(graph.upstream), beyond(graph.downstream)];
    const depend = `that ${dependants.length === 1 ? 'depends' : 'depend'} on ${them}`;
    const along = scopeOf(
      state,
      `${title} and what depends on ${them}`,
      requestFor([...names, ...dependants]),
      `Run ${these} and ${formatCount(dependants.length)} ${depend}`,
    );
    const again = scopeOf(
      state,
      `${title} with all ${they}`,
      requestFor(names, {forceDependencies: true}),
      `Rerun ${these} and ${formatCount(needs.length)} ${they}`,
      names.length + needs.length,
    );
    return [
      {
        id: 'run-selected',
        ...scopeOf(state, title, requestFor(names), `Run ${title}`),
        ...(one ? {name: first} : {}),
      },
      ...(dependants.length === 0 ? [] : [{id: 'run-with-downstream', ...along} as const]),
      ...(needs.length === 0 ? [] : [{id: 'run-with-dependencies', ...again} as const]),
    ];
  },
);

/**
 * Every way to run something now, in the one order that all menus have; of two with the same words the first. Those that
 * the query box does not narrow say so.
 */
export function runEntries(state: DeskState): readonly RunEntry[] {
  const found = foundScope(state);
  const whole = (scope: RunScope): RunScope =>
    found === null ? scope : {...scope, label: `${scope.label}, ignoring the filter`};
  const [needed, everything] = [neededScope(state), everythingScope(state)];
  const others: readonly (readonly [RunCommandId, RunScope | null])[] = [
    ['run-found', found],
    ['continue-run', continueLast(state)],
    ['run-all', whole(needed)],
    ['run-failed', failedScope(state)],
    ['run-stale', doubtfulScope(state)],
    ['run-everything', needed.count === everything.count ? null : whole(everything)],
  ];
  const entries = [
    ...selectionScopes(state),
    ...others.flatMap(([id, scope]) => (scope === null ? [] : [{id, ...scope}])),
  ];
  const labels = new Set<string>();
  return entries.filter(({label, count}) => {
    const isNew = count > 0 && !labels.has(label);
    labels.add(label);
    return isNew;
  });
}

/** An earlier request once more: the same actions, the same forced and excluded. */
export function againScope(state: DeskState, title: string, request: RunRequest): RunScope {
  const count = countOf(state, request);
  return {title, label: `Repeat this run (${formatPlural(count, 'job')})`, count, request};
}

/** What a run of so many jobs was to do, e.g. `Everything out of date (7)`, `model_primary and table_2`. */
export function requestWords(request: RunRequest, jobs: number): string {
  const {actions} = request;
  if (actions.length === 1 && actions[0] === 'run_all')
    return `${request.includeStale ? 'Everything out of date' : 'run_all'} (${formatCount(jobs)})`;
  const words = actions.length > 3 ? `${formatCount(actions.length)} actions` : formatList(actions);
  return request.forceDependencies ? `${words} with dependencies` : words;
}
