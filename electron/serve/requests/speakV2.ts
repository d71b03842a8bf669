import {err, ok} from '../../../shared/result';
import {isOver, type ServedRequest} from '../records';
import {refusalMessage} from '../rules/messages';
import {safeJobs} from '../rules/lastScan';
import {flagHeaders} from '../state/flags';
import {sameServer, type Reply} from '../wire/jobServer';
import {decodeRequestPage, encodeJobs, type Malformed} from '../wire/v2';
import {keepRecord} from '../jobs/carryOut';
import {failedPoll, type Dialect, type FrontOptions, type PollOutcome} from './front';
import {refusedJob, takeRequest} from './takeRequest';

const PAGES_AT_MOST = 1000;

/** Protocol v2: requests are listed by the server, jobs are made here and reported as a whole. */
export class SpeechV2 implements Dialect {
  /** Requests that the server listed when it was last asked, and that could be taken. */
  private listed: string[] = [];

  constructor(private readonly options: FrontOptions) {}

  async list(signal: AbortSignal): ReturnType<Dialect['list']> {
    const {config, log} = this.options;
    const requests: ServedRequest[] = [];
    const malformed: Malformed[] = [];
    let next: string | null =
      `${config.endpoint}job-requests/?backend=${encodeURIComponent(config.backend)}`;
    for (let pages = 0; next !== null && pages < PAGES_AT_MOST; pages += 1) {
      const reply: Reply = await this.ask('GET', next, null, signal);
      if (reply.kind !== 'ok') return err(failedPoll(reply));
      const page = decodeRequestPage(reply.body, config.backend);
      if (!page.ok) return err({kind: 'failed', why: page.error, denied: false});
      requests.push(...page.value.requests);
      malformed.push(...page.value.malformed);
      for (const id of page.value.elsewhere) log.warning('request-elsewhere', {requestId: id});
      next = page.value.next === null ? null : sameServer(config.endpoint, page.value.next);
    }
    this.listed = [];
    for (const each of malformed) await this.answerMalformed(each);
    // the newest come first
    return ok(requests.reverse());
  }

  async take(request: ServedRequest, signal: AbortSignal): Promise<void> {
    const known = this.options.state.request(request.id);
    await (known === null ? this.takeNew(request, signal) : this.update(known, request));
    this.listed.push(request.id);
  }

  async report(signal: AbortSignal): Promise<PollOutcome> {
    const reported = await this.post(this.listed, signal);
    if (reported.kind !== 'ok') return reported;
    const isListed = new Set(this.listed);
    const active = new Set(this.options.state.openJobs().map(({requestId}) => requestId));
    return this.post(
      [...active].filter((id) => !isListed.has(id)),
      signal,
    );
  }

  /** A request that is known changes in one thing only: which of its actions are cancelled. */
  private async update(known: ServedRequest, given: ServedRequest): Promise<void> {
    const {log, state} = this.options;
    const changed = (['repoUrl', 'commit', 'workspace'] as const).filter(
      (field) => known[field] !== given[field],
    );
    if (changed.length > 0) {
      log.error('request-changed', {requestId: given.id, fields: changed});
      return;
    }
    const cancelled = state
      .jobsOf(known.id)
      .filter((job) => !isOver(job) && !job.cancelled)
      .filter(({action}) => given.cancelledActions.includes(action));
    if (cancelled.length === 0) return;
    await state.commit({
      request: {...known, cancelledActions: given.cancelledActions},
      jobs: cancelled.map((job) => ({...job, cancelled: true})),
    });
    log.info('cancelled', {requestId: known.id, actions: cancelled.map(({action}) => action)});
  }

  private async takeNew(given: ServedRequest, signal: AbortSignal): Promise<void> {
    const {config, intake, log, secrets, state} = this.options;
    this.options.hold(given.id);
    const taken = await takeRequest(intake, given);
    // a fetch that was broken off since the runner stops says nothing about the request
    if (signal.aborted && taken.refusal !== null) return;
    await state.commit({request: taken.request, jobs: taken.jobs});
    if (taken.refusal !== null) {
      log.warning('request-refused', {
        requestId: given.id,
        reason: refusalMessage(taken.refusal),
      });
      for (const job of taken.jobs) await keepRecord(config, job, given, null, secrets, log);
    } else
      log.info('request', {
        requestId: given.id,
        workspace: given.workspace,
        commit: given.commit,
        jobs: taken.jobs.length,
      });
  }

  /** Answers an entry that can't be read, where its id can be. */
  private async answerMalformed({id, fields}: Malformed): Promise<void> {
    const {intake, log, state} = this.options;
    log.error('request-malformed', {requestId: id, fields});
    if (id === null) return;
    // one that was taken while it was well formed goes on
    if (state.request(id) === null && state.jobsOf(id).length === 0) {
      const request = malformedRequest(id);
      const job = refusedJob(request, {kind: 'malformed', fields}, intake.now());
      await state.commit({request, jobs: [job]});
    }
    this.listed.push(id);
  }

  private async post(ids: readonly string[], signal: AbortSignal): Promise<PollOutcome> {
    const {config, log, secrets, state} = this.options;
    const jobs = encodeJobs(ids, (id) => state.jobsOf(id), config.extendedCodes);
    if (jobs.length === 0) return {kind: 'ok'};
    const body = safeJobs(jobs, secrets, (identifier) =>
      log.error('secret-in-message', {jobId: identifier}),
    );
    const reply = await this.ask('POST', `${config.endpoint}jobs/`, body, signal);
    if (reply.kind === 'ok') return {kind: 'ok'};
    if (reply.kind !== 'refused') return failedPoll(reply);
    if (ids.length === 1) {
      log.error('report-refused', {requestId: ids[0], ...reply});
      return {kind: 'ok'};
    }
    // one bad request makes the server refuse all of them: then each is reported by itself
    for (const id of ids) {
      const single = await this.post([id], signal);
      if (single.kind !== 'ok') return single;
    }
    return {kind: 'ok'};
  }

  private ask(
    method: 'GET' | 'POST',
    url: string,
    body: string | null,
    signal: AbortSignal,
  ): Promise<Reply> {
    const {call, config, flags} = this.options;
    const headers = {Authorization: config.token, ...flagHeaders(flags())};
    return call({method, url, headers, body}, signal);
  }
}

/** In place of a request of which only the id could be read. */
function malformedRequest(id: string): ServedRequest {
  return {
    id,
    repoUrl: '',
    branch: '',
    commit: '',
    workspace: '',
    database: '',
    requestedActions: [],
    cancelledActions: [],
    forceDependencies: false,
    codelistsOk: true,
    createdBy: null,
    createdAt: null,
    v1: null,
    verbatim: null,
  };
}
