import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {AppError} from '../../../shared/errors';
import {reach, type ActionGraph} from '../../../shared/graph';
import type {Plan, RunRequest} from '../../../shared/plan';
import type {PlanPreview, PreviewedJob} from '../../../shared/preview';
import type {Project} from '../../../shared/project';
import {remainingTime} from '../../../shared/remainingTime';
import {assertNever, ok, type Result} from '../../../shared/result';
import {upstreamReason} from '../../../shared/outOfDateReason';
import type {Provenance, OutOfDateReason} from '../../../shared/status';
import {planRun} from '../../planner/planRun';
import {NOTHING_KNOWN, outOfDateKnowledge, type ActionHistory} from '../../planner/rerunReason';
import type {ActionPast, RunHistory} from '../../runs/runHistory';
import {createFindMatching, type FindMatching} from '../../files/findMatching';
import {median} from '../provenance/actionStatuses';

/** The study as a plan looks at it. */
export interface PlanFacts {
  readonly studyDir: string;
  readonly project: Project;
  readonly graph: ActionGraph;
  readonly history: RunHistory;
  readonly outputsPresent: ReadonlyMap<string, boolean>;
  readonly provenance: ReadonlyMap<string, Provenance>;
}

/** Actions named for each job as what it is out of date for. */
const ROOTS_TOLD = 12;

/** The history of every action as the planner wants it. */
function plannerHistory(facts: PlanFacts): ReadonlyMap<string, ActionHistory> {
  const known = new Map<string, ActionHistory>();
  for (const action of facts.graph.names) {
    const past = facts.history.past(action);
    const outcome = past?.outcome ?? null;
    if (outcome === null) continue;
    // a failed job has recorded no outputs, so none can be missing
    const outputsPresent = outcome === 'failed' || (facts.outputsPresent.get(action) ?? false);
    const reused = outcome === 'succeeded' ? past?.success?.reused : undefined;
    known.set(action, {state: outcome, outputsPresent, ...(reused && {reused})});
  }
  return known;
}

/** What will be carried out for a request. */
function planFor(facts: PlanFacts, request: RunRequest): Result<Plan, AppError> {
  return planRun(
    facts.graph,
    facts.project.runAll,
    plannerHistory(facts),
    request,
    request.includeStale ? outOfDateKnowledge(facts.graph.names, facts.provenance) : NOTHING_KNOWN,
  );
}

/** A request's plan worked out both ways, with all that a person wants to know before pressing Run. */
export async function previewPlan(
  facts: PlanFacts,
  request: RunRequest,
  concurrency: number,
): Promise<Result<Omit<PlanPreview, 'images'>, AppError>> {
  const plan = planFor(facts, request);
  if (!plan.ok) return plan;
  const reference = planFor(facts, {...request, includeStale: false, force: [], takeOut: []});
  const expected = new Map<string, number>();
  for (const action of facts.graph.names) {
    const seconds = median(facts.history.past(action)?.durations ?? []);
    if (seconds !== null) expected.set(action, seconds);
  }
  const findMatching = createFindMatching(facts.studyDir);
  const patterns = new Map(
    facts.project.actions.map(({name, outputs}) => [name, outputs.map(({pattern}) => pattern)]),
  );
  return ok({
    plan: plan.value,
    referencePlan: reference.ok ? reference.value : {jobs: [], skipped: []},
    ...reused(facts, plan.value),
    jobs: await Promise.all(
      plan.value.jobs.map(({action}) =>
        previewJob(
          facts,
          action,
          expected.get(action) ?? null,
          patterns.get(action) ?? [],
          findMatching,
        ),
      ),
    ),
    expectedSeconds:
      remainingTime(
        plan.value.jobs.map((job) => ({...job, ranForSeconds: null, done: false})),
        (action) => expected.get(action) ?? null,
        concurrency,
      )?.seconds ?? null,
  });
}

async function previewJob(
  facts: PlanFacts,
  action: string,
  expectedSeconds: number | null,
  patterns: readonly string[],
  findMatching: FindMatching,
): Promise<PreviewedJob> {
  const past = facts.history.past(action);
  const overwrites = new Set<string>();
  const missing: string[] = [];
  for (const {path} of past?.success?.outputs ?? []) {
    const found = await stat(join(facts.studyDir, path)).catch(() => null);
    if (found === null) missing.push(path);
    else overwrites.add(path);
  }
  // also what no run of ours made: written by hand, or by the action outside a run
  for (const pattern of patterns)
    for (const path of await findMatching(pattern)) overwrites.add(path);
  return {
    action,
    outOfDateReasons: outOfDateReasons(facts, action),
    missing,
    ...ended(past),
    expectedSeconds,
    overwrites: [...overwrites],
  };
}

/** The attempt that an action's state is of, as `actionStateOf` has it: one that was stopped takes no success away. */
function ended(
  past: ActionPast | null,
): Pick<PreviewedJob, 'endedAt' | 'endedAs' | 'endedBecause'> {
  if (past === null) return {endedAt: null, endedAs: null, endedBecause: ''};
  const {last, outcome, outcomeAt} = past;
  const ofOutcome = outcome === null ? null : new Date(outcomeAt).toISOString();
  switch (last.state) {
    case 'waiting':
    case 'waiting-for-engine':
    case 'running':
      return {endedAt: ofOutcome, endedAs: outcome, endedBecause: ''};
    case 'cancelled':
    case 'not-started':
      if (outcome === 'succeeded') return {endedAt: ofOutcome, endedAs: outcome, endedBecause: ''};
      return {endedAt: last.completedAt, endedAs: last.state, endedBecause: last.message};
    case 'succeeded':
    case 'failed':
    case 'blocked':
    case 'cut-off':
      return {endedAt: ofOutcome, endedAs: last.state, endedBecause: last.message};
    default:
      return assertNever(last.state);
  }
}

function outOfDateReasons(facts: PlanFacts, action: string): readonly OutOfDateReason[] {
  const provenance = facts.provenance.get(action);
  if (provenance?.kind === 'out-of-date' || provenance?.kind === 'not-verified')
    return provenance.reasons;
  if (provenance?.kind !== 'upstream-out-of-date') return [];
  return provenance.because
    .slice(0, ROOTS_TOLD)
    .map((root) => upstreamReason(root, facts.provenance.get(root)));
}

/** Actions with outputs that the plan builds on or leaves alone, as far as a comparison of contents does not vouch for them. */
function reused(
  facts: PlanFacts,
  plan: Plan,
): Pick<PlanPreview, 'reusedOutOfDate' | 'reusedByTimes'> {
  const planned = new Set(plan.jobs.map(({action}) => action));
  const considered = [...planned, ...plan.skipped.map(({action}) => action)];
  const seen = reach(considered, (action) => facts.graph.upstream.get(action));
  const names = facts.graph.names.filter(
    (action) =>
      seen.has(action) &&
      !planned.has(action) &&
      facts.history.past(action)?.outcome === 'succeeded',
  );
  const kindOf = (action: string) => facts.provenance.get(action)?.kind;
  const reusedByTimes = names.filter((action) => kindOf(action) === 'up-to-date-by-times');
  const sure = (action: string) =>
    ['up-to-date', 'up-to-date-by-times', 'supplied'].includes(kindOf(action) ?? '');
  return {reusedOutOfDate: names.filter((action) => !sure(action)), reusedByTimes};
}
