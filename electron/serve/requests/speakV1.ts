import {err, ok} from '../../../shared/result';
import {isMade} from '../jobs/jobInputs';
import {readsDatabase, type StudyCode} from '../jobs/studyCode';
import {jobId} from '../../runs/jobId';
import {isOver, type ServedJob, type ServedRequest} from '../records';
import {MESSAGES, refusalMessage, waitingForDependencies, type Refusal} from '../rules/messages';
import {safeMessage} from '../rules/lastScan';
import type {Reply} from '../wire/jobServer';
import {
  decodeJobPage,
  earlierJob,
  endCodeV1,
  endMessage,
  postponedMessage,
  pushMessage,
  staleMessage,
  V1_CODES,
  volumeName,
  type JobV1,
  type MessageV1,
} from '../wire/v1';
import {failedPoll, type Dialect, type FrontOptions, type PollOutcome} from './front';
import {checkRequest, jobOfRequest} from './takeRequest';

/** Jobs asked for with each poll. */
const PAGE = 25;

/** What a claimed job comes to at a look. */
type Look =
  /** It is over without a run, or postponed: the server is told so. */
  | {readonly kind: 'ended' | 'postponed'; readonly message: MessageV1}
  | {readonly kind: 'run'; readonly request: ServedRequest; readonly job: ServedJob};

/** A request of this protocol, which is one job of the server's. */
type RequestV1 = ServedRequest & {readonly v1: NonNullable<ServedRequest['v1']>};

/**
 * Protocol v1: the server lists jobs, each is claimed; where something it needs is not there, a job for that is pushed and the
 * current one postponed, to be claimed again with a later poll. The same engine runs what is left.
 */
export function speakV1(options: FrontOptions): Dialect {
  const {config, state, log, call, secrets, intake} = options;
  const {endpoint, backend, basic} = config;
  const login = Buffer.from(`${basic?.user ?? ''}:${basic?.password ?? ''}`).toString('base64');
  const headers = {Authorization: `Basic ${login}`};

  const get = (query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Reply> => {
    const url = `${endpoint}?${new URLSearchParams(query).toString()}`;
    return call({method: 'GET', url, headers, body: null}, signal);
  };
  const send = (
    method: 'POST' | 'PATCH',
    url: string,
    message: MessageV1,
    signal: AbortSignal,
  ): Promise<Reply> => {
    const body = safeMessage(message, secrets, () => log.error('secret-in-message', {url}));
    return call({method, url, headers, body}, signal);
  };
  /** The address of a job below our own server, whatever address it gives itself. */
  const addressOf = (pk: number): string => `${endpoint}${pk}/`;
  /** Keys are small numbers that every server has: names of containers must tell them apart. */
  const idOf = ({v1, requestedActions}: RequestV1): string =>
    jobId(addressOf(v1.pk), actionOf(requestedActions));

  /** Queues what the server is to be told of a job, and notes it with the request where that is given. */
  const queueMessage = (pk: number, body: MessageV1, request?: ServedRequest): Promise<void> =>
    state.commit({
      ...(request === undefined ? {} : {request}),
      outbox: [...state.outbox(), {id: String(pk), url: addressOf(pk), body}],
    });

  /** Delivers what is to be told, in order; what the server refuses is told here and dropped, as it would refuse it again. */
  const deliver = async (signal: AbortSignal): Promise<PollOutcome> => {
    for (let next = state.outbox()[0]; next !== undefined; next = state.outbox()[0]) {
      const reply = await send('PATCH', next.url, next.body as MessageV1, signal); // as it was queued
      if (reply.kind === 'down' || reply.kind === 'denied') return failedPoll(reply);
      if (reply.kind === 'refused') log.error('report-refused', {pk: next.id, ...reply});
      await state.commit({outbox: state.outbox().slice(1)});
    }
    return {kind: 'ok'};
  };

  /** The newest earlier job of a needed action in the same workspace. */
  const earlier = async (
    {v1, forceDependencies}: RequestV1,
    need: string,
    signal: AbortSignal,
  ): Promise<JobV1 | null> => {
    const query = {
      backend,
      workspace_id: String(v1.workspaceId),
      action_id: need,
      ...(forceDependencies ? {needed_by_id: String(v1.pk)} : {}),
    };
    // some servers do not look at the workspace's id: where another one's job comes, all are looked through
    for (const more of [{limit: '1'}, {}]) {
      const reply = await get({...query, ...more}, signal);
      const page = reply.kind === 'ok' ? decodeJobPage(reply.body, backend) : null;
      if (page === null) throw new Unanswered();
      const found = page.jobs.find(
        ({workspace, pk}) => workspace.id === v1.workspaceId && pk !== v1.pk,
      );
      if (found !== undefined) return found;
      if (page.jobs.length === 0) return null;
    }
    return null;
  };

  const look = async (request: RequestV1, signal: AbortSignal): Promise<Look> => {
    const {v1, workspace, forceDependencies} = request;
    const ended = (code: number, text: string, outputs: readonly string[] = []): Look => ({
      kind: 'ended',
      message: endMessage(v1.pk, code, text, outputs),
    });
    const postponed = (waiting: number): Look => ({
      kind: 'postponed',
      message: postponedMessage(waitingForDependencies(waiting)),
    });
    const refused = (refusal: Refusal): Look =>
      ended(REFUSED_CODES[refusal.kind] ?? V1_CODES.other, refusalMessage(refusal));
    const dependencyFailed = (): Look =>
      ended(V1_CODES.dependencyFailed, MESSAGES.dependencyFailed);

    const allowed = await checkRequest(config, request);
    if (!allowed.ok) return refused(allowed.error);
    const study = await intake.codes.ask({...request, commit: null});
    if (!study.ok) return refused(study.error);
    const name = actionOf(request.requestedActions);
    const action = study.value.project.actions.find((each) => each.name === name);
    if (action === undefined) return refused({kind: 'unknown-action'});
    const isHere = (each: string): Promise<boolean> => isMade(config, state, workspace, each);
    if (!v1.forceRun && (await isHere(name)))
      return ended(V1_CODES.succeeded, MESSAGES.succeeded, locationsOf(study.value, name));
    if (state.jobsOfAction(workspace, name).some((each) => !isOver(each))) return postponed(1);

    let waiting = 0;
    for (const need of new Set(action.needs)) {
      const found = await earlier(request, need, signal);
      const before = earlierJob(found, intake.now());
      if (before === 'open') waiting += 1;
      else if (before === 'stale' && found !== null) {
        await send('PATCH', addressOf(found.pk), staleMessage(found, backend), signal);
        return dependencyFailed();
      } else if (before === 'failed' && !config.rerunFailedDependencies) return dependencyFailed();
      else if (forceDependencies ? before !== 'succeeded' : !(await isHere(need))) {
        waiting += 1;
        const push = pushMessage({...v1, backend, action: need, force: forceDependencies});
        const pushed = await send('POST', endpoint, push, signal);
        if (pushed.kind !== 'ok') throw new Unanswered();
      }
    }
    if (waiting > 0) return postponed(waiting);
    const taken = {...request, commit: study.value.commit};
    const made = jobOfRequest(taken, name, idOf(request), intake.now(), {
      state: 'pending',
      code: 'created',
      message: MESSAGES.created,
    });
    const usesDatabase = readsDatabase(config, action);
    return {kind: 'run', request: taken, job: {...made, runs: true, usesDatabase}};
  };

  /** Queues the end of a job, and notes that in one with it. */
  const queueEnd = async (job: ServedJob, request: RequestV1): Promise<void> => {
    const code = endCodeV1(job);
    const study =
      code === V1_CODES.succeeded
        ? await intake.codes.again({...request, commit: job.commit})
        : null;
    const outputs = study?.ok === true ? locationsOf(study.value, job.action) : [];
    const {v1} = request;
    const message = endMessage(v1.pk, code, job.message, outputs);
    await queueMessage(v1.pk, message, {...request, v1: {...v1, told: true}});
  };

  const claim = async (request: RequestV1, signal: AbortSignal): Promise<void> => {
    const {pk} = request.v1;
    const known = state.job(idOf(request));
    const claimed = await send('PATCH', addressOf(pk), {started: true}, signal);
    if (claimed.kind !== 'ok') throw new Unanswered();
    if (known !== null) {
      // the claim was lost, or the end never reached the server
      const before = state.request(known.requestId) ?? request;
      if (isOver(known) && isV1(before)) await queueEnd(known, before);
      return;
    }
    const found = await look(request, signal);
    log.info('job-v1', {pk, action: actionOf(request.requestedActions), result: found.kind});
    if (found.kind === 'run') await state.commit({request: found.request, jobs: [found.job]});
    else await queueMessage(pk, found.message);
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
    for (const request of state.allRequests()) {
      if (!isV1(request) || request.v1.told) continue;
      const [job] = state.jobsOf(request.id);
      if (job !== undefined && isOver(job)) await queueEnd(job, request);
    }
    return deliver(signal);
  };

  return {
    report,
    async list(signal) {
      // what has ended is looked for among the server's earlier jobs
      const told = await report(signal);
      if (told.kind !== 'ok') return err(told);
      const reply = await get({started: 'False', backend, page_size: String(PAGE)}, signal);
      if (reply.kind !== 'ok') return err(failedPoll(reply));
      const page = decodeJobPage(reply.body, backend);
      if (page === null)
        return err({kind: 'failed', why: 'The reply is no list of jobs.', denied: false});
      for (const {pk, fields} of page.malformed) log.error('request-malformed', {pk, fields});
      const jobs = [...page.jobs, ...(await claimedBefore(signal))];
      return ok(jobs.map((job) => requestOf(job, backend)).reverse());
    },
    async take(request, signal) {
      if (!isV1(request)) throw new Error('A request of another protocol');
      try {
        await claim(request, signal);
      } catch (error) {
        // let go of, it comes with a later poll; one that runs here stays ours
        if (state.job(idOf(request)) === null)
          await queueMessage(request.v1.pk, postponedMessage(MESSAGES.created));
        throw error;
      }
    },
  };
}

/** The server did not answer amid a job: it is looked at again later. */
class Unanswered extends Error {
  constructor() {
    super('The job server did not answer');
  }
}

function isV1(request: ServedRequest): request is RequestV1 {
  return request.v1 !== null;
}

/** A job of this protocol is of one action. */
function actionOf([action = '']: readonly string[]): string {
  return action;
}

function requestOf(job: JobV1, backend: string): RequestV1 {
  const {pk, workspace, forceRun} = job;
  return {
    id: String(pk),
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
    v1: {pk, workspaceId: workspace.id, forceRun, told: false},
    verbatim: job,
  };
}

/** One place for each output of an action, without any root. */
function locationsOf({project}: StudyCode, action: string): readonly string[] {
  const outputs = project.actions.find(({name}) => name === action)?.outputs ?? [];
  return outputs.map(({label}) => `${action}/${label}`);
}

const REFUSED_CODES: Readonly<Partial<Record<Refusal['kind'], number>>> = {
  'repo-not-allowed': V1_CODES.notAllowed,
  'repo-not-found': V1_CODES.noRepository,
  'not-on-branch': V1_CODES.noRepository,
  git: V1_CODES.cloneFailed,
  'no-project': V1_CODES.badProject,
  'bad-project': V1_CODES.badProject,
  'unknown-action': V1_CODES.badProject,
};
