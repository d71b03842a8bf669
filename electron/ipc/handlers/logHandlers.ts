import {ok} from '../../../shared/result';
import type {Handlers} from '../handler';
import type {HandlerContext} from '../registerHandlers';
import {withStudy} from '../withStudy';

type LogRequests = 'log:read' | 'log:follow';

/** Stored logs, and which job's lines are sent as they come. */
export function logHandlers({sessions}: HandlerContext): Handlers<LogRequests> {
  return {
    'log:read': async (windowId, {jobId, fromSeq, limit}) =>
      withStudy(sessions, windowId, (study) => study.readLog(jobId, fromSeq, limit)),
    'log:follow': async (windowId, {jobId}) => {
      sessions.follow(windowId, jobId);
      return ok(null);
    },
  };
}
