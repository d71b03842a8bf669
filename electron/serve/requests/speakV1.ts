import {jobId} from '../../runs/jobId';
import {errorFacts} from '../log';
import {isOver, type ServedJob, type ServedRequest} from '../records';
import type {Refusal} from '../rules/messages';
import {MESSAGES, refusalMessage, waitingForDependencies} from '../rules/messages';
import {safeMessage} from '../rules/lastScan';
import type {Undelivered} from '../state/journal';
import {areOutputsPresent} from '../storage/publish';
import {latestSuccess} from '../jobs/jobInputs';
import {readsDatabase, type StudyCode} from '../jobs/studyCode';
import type {Reply} from '../wire/jobServer';
import {
  decodeJobPage,
  earlierJob,
  endCodeV1,
  failureTextV1,
  V1_CODES,
  volumeName,
  type JobV1,
} from '../wire/v1';
import type {Front, FrontOptions, PollOutcome} from './syncV2';
import {checkRequest, jobOfRequest} from './takeRequest';

/** Jobs asked for with each poll. */
const PAGE = 25;

/** What a claimed job comes to at a look. */
type Look =
  /** It is over without a run. */
  | {
      readonly kind: 'ended';
      readonly code: number;
      readonly message: string;
      readonly study: StudyCode | null;
    }
  | {readonly kind: 'postponed'; readonly message: string}
  | {readonly kind: 'run'; readonly request: ServedRequest; readonly job: ServedJob};

/**
 * Protocol v1: the server lists jobs, each is claimed; where something it needs is not there, a job for that is pushed and the
 * current one postponed, to be claimed again with a later poll. The same engine runs what is left.
 */
export function createFrontV1(options: FrontOptions): Front {
  const {config, state, log, call, secrets, intake} = options;
  const {endpoint, backend, basic} = config;
  const login = Buffer.from(`${basic?.user ?? ''}:${basic?.password ?? ''}`).toString('base64');
  const headers = {Authorization: `Basic ${login}`};

  const get = (query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Reply> =>
    call(
      {
        method: 'GET',
        url: `${endpoint}?${new URLSearchParams(query).toString()}`,
        headers,
        body: null,
      },
      signal,
    );
  const send = (
    method: 'POST' | 'PATCH',
    url: string,
    message: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Reply> => {
    const body = safeMessage(message, secrets, () => log.error('secret-in-message', {url}));
    return call({method, url, headers, body}, signal);
  };
  /** The address of a job below our own server, whatever address it gives itself. */
  const addressOf = (pk: number): string => `${endpoint}${pk}/`;
  /** Keys are small numbers that every server has: names of containers must tell them apart. */
  const idOf = (pk: number, action: string): string => jobId(addressOf(pk), action);

  const queueMessage = async (
    pk: number,
    body: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    const message: Undelivered = {id: String(pk), url: addressOf(pk), body};
    await state.commit({outbox: [...state.outbox(), message]});
  };

  /** Delivers what is to be told, in order; what the server refuses is told here and dropped, as it would refuse it again. */
  const deliver = async (signal: AbortSignal): Promise<PollOutcome> => {
    for (let next = state.outbox()[0]; next !== undefined; next = state.outbox()[0]) {
      const body = next.body as Readonly<Record<string, unknown>>; // an object as it was queued
      const reply = await send('PATCH', next.url, body, signal);
      if (reply.kind === 'down' || reply.kind === 'denied') return failedV1(reply);
      if (reply.kind === 'refused') log.error('report-refused', {jobId: next.id, ...reply});
      await state.commit({outbox: state.outbox().slice(1)});
    }
    return {kind: 'ok'};
  };

  const earlier = async (job: JobV1, need: string, signal: AbortSignal): Promise<JobV1 | null> => {
    const query = {
      backend,
      workspace_id: String(job.workspace.id),
      action_id: need,
      ...(job.forceDependencies ? {needed_by_id: String(job.pk)} : {}),
    };
    // some servers do not look at the workspace's id: where another one's job comes, all are looked through
    for (const more of [{limit: '1'}, {}]) {
      const reply = await get({...query, ...more}, signal);
      const page = reply.kind === 'ok' ? decodeJobPage(reply.body, backend) : null;
      if (page === null) throw new Unanswered();
      const found = page.jobs.find(
        (each) => each.workspace.id === job.workspace.id && each.pk !== job.pk,
      );
      if (found !== undefined) return found;
      if (page.jobs.length === 0) return null;
    }
    return null;
  };

  const look = async (job: JobV1, signal: AbortSignal): Promise<Look> => {
    const request = requestOf(job, backend);
    const allowed = await checkRequest(config, request);
    if (!allowed.ok) return refusedV1(allowed.error);
    const study = await intake.codes.ask({...request, commit: null});
    if (!study.ok) return refusedV1(study.error);
    const action = study.value.project.actions.find(({name}) => name === job.action);
    if (action === undefined) return refusedV1({kind: 'unknown-action'});
    const workspace = request.workspace;
    const isHere = async (name: string): Promise<boolean> => {
      const made = latestSuccess(state, workspace, name)?.job ?? null;
      return made !== null && areOutputsPresent(config.high, workspace, made);
    };
    if (!job.forceRun && (await isHere(job.action)))
      return {
        kind: 'ended',
        code: V1_CODES.succeeded,
        message: MESSAGES.succeeded,
        study: study.value,
      };
    const same = state.jobsOfAction(workspace, job.action).find((each) => !isOver(each));
    if (same !== undefined) return {kind: 'postponed', message: waitingForDependencies(1)};

    let waiting = 0;
    for (const need of new Set(action.needs)) {
      const found = await earlier(job, need, signal);
      const standing = earlierJob(found, intake.now());
      if (standing === 'open') waiting += 1;
      else if (standing === 'stale' && found !== null) {
        await send('PATCH', addressOf(found.pk), stalePatch(found, backend), signal);
        return dependencyFailedV1();
      } else if (standing === 'failed' && !config.rerunFailedDependencies)
        return dependencyFailedV1();
      else if (job.forceDependencies ? standing !== 'succeeded' : !(await isHere(need))) {
        waiting += 1;
        const pushed = await send('POST', endpoint, pushOf(job, need, backend), signal);
        if (pushed.kind !== 'ok') throw new Unanswered();
      }
    }
    if (waiting > 0) return {kind: 'postponed', message: waitingForDependencies(waiting)};
    const taken = {...request, commit: study.value.commit};
    const made = jobOfRequest(taken, job.action, idOf(job.pk, job.action), intake.now(), {
      state: 'pending',
      code: 'created',
      message: MESSAGES.created,
    });
    const runs = {...made, runs: true, usesDatabase: readsDatabase(config, action)};
    return {kind: 'run', request: taken, job: runs};
  };

  /** What of a job that is over is told. */
  const endMessage = async (
    pk: number,
    job: ServedJob,
    request: ServedRequest,
  ): Promise<Readonly<Record<string, unknown>>> => {
    const code = endCodeV1(job);
    if (code !== V1_CODES.succeeded)
      return {status_code: code, status_message: failureTextV1(pk, job.message)};
    const study = await intake.codes.again({...request, commit: job.commit});
    const outputs = study.ok ? locationsOf(study.value, job.action) : [];
    return {status_code: code, status_message: job.message, outputs};
  };

  /** Queues the end of a job, and notes that in one with it. */
  const queueEnd = async (job: ServedJob, request: ServedRequest): Promise<void> => {
    const {v1} = request;
    if (v1 === null) return;
    const body = await endMessage(v1.pk, job, request);
    await state.commit({
      request: {...request, v1: {...v1, told: true}},
      outbox: [...state.outbox(), {id: job.id, url: addressOf(v1.pk), body}],
    });
  };

  const take = async (job: JobV1, signal: AbortSignal): Promise<void> => {
    const known = state.job(idOf(job.pk, job.action));
    const claimed = await send('PATCH', addressOf(job.pk), {started: true}, signal);
    if (claimed.kind !== 'ok') throw new Unanswered();
    if (known !== null) {
      // the claim was lost, or the end never reached the server
      if (isOver(known))
        await queueEnd(known, state.request(known.requestId) ?? requestOf(job, backend));
      return;
    }
    const found = await look(job, signal);
    log.info('job-v1', {pk: job.pk, action: job.action, result: found.kind});
    switch (found.kind) {
      case 'run':
        return state.commit({request: found.request, jobs: [found.job]});
      case 'postponed':
        return queueMessage(job.pk, {
          status_code: V1_CODES.postponed,
          status_message: found.message,
          started: false,
        });
      case 'ended':
        return queueMessage(
          job.pk,
          found.code === V1_CODES.succeeded && found.study !== null
            ? {
                status_code: found.code,
                status_message: found.message,
                outputs: locationsOf(found.study, job.action),
              }
            : {status_code: found.code, status_message: failureTextV1(job.pk, found.message)},
        );
    }
  };

  /** Queues the ends of jobs that are over and not told yet. */
  const queueEnds = async (): Promise<void> => {
    for (const request of state.allRequests()) {
      if (request.v1?.told !== false) continue;
      const [job] = state.jobsOf(request.id);
      if (job !== undefined && isOver(job)) await queueEnd(job, request);
    }
  };

  /** After the loss of the state: jobs that are claimed and not over are ours, as one runner serves a backend. */
  let isRecovered = !state.rebuilt;
  const claimedBefore = async (signal: AbortSignal): Promise<readonly JobV1[]> => {
    if (isRecovered) return [];
    const reply = await get({started: 'True', backend}, signal);
    const page = reply.kind === 'ok' ? decodeJobPage(reply.body, backend) : null;
    if (page === null) return [];
    isRecovered = true;
    return page.jobs.filter((job) => earlierJob(job, intake.now()) === 'open');
  };

  const report = async (signal: AbortSignal): Promise<PollOutcome> => {
    await queueEnds();
    return deliver(signal);
  };

  return {
    report,
    async poll(signal) {
      const told = await report(signal);
      if (told.kind !== 'ok') return told;
      const reply = await get({started: 'False', backend, page_size: String(PAGE)}, signal);
      if (reply.kind !== 'ok') return failedV1(reply);
      const page = decodeJobPage(reply.body, backend);
      if (page === null)
        return {kind: 'failed', why: 'The reply is no list of jobs.', denied: false};
      for (const {pk, fields} of page.malformed) log.error('request-malformed', {pk, fields});
      const claimed = await claimedBefore(signal);
      for (const job of [...page.jobs, ...claimed].reverse()) {
        if (signal.aborted) break;
        try {
          await take(job, signal);
        } catch (error) {
          log.warning('request-fault', {pk: job.pk, ...errorFacts(error)});
          // let go of, it comes with a later poll; one that runs here stays ours
          if (state.job(idOf(job.pk, job.action)) !== null) continue;
          await queueMessage(job.pk, {
            status_code: V1_CODES.postponed,
            status_message: MESSAGES.created,
            started: false,
          });
        }
      }
      options.release();
      return deliver(signal);
    },
  };
}

/** The server did not answer amid a job: it is looked at again later. */
class Unanswered extends Error {
  constructor() {
    super('The job server did not answer');
  }
}

function requestOf(job: JobV1, backend: string): ServedRequest {
  const {workspace} = job;
  return {
    id: String(job.pk),
    repoUrl: workspace.repo,
    branch: workspace.branch,
    commit: '',
    workspace: volumeName(backend, workspace),
    database: workspace.db,
    requestedActions: [job.action],
    cancelledActions: [],
    forceDependencies: job.forceDependencies,
    codelistsOk: true,
    createdBy: null,
    createdAt: null,
    v1: {
      url: job.url,
      pk: job.pk,
      workspaceId: workspace.id,
      forceRun: job.forceRun,
      neededById: job.neededById,
      told: false,
    },
    verbatim: job,
  };
}

function pushOf(job: JobV1, need: string, backend: string): Readonly<Record<string, unknown>> {
  return {
    force_run: job.forceDependencies,
    force_run_dependencies: job.forceDependencies,
    action_id: need,
    backend,
    needed_by_id: job.pk,
    workspace_id: job.workspace.id,
  };
}

function stalePatch(job: JobV1, backend: string): Readonly<Record<string, unknown>> {
  return {
    force_run: job.forceRun,
    force_run_dependencies: job.forceDependencies,
    action_id: job.action,
    backend,
    needed_by_id: job.neededById,
    status_code: V1_CODES.neverStarted,
  };
}

/** One place for each output of an action, without any root. */
function locationsOf({project}: StudyCode, action: string): readonly {readonly location: string}[] {
  const outputs = project.actions.find(({name}) => name === action)?.outputs ?? [];
  return outputs.map(({label}) => ({location: `${action}/${label}`}));
}

function dependencyFailedV1(): Look {
  return {
    kind: 'ended',
    code: V1_CODES.dependencyFailed,
    message: MESSAGES.dependencyFailed,
    study: null,
  };
}

function refusedV1(refusal: Refusal): Look {
  const codes: Readonly<Partial<Record<Refusal['kind'], number>>> = {
    'repo-not-allowed': V1_CODES.notAllowed,
    'repo-not-found': V1_CODES.noRepository,
    'not-on-branch': V1_CODES.noRepository,
    git: V1_CODES.cloneFailed,
    'no-project': V1_CODES.badProject,
    'bad-project': V1_CODES.badProject,
    'unknown-action': V1_CODES.badProject,
  };
  const code = codes[refusal.kind] ?? V1_CODES.other;
  return {kind: 'ended', code, message: refusalMessage(refusal), study: null};
}

function failedV1(reply: Exclude<Reply, {kind: 'ok'}>): PollOutcome {
  switch (reply.kind) {
    case 'denied':
      return {
        kind: 'failed',
        why: `status ${reply.status}: the credentials are not accepted`,
        denied: true,
      };
    case 'refused':
      return {kind: 'failed', why: `status ${reply.status}`, denied: false};
    case 'down':
      return {kind: 'failed', why: reply.why, denied: false};
  }
}
