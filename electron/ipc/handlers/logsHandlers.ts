import type {logRequests} from '../../../shared/contract/logRequests';
import {ok} from '../../../shared/result';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** Stored logs, and which job's lines are sent as they come. */
export function logsHandlers(context: HandlerContext): Handlers<keyof typeof logRequests> {
  return {
    'logs:read': (windowId, {jobId, fromSeq, limit}) =>
      withStudy(context, windowId, ({logs}) => logs.read(jobId, fromSeq, limit)),
    'logs:follow': async (windowId, {jobId}) => {
      context.sessions.follow(windowId, jobId);
      return ok(null);
    },
  };
}
