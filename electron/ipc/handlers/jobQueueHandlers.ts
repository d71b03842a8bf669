import type {jobQueueRequests} from '../../../shared/contract/jobQueueRequests';
import type {HandlerContext, Handlers} from '../handler';

/** This computer as the runner of a job server's queue. */
export function jobQueueHandlers({
  jobQueue,
}: HandlerContext): Handlers<keyof typeof jobQueueRequests> {
  return {
    'serve:state': async () => jobQueue.state(),
    'serve:set-up': async (windowId) => jobQueue.setUp(windowId),
    'serve:turn-off': async () => jobQueue.turnOff(),
    'serve:start': async () => jobQueue.start(),
    'serve:stop': async () => jobQueue.stop(),
  };
}
