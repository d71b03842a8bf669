import {shell, type Session, type WebContents} from 'electron';
import {externalAddress, mayFrame, mayNavigate, mayUse, NETWORK_FILTER} from './security';

/** Takes network and permissions from every page of the session. */
export function lockDownSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(mayUse(permission, details.requestingUrl));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) =>
    mayUse(permission, requestingOrigin),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest({urls: [...NETWORK_FILTER]}, (_details, answer) => {
    answer({cancel: true});
  });
  session.on('will-download', (event) => {
    event.preventDefault();
  });
}

/** Keeps a window on its own pages: no navigation, no new windows, known help pages in the user's browser. */
export function lockDownContents(contents: WebContents): void {
  const openOutside = (url: string): void => {
    const address = externalAddress(url);
    if (address !== null) void shell.openExternal(address);
  };
  // scripts of an output could otherwise reach any computer by datagrams, which no policy of a page forbids
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  contents.on('will-navigate', (event, url) => {
    if (mayNavigate(url)) return;
    event.preventDefault();
    openOutside(url);
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame && !mayFrame(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.setWindowOpenHandler(({url}) => {
    openOutside(url);
    return {action: 'deny'};
  });
}
