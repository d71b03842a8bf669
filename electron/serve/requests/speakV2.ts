import type {ServeConfig} from '../config';
import {errorFacts, type ServeLog} from '../log';
import {isOver, type ServedRequest} from '../records';
import {refusalMessage} from '../rules/messages';
import type {Secrets} from '../rules/secrets';
import {safeJobs} from '../rules/lastScan';
import {flagHeaders, type Flag} from '../state/flags';
import type {ServeState} from '../state/serveState';
import {sameServer, type CallServer, type Reply} from '../wire/jobServer';
import {decodeRequestPage, encodeJobs, type Malformed} from '../wire/v2';
import {keepRecord} from '../jobs/carryOut';
import {refusedJob, takeRequest, type Intake} from './takeRequest';

/** How a poll went. */
export type PollOutcome =
  | {readonly kind: 'ok'}
  /** `denied`: the credentials are not accepted, which only an operator can mend. */
  | {readonly kind: 'failed'; readonly why: string; readonly denied: boolean};

/** One way of speaking to a job server. */
export interface Front {
  /** Asks for work and tells how things stand, once. */
  poll(signal: AbortSignal): Promise<PollOutcome>;
  /** Tells how things stand, without asking for work. */
  report(signal: AbortSignal): Promise<PollOutcome>;
}

/** What a front stands on. */
export interface FrontOptions {
  readonly config: ServeConfig;
  readonly state: ServeState;
  readonly intake: Intake;
  readonly call: CallServer;
  readonly secrets: Secrets;
  readonly log: ServeLog;
  readonly flags: () => readonly Flag[];
  /** The jobs of a request wait until the server has been told of them, or could not be. */
  readonly hold: (requestId: string) => void;
  /** Lets all of them go; jobs may have been made or cancelled. */
  readonly release: () => void;
}

const PAGES_AT_MOST = 1000;

/** Protocol v2: requests are listed by the server, jobs are made here and told as a whole. */
export function createFrontV2(options: FrontOptions): Front {
  const {config, state, log, call} = options;
  /** Requests that the server listed when it was last asked. */
  let listed: readonly string[] = [];

  const headers = (): Readonly<Record<string, string>> => ({
    Authorization: config.token,
    ...flagHeaders(options.flags()),
  });

  const list = async (
    signal: AbortSignal,
  ): Promise<
    {readonly requests: readonly ServedRequest[]; readonly malformed: readonly Malformed[]} | Failed
  > => {
    const requests: ServedRequest[] = [];
    const malformed: Malformed[] = [];
    let next: string | null =
      `${config.endpoint}job-requests/?backend=${encodeURIComponent(config.backend)}`;
    for (let pages = 0; next !== null && pages < PAGES_AT_MOST; pages += 1) {
      const reply = await call({method: 'GET', url: next, headers: headers(), body: null}, signal);
      if (reply.kind !== 'ok') return failed(reply);
      const page = decodeRequestPage(reply.body, config.backend);
      if (!page.ok) return {kind: 'failed', why: page.error, denied: false};
      requests.push(...page.value.requests);
      malformed.push(...page.value.malformed);
      for (const id of page.value.elsewhere) log.warning('request-elsewhere', {requestId: id});
      next = page.value.next === null ? null : sameServer(config.endpoint, page.value.next);
    }
    return {requests, malformed};
  };

  const take = async (given: ServedRequest, signal: AbortSignal): Promise<void> => {
    const known = state.request(given.id);
    if (known !== null) {
      await update(known, given);
      return;
    }
    options.hold(given.id);
    const taken = await takeRequest(options.intake, given);
    // a fetch that was broken off since the runner stops says nothing about the request
    if (signal.aborted && taken.refusal !== null) return;
    await state.commit({request: taken.request, jobs: taken.jobs});
    if (taken.refusal !== null) {
      log.warning('request-refused', {
        requestId: given.id,
        reason: refusalMessage(taken.refusal),
      });
      for (const job of taken.jobs)
        await keepRecord(config, job, given, null, options.secrets, log);
    } else
      log.info('request', {
        requestId: given.id,
        workspace: given.workspace,
        commit: given.commit,
        jobs: taken.jobs.length,
      });
  };

  /** A request that is known changes in one thing only: which of its actions are cancelled. */
  const update = async (known: ServedRequest, given: ServedRequest): Promise<void> => {
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
  };

  const answerMalformed = async ({id, fields}: Malformed): Promise<string[]> => {
    log.error('request-malformed', {requestId: id, fields});
    if (id === null) return [];
    // one that was taken while it was well formed goes on
    if (state.request(id) !== null || state.jobsOf(id).length > 0) return [id];
    const request = malformedRequest(id);
    const job = refusedJob(request, {kind: 'malformed', fields}, options.intake.now());
    await state.commit({request, jobs: [job]});
    return [id];
  };

  const post = async (ids: readonly string[], signal: AbortSignal): Promise<PollOutcome> => {
    const jobs = encodeJobs(ids, (id) => state.jobsOf(id), config.extendedCodes);
    if (jobs.length === 0) return {kind: 'ok'};
    const body = safeJobs(jobs, options.secrets, (identifier) =>
      log.error('secret-in-message', {jobId: identifier}),
    );
    const url = `${config.endpoint}jobs/`;
    const reply = await call({method: 'POST', url, headers: headers(), body}, signal);
    if (reply.kind === 'ok') return {kind: 'ok'};
    if (reply.kind !== 'refused' || ids.length === 1) {
      if (reply.kind === 'refused') log.error('report-refused', {requestId: ids[0], ...reply});
      return reply.kind === 'refused' ? {kind: 'ok'} : failed(reply);
    }
    // one bad request makes the server refuse all of them: then each is told by itself
    for (const id of ids) {
      const single = await post([id], signal);
      if (single.kind !== 'ok') return single;
    }
    return {kind: 'ok'};
  };

  const report = async (signal: AbortSignal): Promise<PollOutcome> => {
    const told = await post(listed, signal);
    if (told.kind !== 'ok') return told;
    const isListed = new Set(listed);
    const active = [...new Set(state.openJobs().map(({requestId}) => requestId))];
    return post(
      active.filter((id) => !isListed.has(id)),
      signal,
    );
  };

  return {
    report,
    async poll(signal) {
      const found = await list(signal);
      if ('kind' in found) return found;
      const ids: string[] = [];
      for (const each of found.malformed) ids.push(...(await answerMalformed(each)));
      // the newest come first: in the order in which they were made, an earlier one's jobs serve a later one
      for (const request of [...found.requests].reverse()) {
        if (signal.aborted) break;
        try {
          await take(request, signal);
          ids.push(request.id);
        } catch (error) {
          log.error('request-fault', {requestId: request.id, ...errorFacts(error)});
        }
      }
      listed = ids;
      const told = await report(signal);
      options.release();
      return told;
    },
  };
}

type Failed = Extract<PollOutcome, {kind: 'failed'}>;

function failed(reply: Exclude<Reply, {kind: 'ok'}>): Failed {
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

/** Stands for a request of which only the id could be read. */
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
