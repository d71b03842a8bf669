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
  type JobPageV1,
  type JobV1,
  type MessageV1,
} from '../wire/v1';
import {failedPoll, type Dialect, type FrontOptions, type PollOutcome} from './front';
import {checkRequest, jobOfRequest} from './takeRequest';

/** Jobs asked for with each poll. */
const PAGE = 25;

/** What a claimed job comes to at a look. */
type Look =
  /** It is over without a run, or postponed, which is reported to the server. */
  | {readonly kind: 'ended' | 'postponed'; readonly message: MessageV1}
  | {readonly kind: 'run'; readonly request: ServedRequest; readonly job: ServedJob};

/** A request of this protocol, which is one job of the server's. */
type RequestV1 = ServedRequest & {readonly v1: NonNullable<ServedRequest['v1']>};

/** The job server's interface, and what is still to be sent to it. */
class JobList {
  private readonly headers: Readonly<Record<string, string>>;
  /** After the loss of the state: jobs that are claimed and not over are ours, as one runner serves a backend. */
  private isRecovered: boolean;

  constructor(private readonly options: FrontOptions) {
    const {basic} = options.config;
    const login = Buffer.from(`${basic?.user ?? ''}:${basic?.password ?? ''}`).toString('base64');
    this.headers = {Authorization: `Basic ${login}`};
    this.isRecovered = !options.state.rebuilt;
  }

  get(query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Reply> {
    const {call, config} = this.options;
    const asked = new URLSearchParams({backend: config.backend, ...query});
    const url = `${config.endpoint}?${asked.toString()}`;
    return call({method: 'GET', url, headers: this.headers, body: null}, signal);
  }

  /** Makes a job, or changes the one at this address. */
  send(
    method: 'POST' | 'PATCH',
    url: string,
    message: MessageV1,
    signal: AbortSignal,
  ): Promise<Reply> {
    const {call, log, secrets} = this.options;
    const body = safeMessage(message, secrets, () => log.error('secret-in-message', {url}));
    return call({method, url, headers: this.headers, body}, signal);
  }

  /** The address of a job below our own server, whatever address it gives itself. */
  addressOf(pk: number): string {
    return `${this.options.config.endpoint}${pk}/`;
  }

  /** Keys are small numbers that every server has: names of containers must differ all the same. */
  idOf({v1, requestedActions}: RequestV1): string {
    return jobId(this.addressOf(v1.pk), actionOf(requestedActions));
  }

  /** Queues a report of a job, and notes it with the request where that is given. */
  queueMessage(pk: number, body: MessageV1, request?: ServedRequest): Promise<void> {
    const {state} = this.options;
    return state.commit({
      ...(request === undefined ? {} : {request}),
      outbox: [...state.outbox(), {id: String(pk), url: this.addressOf(pk), body}],
    });
  }

  /** Sends the queued reports, in order; one that the server refuses is logged and dropped, as it would refuse it again. */
  async deliver(signal: AbortSignal): Promise<PollOutcome> {
    const {log, state} = this.options;
    for (let next = state.outbox()[0]; next !== undefined; next = state.outbox()[0]) {
      const reply = await this.send('PATCH', next.url, next.body as MessageV1, signal); // as it was queued
      if (reply.kind === 'down' || reply.kind === 'denied') return failedPoll(reply);
      if (reply.kind === 'refused') log.error('report-refused', {pk: next.id, ...reply});
      await state.commit({outbox: state.outbox().slice(1)});
    }
    return {kind: 'ok'};
  }

  /** The newest earlier job of a needed action in the same workspace. */
  async earlier(
    {v1, forceDependencies}: RequestV1,
    need: string,
    signal: AbortSignal,
  ): Promise<JobV1 | null> {
    const query = {
      workspace_id: String(v1.workspaceId),
      action_id: need,
      ...(forceDependencies ? {needed_by_id: String(v1.pk)} : {}),
    };
    // some servers do not look at the workspace's id: where another one's job comes, all are looked through
    for (const more of [{limit: '1'}, {}]) {
      const reply = await this.get({...query, ...more}, signal);
      const page = this.pageOf(reply);
      if (page === null) throw new Unanswered();
      const found = page.jobs.find(
        ({workspace, pk}) => workspace.id === v1.workspaceId && pk !== v1.pk,
      );
      if (found !== undefined) return found;
      if (page.jobs.length === 0) return null;
    }
    return null;
  }

  async claimedBefore(signal: AbortSignal): Promise<readonly JobV1[]> {
    if (this.isRecovered) return [];
    const page = this.pageOf(await this.get({started: 'True'}, signal));
    if (page === null) return [];
    this.isRecovered = true;
    return page.jobs.filter((job) => earlierJob(job, this.options.intake.now()) === 'open');
  }

  private pageOf(reply: Reply): JobPageV1 | null {
    return reply.kind === 'ok' ? decodeJobPage(reply.body, this.options.config.backend) : null;
  }
}

/**
 * Protocol v1: the server lists jobs, each is claimed; where something it needs is not there, a job for that is pushed and the
 * current one postponed, to be claimed again with a later poll. The same engine runs what is left.
 */
export class SpeechV1 implements Dialect {
  private readonly server: JobList;

  constructor(private readonly options: FrontOptions) {
    this.server = new JobList(options);
  }

  async list(signal: AbortSignal): ReturnType<Dialect['list']> {
    const {server} = this;
    const {config, log} = this.options;
    // what has ended is looked for among the server's earlier jobs
    const reported = await this.report(signal);
    if (reported.kind !== 'ok') return err(reported);
    const reply = await server.get({started: 'False', page_size: String(PAGE)}, signal);
    if (reply.kind !== 'ok') return err(failedPoll(reply));
    const page = decodeJobPage(reply.body, config.backend);
    if (page === null)
      return err({kind: 'failed', why: 'The reply is no list of jobs.', denied: false});
    for (const {pk, fields} of page.malformed) log.error('request-malformed', {pk, fields});
    const jobs = [...page.jobs, ...(await server.claimedBefore(signal))];
    return ok(jobs.map((job) => requestOf(job, config.backend)).reverse());
  }

  async take(request: ServedRequest, signal: AbortSignal): Promise<void> {
    const {server} = this;
    if (!isV1(request)) throw new Error('A request of another protocol');
    try {
      await this.claim(request, signal);
    } catch (error) {
      // released, it comes with a later poll; one that runs here stays ours
      if (this.options.state.job(server.idOf(request)) === null)
        await server.queueMessage(request.v1.pk, postponedMessage(MESSAGES.created));
      throw error;
    }
  }

  async report(signal: AbortSignal): Promise<PollOutcome> {
    const {state} = this.options;
    for (const request of state.allRequests()) {
      if (!isV1(request) || request.v1.told) continue;
      const [job] = state.jobsOf(request.id);
      if (job !== undefined && isOver(job)) await this.queueEnd(job, request);
    }
    return this.server.deliver(signal);
  }

  private async claim(request: RequestV1, signal: AbortSignal): Promise<void> {
    const {server} = this;
    const {log, state} = this.options;
    const {pk} = request.v1;
    const known = state.job(server.idOf(request));
    const claimed = await server.send('PATCH', server.addressOf(pk), {started: true}, signal);
    if (claimed.kind !== 'ok') throw new Unanswered();
    if (known !== null) {
      // the claim was lost, or the end never reached the server
      const before = state.request(known.requestId) ?? request;
      if (isOver(known) && isV1(before)) await this.queueEnd(known, before);
      return;
    }
    const found = await this.look(request, signal);
    log.info('job-v1', {pk, action: actionOf(request.requestedActions), result: found.kind});
    if (found.kind === 'run') await state.commit({request: found.request, jobs: [found.job]});
    else await server.queueMessage(pk, found.message);
  }

  /** Queues the end of a job, and notes that in one with it. */
  private async queueEnd(job: ServedJob, request: RequestV1): Promise<void> {
    const code = endCodeV1(job);
    const study =
      code === V1_CODES.succeeded
        ? await this.options.intake.codes.again({...request, commit: job.commit})
        : null;
    const outputs = study?.ok === true ? locationsOf(study.value, job.action) : [];
    const {v1} = request;
    const message = endMessage(v1.pk, code, job.message, outputs);
    await this.server.queueMessage(v1.pk, message, {...request, v1: {...v1, told: true}});
  }

  private async look(request: RequestV1, signal: AbortSignal): Promise<Look> {
    const {config, intake, state} = this.options;
    const {v1, workspace} = request;
    const allowed = await checkRequest(config, request);
    if (!allowed.ok) return refused(v1.pk, allowed.error);
    const study = await intake.codes.ask({...request, commit: null});
    if (!study.ok) return refused(v1.pk, study.error);
    const name = actionOf(request.requestedActions);
    const action = study.value.project.actions.find((each) => each.name === name);
    if (action === undefined) return refused(v1.pk, {kind: 'unknown-action'});
    if (!v1.forceRun && (await isMade(config, state, workspace, name)))
      return ended(v1.pk, V1_CODES.succeeded, MESSAGES.succeeded, locationsOf(study.value, name));
    if (state.jobsOfAction(workspace, name).some((each) => !isOver(each))) return postponed(1);
    const waiting = await this.countWaiting(request, new Set(action.needs), signal);
    if (waiting === null) return ended(v1.pk, V1_CODES.dependencyFailed, MESSAGES.dependencyFailed);
    if (waiting > 0) return postponed(waiting);
    const taken = {...request, commit: study.value.commit};
    const made = jobOfRequest(taken, name, this.server.idOf(request), intake.now(), {
      state: 'pending',
      code: 'created',
      message: MESSAGES.created,
    });
    const usesDatabase = readsDatabase(config, action);
    return {kind: 'run', request: taken, job: {...made, runs: true, usesDatabase}};
  }

  /** How many of the needs are still to be made, for which jobs are pushed; null where one has failed. */
  private async countWaiting(
    request: RequestV1,
    needs: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<number | null> {
    const {server} = this;
    const {config, intake, state} = this.options;
    const {backend, endpoint} = config;
    const {v1, workspace, forceDependencies: force} = request;
    let waiting = 0;
    for (const need of needs) {
      const found = await server.earlier(request, need, signal);
      const before = earlierJob(found, intake.now());
      if (before === 'open') waiting += 1;
      else if (before === 'stale' && found !== null) {
        const message = staleMessage(found, backend);
        await server.send('PATCH', server.addressOf(found.pk), message, signal);
        return null;
      } else if (before === 'failed' && !config.rerunFailedDependencies) return null;
      else if (force ? before !== 'succeeded' : !(await isMade(config, state, workspace, need))) {
        waiting += 1;
        const push = pushMessage({...v1, backend, action: need, force});
        const pushed = await server.send('POST', endpoint, push, signal);
        if (pushed.kind !== 'ok') throw new Unanswered();
      }
    }
    return waiting;
  }
}

function ended(pk: number, code: number, text: string, outputs: readonly string[] = []): Look {
  return {kind: 'ended', message: endMessage(pk, code, text, outputs)};
}

function refused(pk: number, refusal: Refusal): Look {
  return ended(pk, REFUSED_CODES[refusal.kind] ?? V1_CODES.other, refusalMessage(refusal));
}

function postponed(waiting: number): Look {
  return {kind: 'postponed', message: postponedMessage(waitingForDependencies(waiting))};
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
