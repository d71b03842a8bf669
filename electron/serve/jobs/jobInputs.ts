import type {Action} from '../../../shared/project';
import {jobId} from '../../runs/jobId';
import type {ServeConfig} from '../config';
import type {ServedJob} from '../records';
import {MESSAGES} from '../rules/messages';
import type {ServeState} from '../state/serveState';
import {areOutputsPresent} from '../storage/publish';
import type {Backend} from './carryOut';
import {readsDatabase} from './studyCode';

/** The latest job by which an action of a workspace succeeded; null where none did. */
export function latestSuccess(
  state: ServeState,
  workspace: string,
  action: string,
): ServedJob | null {
  return state.jobsOfAction(workspace, action).find((job) => job.state === 'succeeded') ?? null;
}

/** Whether an action of a workspace has succeeded and all files that it made are there. */
export async function isMade(
  {high}: Pick<ServeConfig, 'high'>,
  state: ServeState,
  workspace: string,
  action: string,
): Promise<boolean> {
  const made = latestSuccess(state, workspace, action)?.job ?? null;
  return made !== null && areOutputsPresent(high, workspace, made);
}

/** Paths of the outputs that a job is given: those of the actions in `needs`, and not of what these need in turn. */
export async function inputsOf(
  {codes}: Pick<Backend, 'codes'>,
  state: ServeState,
  job: ServedJob,
): Promise<readonly string[]> {
  const {needs} = await actionsOf(codes, state, job);
  const made = needs.flatMap(
    ({name}) => latestSuccess(state, job.workspace, name)?.job?.outputs ?? [],
  );
  return [...new Set(made.map(({path}) => path))];
}

/**
 * Where outputs that a job needs have gone since they were made: the jobs that make them again, and the job itself, which waits for
 * them. Null where everything is there.
 */
export async function jobsToRemake(
  {codes, config, now}: Pick<Backend, 'codes' | 'config' | 'now'>,
  state: ServeState,
  job: ServedJob,
): Promise<readonly ServedJob[] | null> {
  const {needs} = await actionsOf(codes, state, job);
  const seconds = Math.floor(now() / 1000);
  const remade: ServedJob[] = [];
  for (const need of needs) {
    if (await isMade(config, state, job.workspace, need.name)) continue;
    const id = jobId(job.requestId, need.name);
    const before = state.job(id) ?? {
      ...job,
      id,
      action: need.name,
      waitForJobIds: [],
      createdAt: seconds,
    };
    const usesDatabase = readsDatabase(config, need);
    remade.push({
      ...waitingAgain(before, seconds),
      message: MESSAGES.created,
      runs: true,
      usesDatabase,
      cancelled: false,
    });
  }
  if (remade.length === 0) return null;
  const ids = remade.map(({id}) => id);
  return [...remade, {...job, waitForJobIds: [...new Set([...job.waitForJobIds, ...ids])]}];
}

/** The actions in `needs` of a job's action; an error where its code can't be had. */
async function actionsOf(
  codes: Backend['codes'],
  state: ServeState,
  job: ServedJob,
): Promise<{readonly needs: readonly Action[]}> {
  const request = state.request(job.requestId);
  const study = request === null ? null : await codes.again(request);
  if (study?.ok !== true) throw new Error(`The code of ${job.id} cannot be had`);
  const {actions} = study.value.project;
  const names = actions.find(({name}) => name === job.action)?.needs ?? [];
  return {needs: actions.filter(({name}) => names.includes(name))};
}

/** A job that had begun, waiting as if it had not. */
export function waitingAgain(job: ServedJob, now: number): ServedJob {
  return {
    ...job,
    state: 'pending',
    code: 'created',
    message: MESSAGES.reset,
    timedOut: false,
    updatedAt: now,
    startedAt: null,
    completedAt: null,
    job: null,
  };
}
