import type {Result} from '../../../shared/result';
import type {ServeConfig} from '../config';
import {errorFacts, type ServeLog} from '../log';
import type {ServedRequest} from '../records';
import type {Secrets} from '../rules/secrets';
import type {Flag} from '../state/flags';
import type {ServeState} from '../state/serveState';
import type {CallServer, Reply} from '../wire/jobServer';
import type {Intake} from './takeRequest';

/** How a poll went. */
export type PollOutcome = {readonly kind: 'ok'} | FailedPoll;

/** Why a call failed; `denied`: the server does not accept the credentials, which only an operator can fix. */
export interface FailedPoll {
  readonly kind: 'failed';
  readonly why: string;
  readonly denied: boolean;
}

/** What speaks to a job server. */
export interface Front {
  /** Asks for work and reports all jobs, once. */
  poll(signal: AbortSignal): Promise<PollOutcome>;
  /** Reports all jobs, without asking for work. */
  report(signal: AbortSignal): Promise<PollOutcome>;
}

/** What a front needs. */
export interface FrontOptions {
  readonly config: ServeConfig;
  readonly state: ServeState;
  readonly intake: Intake;
  readonly call: CallServer;
  readonly secrets: Secrets;
  readonly log: ServeLog;
  readonly flags: () => readonly Flag[];
  /** The jobs of a request wait until they have been reported to the server, or that failed. */
  readonly hold: (requestId: string) => void;
  /** Lets all of them go; jobs may have been made or cancelled. */
  readonly release: () => Promise<void>;
}

/** What each protocol does in its own way. */
export interface Dialect {
  /** What the server asks for, oldest first: so an earlier one's jobs serve a later one. */
  list(signal: AbortSignal): Promise<Result<readonly ServedRequest[], FailedPoll>>;
  /** Takes one of them, new or known; rejects where that must be tried again with a later poll. */
  take(request: ServedRequest, signal: AbortSignal): Promise<void>;
  report(signal: AbortSignal): Promise<PollOutcome>;
}

/** A front that speaks so. What can't be taken costs no other request. */
export function createFront(
  {log, release}: Pick<FrontOptions, 'log' | 'release'>,
  dialect: Dialect,
): Front {
  return {
    report: (signal) => dialect.report(signal),
    async poll(signal) {
      const listed = await dialect.list(signal);
      if (!listed.ok) return listed.error;
      for (const request of listed.value) {
        if (signal.aborted) break;
        try {
          await dialect.take(request, signal);
        } catch (error) {
          log.warning('request-fault', {requestId: request.id, ...errorFacts(error)});
        }
      }
      const reported = await dialect.report(signal);
      await release();
      return reported;
    },
  };
}

/** What a call that was not answered well makes of the poll it belongs to. */
export function failedPoll(reply: Exclude<Reply, {readonly kind: 'ok'}>): FailedPoll {
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
