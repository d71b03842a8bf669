import {formatCount, formatList, formatPlural} from '../../shared/format';
import {reach, type ActionGraph} from '../../shared/graph';
import type {RunRequest} from '../../shared/plan';
import {remainingTime, type RemainingTime} from '../../shared/remainingTime';
import type {RunRecord} from '../../shared/run';
import type {ActionState} from '../../shared/status';
import type {DeskState} from './deskStore';
import {pickedNames} from './selection';
import {
  actionsByState,
  downstreamOf,
  namesFound,
  namesIn,
  remember,
  stateOfAction,
} from './selectors';

type Statuses = DeskState['statuses'];
type Study = DeskState['study'];

/** Something that can be run: its words, the number of jobs it starts, and the request. */
export interface RunScope {
  /** Heads the plan tray, e.g. "All failed". */
  readonly title: string;
  /** The button's label, its count first, e.g. "Run 7 out of date". */
  readonly label: string;
  /** Jobs that the plan will hold, going by the states shown. */
  readonly count: number;
  readonly request: RunRequest;
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
      return provenance?.kind === 'up-to-date' && provenance.markedBecause !== null;
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
    const label =
      runAll.length === 0
        ? 'Nothing to run'
        : count === 0
          ? nothingNeeded(runAll, statuses)
          : outOfDate
            ? `Run ${formatCount(count)} out of date`
            : count === runAll.length
              ? `Run all ${formatCount(count)}`
              : `Run ${formatPlural(count, 'action')}`;
    return {title: 'Everything out of date', label, count, request};
  },
);

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

/** A request under a title; the label is the count of its jobs and what they are. */
function scopeOf(
  state: Counted,
  title: string,
  request: RunRequest,
  labelled: (count: number) => string,
): RunScope {
  const count = countOf(state, request);
  return {title, label: labelled(count), count, request};
}

/** `Run 2 failed`; where they need more than themselves, `Run 3 for 2 failed`. */
function runWords(count: number, asked: number, which: string): string {
  const more = count === asked ? '' : `${formatCount(count)} for `;
  return `Run ${more}${formatCount(asked)} ${which}`;
}

/** Those of some names that the query box leaves. */
function leftByQuery(state: DeskState, names: readonly string[]): readonly string[] {
  const found = namesFound(state);
  return found === null ? names : names.filter((name) => found.has(name));
}

/** A title that shows where the query box has narrowed it. */
function narrowed(state: DeskState, title: string): string {
  return namesFound(state) === null ? title : `${title}, matches only`;
}

/** All actions that are out of date themselves or through others, or can't be judged; of those that are found. */
export function doubtfulScope(state: DeskState): RunScope {
  const groups = actionsByState(state);
  const all = DOUBTFUL.flatMap((doubtful) => groups.get(doubtful) ?? NO_NAMES);
  const names = leftByQuery(state, all);
  const title = narrowed(state, 'All out of date or unverified');
  return scopeOf(state, title, requestFor(names), (count) =>
    runWords(count, names.length, 'out of date or unverified'),
  );
}

/** All actions whose last attempt failed; of those that are found. */
export function failedScope(state: DeskState): RunScope {
  const names = leftByQuery(state, namesIn(state, 'failed'));
  return scopeOf(state, narrowed(state, 'All failed'), requestFor(names), (count) =>
    runWords(count, names.length, 'failed'),
  );
}

/** Every action of run_all once more, whatever its state. */
export function everythingScope(state: DeskState): RunScope {
  return scopeOf(
    state,
    'Rerun everything',
    requestFor(state.study?.project?.runAll ?? NO_NAMES),
    (count) => `Rerun all ${formatCount(count)}`,
  );
}

/** One action, with what it needs and does not have. */
export function actionScope(state: Counted, action: string): RunScope {
  const verb = WITHOUT_RESULT.has(stateOfAction(state.statuses, action)) ? 'Rerun' : 'Run';
  return scopeOf(state, action, requestFor([action]), (count) =>
    count === 1 ? `${verb} this action` : `${verb} this and ${formatCount(count - 1)} it needs`,
  );
}

/** What a run that failed or was stopped has left undone: what failed, was cancelled, blocked or never started. */
export function continueScope({study, statuses}: Counted, run: RunRecord): RunScope {
  return restOf(study, statuses, run);
}

// asked for at each change of state while the end of the run is shown
const restOf = remember(
  (study: DeskState['study'], statuses: DeskState['statuses'], run: RunRecord): RunScope => {
    const names = run.jobs
      .filter((job) => WITHOUT_RESULT.has(job.state))
      .map((job) => job.action)
      // what has succeeded since, or left the study, needs no continuing
      .filter((name) => WITHOUT_RESULT.has(stateOfAction(statuses, name)));
    return scopeOf(
      {study, statuses},
      'What the run left undone',
      requestFor(names),
      (count) => `Continue (${formatPlural(count, 'job')})`,
    );
  },
);

/** Actions that failed for one cause, with what their failures blocked. */
export function causeAgainScope(state: DeskState, actions: readonly string[]): RunScope {
  const blocked = actions
    .flatMap((action) => downstreamOf(state, action))
    .filter((name) => stateOfAction(state.statuses, name) === 'blocked');
  return scopeOf(
    state,
    'Failed for one reason, and blocked by that',
    requestFor([...new Set([...actions, ...blocked])]),
    () => 'Rerun',
  );
}

/** One action with everything it needs, run again. */
export function dependenciesScope(state: DeskState, action: string): RunScope {
  return scopeOf(
    state,
    `${action} with dependencies`,
    requestFor([action], {forceDependencies: true}),
    (count) => `Rerun with dependencies (${formatCount(count)})`,
  );
}

/** `Run this and 6 that depend on it`, and how many more these need. */
function dependingWords(
  which: 'this' | 'these',
  chosen: number,
  depend: number,
  count: number,
): string {
  const [it, verb] = [which === 'this' ? 'it' : 'them', depend === 1 ? 'depends' : 'depend'];
  const more = count - chosen - depend;
  const needed = more <= 0 ? '' : ` (${formatCount(more)} more needed)`;
  return `Run ${which} and ${formatCount(depend)} that ${verb} on ${it}${needed}`;
}

/** One action with everything that depends on it. */
export function downstreamScope(state: DeskState, action: string): RunScope {
  const downstream = downstreamOf(state, action);
  return scopeOf(
    state,
    `${action} and what depends on it`,
    requestFor([action, ...downstream]),
    (count) => dependingWords('this', 1, downstream.length, count),
  );
}

/** The actions that the query box finds, with what they need: `Run 328 matches and 201 they need`. */
export function matchingScope(state: Counted, query: string, names: readonly string[]): RunScope {
  return scopeOf(state, `Matches for ${query}`, requestFor(names), (count) =>
    names.length === 0 ? 'No matching actions' : `Run ${foundWords(names.length, count)}`,
  );
}

/** How many are found, and how many more they need: `328 matches and 201 they need`. */
export function foundWords(found: number, count: number): string {
  const needed = count - found;
  const matches = found === 1 ? '1 match' : `${formatCount(found)} matches`;
  return needed <= 0
    ? matches
    : `${matches} and ${formatCount(needed)} ${found === 1 ? 'it needs' : 'they need'}`;
}

/** What the main button runs: what is found while the query box filters, else all that needs to run. */
export function mainScope(state: DeskState): RunScope {
  const found = namesFound(state);
  return found === null
    ? neededScope(state)
    : matchingOf(state.study, state.statuses, state.query, found);
}

const matchingOf = remember(
  (study: Study, statuses: Statuses, query: string, found: ReadonlySet<string>) =>
    matchingScope({study, statuses}, query, [...found]),
);

/** The selected actions, one or several, with what they need and do not have. */
export function pickedScope(state: DeskState): RunScope | null {
  return pickedOf(state.study, state.statuses, pickedNames(state));
}

const pickedOf = remember(
  (study: Study, statuses: Statuses, names: readonly string[]): RunScope | null => {
    const [first] = names;
    if (first === undefined) return null;
    if (names.length === 1) return actionScope({study, statuses}, first);
    return scopeOf(
      {study, statuses},
      `${formatCount(names.length)} selected actions`,
      requestFor(names),
      (count) =>
        count === names.length
          ? `Run ${formatCount(count)} selected`
          : `Run ${formatCount(names.length)} selected and ${formatCount(count - names.length)} they need`,
    );
  },
);

/** The selected actions with everything that depends on them. */
export function pickedDownstreamScope(state: DeskState): RunScope | null {
  const names = pickedNames(state);
  const [first] = names;
  if (first === undefined) return null;
  if (names.length === 1) return downstreamScope(state, first);
  const all = new Set(names.flatMap((name) => [name, ...downstreamOf(state, name)]));
  return scopeOf(
    state,
    `${formatCount(names.length)} selected actions and what depends on them`,
    requestFor([...all]),
    (count) => dependingWords('these', names.length, all.size - names.length, count),
  );
}

/** An earlier request once more: the same actions, the same forced and excluded. */
export function againScope(state: DeskState, title: string, request: RunRequest): RunScope {
  return scopeOf(
    state,
    title,
    request,
    (count) => `Repeat this run (${formatPlural(count, 'job')})`,
  );
}

/** What a run of so many jobs was to do, e.g. `Everything out of date (7)`, `model_primary and table_2`. */
export function requestWords(request: RunRequest, jobs: number): string {
  const {actions} = request;
  if (actions.length === 1 && actions[0] === 'run_all')
    return `${request.includeStale ? 'Everything out of date' : 'run_all'} (${formatCount(jobs)})`;
  const words = actions.length > 3 ? `${formatCount(actions.length)} actions` : formatList(actions);
  return request.forceDependencies ? `${words} with dependencies` : words;
}
