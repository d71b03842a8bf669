import type {shellRequests} from '../../../shared/contract/shellRequests';
import {ok} from '../../../shared/result';
import type {ShellsFacet} from '../../core/shellsFacet';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** Shells in images of the actions of the window's study. */
export function shellsHandlers(context: HandlerContext): Handlers<keyof typeof shellRequests> {
  /** Does what has no answer. */
  const tell = (windowId: number, work: (shells: ShellsFacet) => unknown) =>
    withStudy(context, windowId, async ({shells}) => {
      await work(shells);
      return ok(null);
    });
  return {
    'shells:open': (windowId, {action, size}) =>
      withStudy(context, windowId, ({shells}) => shells.open(action, size)),
    'shells:list': (windowId) =>
      withStudy(context, windowId, async ({shells}) => ok(shells.list())),
    'shells:watch': (windowId, {id}) =>
      withStudy(context, windowId, ({shells}) => shells.watch(id)),
    'shells:unwatch': (windowId, {id}) => tell(windowId, (shells) => shells.unwatch(id)),
    'shells:taken': (windowId, {id, end}) => tell(windowId, (shells) => shells.taken(id, end)),
    'shells:write': (windowId, {id, text}) => tell(windowId, (shells) => shells.write(id, text)),
    'shells:resize': (windowId, {id, size}) => tell(windowId, (shells) => shells.resize(id, size)),
    'shells:close': (windowId, {id}) => tell(windowId, (shells) => shells.close(id)),
  };
}
