import type {runRequests} from '../../../shared/contract/runRequests';
import {ok} from '../../../shared/result';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** Runs under way, waiting and past. */
export function runsHandlers(context: HandlerContext): Handlers<keyof typeof runRequests> {
  return {
    'runs:start': (windowId, {preparedId}) =>
      withStudy(context, windowId, ({runs}) => runs.start(preparedId)),
    'runs:cancel': (windowId, {runId, action}) =>
      withStudy(context, windowId, ({runs}) => runs.cancel(runId, action)),
    'runs:adjust': (windowId, {runId, share}) =>
      withStudy(context, windowId, ({runs}) => runs.adjust(runId, share)),
    'runs:active': (windowId) => withStudy(context, windowId, async ({runs}) => ok(runs.active())),
    'runs:list': (windowId, {limit}) => withStudy(context, windowId, ({runs}) => runs.list(limit)),
    'runs:queue': (windowId) => withStudy(context, windowId, async ({runs}) => ok(runs.queue())),
    'runs:drop': (windowId, {queuedId}) =>
      withStudy(context, windowId, ({runs}) => runs.drop(queuedId)),
    'runs:move': (windowId, {queuedId, to}) =>
      withStudy(context, windowId, ({runs}) => runs.move(queuedId, to)),
    'runs:unfinished': (windowId) =>
      withStudy(context, windowId, async ({runs}) => ok(runs.unfinished())),
    'runs:take-over': (windowId) => withStudy(context, windowId, ({runs}) => runs.takeOver()),
    'runs:give-up': (windowId, {runId}) =>
      withStudy(context, windowId, ({runs}) => runs.giveUp(runId)),
  };
}
