import type {failureRequests} from '../../../shared/contract/failureRequests';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** Why jobs failed. */
export function failuresHandlers(context: HandlerContext): Handlers<keyof typeof failureRequests> {
  return {
    'failures:why': (windowId, {jobId}) =>
      withStudy(context, windowId, ({failures}) => failures.why(jobId)),
    'failures:causes': (windowId, {runId}) =>
      withStudy(context, windowId, ({failures}) => failures.causes(runId)),
  };
}
