import type {viewRequests} from '../../../shared/contract/viewRequests';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** View choices, kept with the study. */
export function viewHandlers(context: HandlerContext): Handlers<keyof typeof viewRequests> {
  return {
    'view:load': (windowId) => withStudy(context, windowId, ({view}) => view.load()),
    'view:save': (windowId, {json}) => withStudy(context, windowId, ({view}) => view.save(json)),
  };
}
