import type {Action, Project} from '../../../shared/project';
import {err, ok, type Result} from '../../../shared/result';
import {isReusable} from '../../core/plan/jobDefinitions';
import {jobId} from '../../runs/jobId';
import type {ServeConfig} from '../config';
import {addressOf} from '../jobs/checkout';
import {readsDatabase, type StudyCode, type StudyCodes} from '../jobs/studyCode';
import {DATABASES, isOver, REFUSED, RUN_ALL, type ServedJob, type ServedRequest} from '../records';
import {
  MESSAGES,
  refusalMessage,
  waitingForDependencies,
  withReference,
  type Refusal,
} from '../rules/messages';
import type {Step} from '../rules/steps';
import {planRequest, type NewJob, type LatestJob} from '../rules/planRequest';
import type {ServeState} from '../state/serveState';
import {areOutputsPresent, isArchived} from '../storage/publish';

/** What taking requests needs. */
export interface Intake {
  readonly config: ServeConfig;
  readonly state: ServeState;
  readonly codes: StudyCodes;
  /** A container of the request runs, though nothing else is known of it: the runner's state was lost. */
  readonly isUnderWay: (requestId: string) => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A request with the jobs that it makes: refused, they are one that has failed. */
export interface TakenRequest {
  readonly request: ServedRequest;
  readonly jobs: readonly ServedJob[];
  readonly refusal: Refusal | null;
}

/**
 * Takes a new request: looks whether it may be done, gets its code, and works out its jobs, none of which is written down yet. The
 * order of the checks is the reference's: nothing is asked of anybody for a repository that may not be used.
 */
export async function takeRequest(intake: Intake, given: ServedRequest): Promise<TakenRequest> {
  const {config, codes, state} = intake;
  // jobs that are on record though their request is not: the runner's own state was lost
  const recorded = state.jobsOf(given.id);
  if (recorded.some(({action}) => action === REFUSED))
    return {request: given, jobs: recorded, refusal: null};
  const refused = (refusal: Refusal): TakenRequest => {
    // what was taken once is not refused now; it is looked at again with the next poll
    if (recorded.length > 0 || intake.isUnderWay(given.id))
      throw new Error(refusalMessage(refusal));
    return {request: given, jobs: [refusedJob(given, refusal, intake.now())], refusal};
  };
  const allowed = await checkRequest(config, given);
  if (!allowed.ok) return refused(allowed.error);
  const study = await codes.ask(given);
  if (!study.ok) return refused(study.error);
  const made = await makeJobs(intake, given, study.value);
  return made.ok ? {request: given, jobs: made.value, refusal: null} : refused(made.error);
}

/** What of a request can be judged without its code. */
export async function checkRequest(
  config: ServeConfig,
  request: ServedRequest,
): Promise<Result<null, Refusal>> {
  const {requestedActions, workspace, database} = request;
  const address = addressOf(config, request);
  if (!address.ok && address.error.kind === 'repo-not-allowed') return address;
  if (requestedActions.length === 0) return err({kind: 'no-actions'});
  if (!/^[A-Za-z0-9_-]+$/.test(workspace)) return err({kind: 'bad-workspace'});
  if (!config.dummyDataOnly) {
    if (!DATABASES.some((name) => name === database)) return err({kind: 'unknown-database'});
    if (config.databaseUrls[database] === undefined) return err({kind: 'database-not-here'});
  }
  if (!address.ok) return address;
  return (await isArchived(config, workspace)) ? err({kind: 'archived'}) : ok(null);
}

async function makeJobs(
  intake: Intake,
  request: ServedRequest,
  study: StudyCode,
): Promise<Result<readonly ServedJob[], Refusal>> {
  const {config, codes, state} = intake;
  const {project} = study;
  const planned = planRequest({
    project,
    requested: request.requestedActions,
    forceDependencies: request.forceDependencies,
    rerunFailed: config.rerunFailedDependencies,
    latestJob: await latestJobs(intake, request, project),
  });
  const recorded = state.jobsOf(request.id);
  if (!planned.ok) return recorded.length > 0 ? ok(recorded) : planned;
  const now = intake.now();
  if (planned.value.nothingToDo)
    return ok(recorded.length > 0 ? recorded : [nothingToDoJob(request, now)]);
  const actions = new Map(project.actions.map((action) => [action.name, action]));
  const jobs: ServedJob[] = [...recorded];
  for (const each of planned.value.jobs) {
    const action = actions.get(each.action);
    const id = jobId(request.id, each.action);
    if (action === undefined || recorded.some((job) => job.id === id)) continue;
    const reusable = isReusable(action)
      ? await codes.define(study, action, request.database)
      : null;
    if (reusable?.ok === false) return err({kind: 'reusable', action: action.name});
    jobs.push(newJob(config, request, action, each, now));
  }
  if (!request.codelistsOk && jobs.some(({runs, usesDatabase}) => runs && usesDatabase))
    return err({kind: 'stale-codelists'});
  return ok(jobs);
}

/** The state of each action of the workspace, with its files checked; jobs of the request itself are left out. */
async function latestJobs(
  {config, state}: Intake,
  {id, workspace}: ServedRequest,
  project: Project,
): Promise<(action: string) => LatestJob> {
  const found = new Map<string, LatestJob>();
  for (const {name} of project.actions) {
    const latest = state.jobsOfAction(workspace, name).find(({requestId}) => requestId !== id);
    if (latest === undefined) continue;
    if (!isOver(latest)) found.set(name, {kind: 'active', jobId: latest.id});
    else if (latest.state === 'failed') found.set(name, {kind: 'failed'});
    else
      found.set(name, {
        kind: 'succeeded',
        present:
          latest.job !== null && (await areOutputsPresent(config.high, workspace, latest.job)),
      });
  }
  return (action) => found.get(action) ?? {kind: 'none'};
}

function newJob(
  config: ServeConfig,
  request: ServedRequest,
  action: Action,
  {waitsForNew, waitsForIds}: NewJob,
  now: number,
): ServedJob {
  const waits = [...waitsForNew.map((need) => jobId(request.id, need)), ...waitsForIds];
  return {
    ...plainJob(request, action.name, now, {
      state: 'pending',
      code: waits.length > 0 ? 'waiting_on_dependencies' : 'created',
      message: waits.length > 0 ? waitingForDependencies(waits.length) : MESSAGES.created,
    }),
    runs: true,
    usesDatabase: readsDatabase(config, action),
    waitForJobIds: waits,
    cancelled: request.cancelledActions.includes(action.name),
  };
}

/** The one job of a request that can't be taken. */
export function refusedJob(request: ServedRequest, refusal: Refusal, now: number): ServedJob {
  return plainJob(request, REFUSED, now, {
    state: 'failed',
    code: refusal.kind === 'stale-codelists' ? 'stale_codelists' : 'job_error',
    message: refusalMessage(refusal),
  });
}

/** The one job of a request whose actions have all succeeded. */
function nothingToDoJob(request: ServedRequest, now: number): ServedJob {
  return plainJob(request, request.requestedActions[0] ?? RUN_ALL, now, {
    state: 'succeeded',
    code: 'succeeded',
    message: MESSAGES.nothingToDo,
  });
}

function plainJob(request: ServedRequest, action: string, now: number, step: Step): ServedJob {
  return jobOfRequest(request, action, jobId(request.id, action), now, step);
}

/** A job of a request as it is made, with that id. */
export function jobOfRequest(
  request: ServedRequest,
  action: string,
  id: string,
  now: number,
  step: Step,
): ServedJob {
  const at = Math.floor(now / 1000);
  const over = isOver(step);
  return {
    id,
    requestId: request.id,
    repoUrl: request.repoUrl,
    commit: request.commit,
    workspace: request.workspace,
    database: request.database,
    action,
    createdBy: request.createdBy,
    ...step,
    message: withReference({id, ...step}, step.message),
    runs: false,
    usesDatabase: false,
    waitForJobIds: [],
    cancelled: false,
    timedOut: false,
    createdAt: at,
    updatedAt: at,
    startedAt: over ? at : null,
    completedAt: over ? at : null,
    job: null,
  };
}
