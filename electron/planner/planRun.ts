import type {AppError} from '../../shared/errors';
import type {ActionGraph} from '../../shared/graph';
import type {
  Plan,
  PlanReason,
  PlannedJob,
  RunRequest,
  SkippedAction,
  SkipReason,
} from '../../shared/plan';
import type {Result} from '../../shared/result';
import {err, ok} from '../../shared/result';
import {cycleError, noActionError, unknownActionError} from './requestErrors';
import {
  isUsable,
  isVouchedFor,
  rerunReason,
  upstreamOutOfDate,
  type ActionHistory,
  type OutOfDateKnowledge,
} from './rerunReason';

/** The virtual action that stands for all. */
export const RUN_ALL = 'run_all';

type Decision =
  | {readonly kind: 'run'; readonly reason: PlanReason}
  | {readonly kind: 'skip'; readonly reason: SkipReason};

/**
 * Which jobs a request makes and why, and which considered actions it leaves alone (RULES "Jobs of a request").
 * With `includeStale` false and `force` and `takeOut` empty it is the reference's plan; with
 * `includeStale` it also holds everything out of date that those jobs build on.
 * Jobs come in the order of a walk in which needs precede what needs them.
 */
export function planRun(
  graph: ActionGraph,
  runAll: readonly string[],
  history: ReadonlyMap<string, ActionHistory>,
  request: RunRequest,
  known: OutOfDateKnowledge,
): Result<Plan, AppError> {
  const names = new Set(graph.names);
  if (request.actions.length === 0 && request.force.length === 0) return err(noActionError(runAll));
  for (const name of [...request.actions, ...request.force, ...request.takeOut])
    if (name !== RUN_ALL && !names.has(name)) return err(unknownActionError(name, runAll));

  const excluded = new Set(request.takeOut);
  const decide = decider(graph, history, request, known, excluded);
  const roots = request.actions.includes(RUN_ALL) ? runAll : request.actions;
  const walked = walk(graph, [...roots, ...request.force], decide);
  if (!walked.ok) return walked;

  const {order, decisions} = walked.value;
  leaveOutDependants(graph, order, decisions, history, excluded);
  return ok(toPlan(graph, order, decisions));
}

/** Decides on one action, whatever the order in which it is asked. */
function decider(
  graph: ActionGraph,
  history: ReadonlyMap<string, ActionHistory>,
  request: RunRequest,
  known: OutOfDateKnowledge,
  takenOut: ReadonlySet<string>,
): (action: string) => Decision {
  const requested = new Set(request.actions);
  const forced = new Set(request.force);
  const outOfDate = request.includeStale
    ? upstreamOutOfDate(graph, history, known, takenOut)
    : new Set<string>();
  return (action) => {
    const marked = request.includeStale && isVouchedFor(known, history, action);
    const reason = rerunReason({
      requested: requested.has(action),
      forced: forced.has(action) || request.forceDependencies,
      history: history.get(action),
      marked,
      outOfDate: request.includeStale && known.outOfDateActions.has(action),
      notVerified: request.includeStale && known.notVerifiedActions.has(action),
      upstreamOutOfDate: outOfDate.has(action),
    });
    if (reason === null) return {kind: 'skip', reason: leftAs(history.get(action), marked)};
    if (takenOut.has(action)) return {kind: 'skip', reason: 'taken-out'};
    return {kind: 'run', reason};
  };
}

function leftAs(history: ActionHistory | undefined, marked: boolean): SkipReason {
  const reused = history?.reused ?? 'succeeded-before';
  return marked && reused !== 'supplied' ? 'marked-up-to-date' : reused;
}

interface Walked {
  /** Considered actions, needs first. */
  readonly order: readonly string[];
  readonly decisions: Map<string, Decision>;
}

/** Considers the roots and, through actions that run, what they need; a loop over a stack, as chains can be long. */
function walk(
  graph: ActionGraph,
  roots: readonly string[],
  decide: (action: string) => Decision,
): Result<Walked, AppError> {
  const order: string[] = [];
  const decisions = new Map<string, Decision>();
  const open = new Set<string>();
  for (const root of roots) {
    const stack: {readonly action: string; readonly needs: readonly string[]; done: number}[] = [];
    const enter = (action: string): void => {
      const decision = decide(action);
      decisions.set(action, decision);
      open.add(action);
      const needs = decision.kind === 'run' ? (graph.upstream.get(action) ?? []) : [];
      stack.push({action, needs, done: 0});
    };
    if (!decisions.has(root)) enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.needs[top.done];
      if (next === undefined) {
        order.push(top.action);
        open.delete(top.action);
        stack.pop();
        continue;
      }
      top.done += 1;
      if (open.has(next)) {
        const path = stack.map((frame) => frame.action);
        return err(cycleError([...path.slice(path.indexOf(next)), next]));
      }
      if (!decisions.has(next)) enter(next);
    }
  }
  return ok({order, decisions});
}

/** Without a taken-out action's outputs nothing that needs it can run, so that goes with it. */
function leaveOutDependants(
  graph: ActionGraph,
  order: readonly string[],
  decisions: Map<string, Decision>,
  history: ReadonlyMap<string, ActionHistory>,
  takenOut: ReadonlySet<string>,
): void {
  if (takenOut.size === 0) return;
  for (const action of order) {
    if (decisions.get(action)?.kind !== 'run') continue;
    const blocked = (graph.upstream.get(action) ?? []).some((need) => {
      const decision = decisions.get(need);
      const isGone = !isUsable(history.get(need));
      return decision?.kind === 'skip' && decision.reason === 'taken-out' && isGone;
    });
    if (blocked) decisions.set(action, {kind: 'skip', reason: 'taken-out'});
  }
}

function toPlan(
  graph: ActionGraph,
  order: readonly string[],
  decisions: ReadonlyMap<string, Decision>,
): Plan {
  const planned = (action: string): boolean => decisions.get(action)?.kind === 'run';
  const jobs: PlannedJob[] = [];
  const skipped: SkippedAction[] = [];
  for (const action of order) {
    const decision = decisions.get(action);
    if (decision?.kind === 'run')
      jobs.push({
        action,
        reason: decision.reason,
        neededBy: (graph.downstream.get(action) ?? []).filter(planned),
        waitsFor: (graph.upstream.get(action) ?? []).filter(planned),
      });
    else if (decision?.kind === 'skip') skipped.push({action, reason: decision.reason});
  }
  return {jobs, skipped};
}
