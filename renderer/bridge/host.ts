import type {HostApi} from '../../shared/ipc/contract';

declare global {
  interface Window {
    /** Put there by the preload; absent in a plain browser. */
    readonly studyDesk?: HostApi;
  }
}

/** The host behind this window; tests and the browser preview give a fake one instead. */
export function hostOfWindow(): HostApi {
  const host = window.studyDesk;
  if (host === undefined) throw new Error('The window was opened without its host.');
  return host;
}
