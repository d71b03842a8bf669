import type {doctorRequests} from '../../../shared/contract/doctorRequests';
import {ok} from '../../../shared/result';
import type {HandlerContext, Handlers} from '../handler';

/** The doctor of the window's study, or of the computer alone. */
export function doctorHandlers({
  core,
  sessions,
}: HandlerContext): Handlers<keyof typeof doctorRequests> {
  const underWay = new Map<number, AbortController>();
  const doctorOf = async (windowId: number) =>
    sessions.studyOf(windowId)?.doctor ?? (await core()).doctor;
  const signalOf = (windowId: number): AbortSignal => {
    const stop = underWay.get(windowId) ?? new AbortController();
    underWay.set(windowId, stop);
    return stop.signal;
  };
  return {
    'doctor:check': async (windowId, {check, ...leave}) => {
      const signal = signalOf(windowId);
      return ok(await (await doctorOf(windowId)).check(check, leave, signal));
    },
    'doctor:stop': async (windowId) => {
      underWay.get(windowId)?.abort();
      underWay.delete(windowId);
      return ok(null);
    },
    'doctor:report': async (windowId, {asksRegistry}) => {
      const signal = signalOf(windowId);
      const leave = {asksRegistry, repairs: false};
      return ok(await (await doctorOf(windowId)).report(leave, signal));
    },
  };
}
