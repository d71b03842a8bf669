import type {CrossingHostApi, HostApi} from '../../shared/contract/contract';
import {crossed} from '../../shared/contract/crossing';
import type {Events} from '../../shared/contract/events';
import {ok} from '../../shared/result';
import {webHost} from './webHost';

declare global {
  interface Window {
    /** Put there by the preload; absent in a browser. */
    readonly studyDesk?: CrossingHostApi;
  }
}

/** The host behind this window: over IPC what the preload gave, else in a browser over a WebSocket. */
export function hostOfWindow(): HostApi {
  const host = window.studyDesk ?? webHost();
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
