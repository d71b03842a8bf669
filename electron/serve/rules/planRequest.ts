import type {Action, Project} from '../../../shared/project';
import {err, ok, type Result} from '../../../shared/result';
import {RUN_ALL} from '../records';
import type {Refusal} from './messages';

/** The state of an action of a workspace, by its latest job that was neither cancelled nor a refusal. */
export type LatestJob =
  | {readonly kind: 'none'}
  /** It waits or runs, for whichever request. */
  | {readonly kind: 'active'; readonly jobId: string}
  | {readonly kind: 'failed'}
  /** `present`: every file that it made is still there. */
  | {readonly kind: 'succeeded'; readonly present: boolean};

/** A job to be made. */
export interface NewJob {
  readonly action: string;
  /** New jobs of the same request that must succeed first. */
  readonly waitsForNew: readonly string[];
  /** Jobs there are already, of this request or another, that must succeed first. */
  readonly waitsForIds: readonly string[];
}

/** What a request comes to. */
export interface RequestPlan {
  /** Needs first. */
  readonly jobs: readonly NewJob[];
  /** `run_all` was asked for, and all of it has succeeded. */
  readonly nothingToDo: boolean;
}

/** What working a request out takes. */
export interface PlanRequest {
  readonly project: Project;
  readonly requested: readonly string[];
  readonly forceDependencies: boolean;
  readonly rerunFailed: boolean;
  readonly latestJob: (action: string) => LatestJob;
}

/**
 * Works out which jobs a request makes (rules of serving, "What need not run"): (a) what succeeded and whose files are all there is left
 * alone, (b) what waits or runs is waited for, (c) a need that failed refuses the whole request, unless failed ones run again.
 * Actions asked for by name always run; of `run_all` those run that have not succeeded.
 */
export function planRequest(given: PlanRequest): Result<RequestPlan, Refusal> {
  const actions = new Map(given.project.actions.map((action) => [action.name, action]));
  const all = given.requested.includes(RUN_ALL) && !actions.has(RUN_ALL);
  const named = new Set(given.requested.filter((name) => !all || name !== RUN_ALL));
  if (given.requested.length === 0) return err({kind: 'no-actions'});
  if ([...named].some((name) => !actions.has(name))) return err({kind: 'unknown-action'});
  const roots = all ? [...given.project.runAll, ...named] : [...named];
  const walk = new RequestWalk(
    given,
    actions,
    named,
    all ? new Set(given.project.runAll) : new Set(),
  );
  for (const root of roots) walk.visit(root);
  if (walk.refusal !== null) return err(walk.refusal);
  if (walk.jobs.length > 0) return ok({jobs: walk.jobs, nothingToDo: false});
  // an action of run_all may also be running, which is not reported as done
  const done = all && roots.every((name) => given.latestJob(name).kind === 'succeeded');
  return done ? ok({jobs: [], nothingToDo: true}) : err({kind: 'all-active'});
}

class RequestWalk {
  readonly jobs: NewJob[] = [];
  refusal: Refusal | null = null;
  private readonly decided = new Map<string, 'runs' | 'waits' | 'left'>();

  constructor(
    private readonly given: PlanRequest,
    private readonly actions: ReadonlyMap<string, Action>,
    private readonly named: ReadonlySet<string>,
    /** May run again though they failed. */
    private readonly members: ReadonlySet<string>,
  ) {}

  /** Considers an action and, where it runs, what it needs; by a stack, as chains can be long. Circles are faults of the file. */
  visit(root: string): void {
    const stack: {readonly action: Action; next: number}[] = [];
    const enter = (name: string): void => {
      const action = this.actions.get(name);
      if (action === undefined || this.decided.has(name)) return;
      const decision = this.decide(name);
      this.decided.set(name, decision);
      if (decision === 'runs') stack.push({action, next: 0});
    };
    enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const need = top.action.needs[top.next];
      top.next += 1;
      if (need !== undefined) enter(need);
      else {
        stack.pop();
        this.add(top.action);
      }
    }
  }

  private decide(name: string): 'runs' | 'waits' | 'left' {
    const {forceDependencies, rerunFailed, latestJob} = this.given;
    const found = latestJob(name);
    switch (found.kind) {
      case 'active':
        return 'waits';
      case 'none':
        return 'runs';
      case 'failed':
        if (!this.named.has(name) && !this.members.has(name) && !forceDependencies && !rerunFailed)
          this.refusal ??= {kind: 'failed-before', action: name};
        return 'runs';
      case 'succeeded':
        return this.named.has(name) || forceDependencies || !found.present ? 'runs' : 'left';
    }
  }

  private add({name, needs}: Action): void {
    const waitsForNew: string[] = [];
    const waitsForIds: string[] = [];
    for (const need of new Set(needs)) {
      const decision = this.decided.get(need);
      const found = this.given.latestJob(need);
      if (decision === 'runs') waitsForNew.push(need);
      else if (found.kind === 'active') waitsForIds.push(found.jobId);
    }
    this.jobs.push({action: name, waitsForNew, waitsForIds});
  }
}
