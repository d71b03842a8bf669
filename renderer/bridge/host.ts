import type {CrossingHostApi, HostApi} from '../../shared/contract/contract';
import {crossed} from '../../shared/contract/crossing';
import type {Events} from '../../shared/contract/events';
import {ok} from '../../shared/result';

declare global {
  interface Window {
    /** Put there by the preload; absent in a plain browser. */
    readonly studyDesk?: CrossingHostApi;
  }
}

/** The host behind this window; tests and the browser preview give a fake one instead. */
export function hostOfWindow(): HostApi {
  const host = window.studyDesk;
  if (host === undefined) throw new Error('The window was opened without its host.');
  return {
    request(name, arg) {
      const asked = host
        .request(name, arg)
        .then((answer) => (answer.ok ? ok(crossed(answer.value)) : answer));
      // the host answers each name with the type its contract entry gives
      return asked as never;
    },
    on: (name, listener) =>
      host.on(name, (payload) => {
        // as above, for events
        listener(crossed(payload) as Events[typeof name]);
      }),
    pathOfFile: (file) => host.pathOfFile(file),
  };
}
