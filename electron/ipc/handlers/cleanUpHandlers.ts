import type {cleanUpRequests} from '../../../shared/contract/cleanUpRequests';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** What earlier runs of the window's study have left. */
export function cleanUpHandlers(context: HandlerContext): Handlers<keyof typeof cleanUpRequests> {
  return {
    'cleanup:preview': (windowId) => withStudy(context, windowId, ({cleanUp}) => cleanUp.preview()),
    'cleanup:remove': (windowId, {leftovers}) =>
      withStudy(context, windowId, ({cleanUp}) => cleanUp.remove(leftovers)),
  };
}
