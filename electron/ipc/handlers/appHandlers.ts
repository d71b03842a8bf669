import {ok} from '../../../shared/result';
import type {Handlers} from '../handler';
import type {HandlerContext} from '../registerHandlers';

type AppRequests =
  'app:info' | 'app:open-window' | 'app:copy-report' | 'settings:save' | 'engine:check';

/** The application itself, its settings and the engine. */
export function appHandlers({core, desktop, sessions}: HandlerContext): Handlers<AppRequests> {
  return {
    'app:info': async (windowId) => ok(await desktop.appInfo(windowId)),
    'app:open-window': async (_windowId, {dir}) => desktop.openWindow(dir),
    'app:copy-report': async (windowId, {error}) =>
      desktop.copyReport(error, sessions.studyOf(windowId)?.dir ?? null),
    'settings:save': async (_windowId, {settings}) => desktop.saveSettings(settings),
    'engine:check': async () => ok(await (await core()).checkEngine(desktop.settings().executor)),
  };
}
