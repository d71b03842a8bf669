import type {appRequests} from '../../../shared/contract/appRequests';
import {ok} from '../../../shared/result';
import type {HandlerContext, Handlers} from '../handler';

/** The application itself and its settings. */
export function appHandlers({
  core,
  desktop,
  sessions,
}: HandlerContext): Handlers<keyof typeof appRequests> {
  return {
    'app:info': async (windowId) => {
      const info = await desktop.appInfo(windowId);
      // a page that is loaded anew shows the study that its window has now
      return ok({...info, initialDir: sessions.studyOf(windowId)?.dir ?? info.initialDir});
    },
    'app:open-window': async (_windowId, {dir}) => desktop.openWindow(dir),
    'app:copy-report': async (windowId, {error}) =>
      desktop.copyReport(error, sessions.studyOf(windowId)?.dir ?? null),
    'app:save-settings': async (_windowId, {settings}) => desktop.saveSettings(settings),
    'app:choose-study': async (windowId) => ok(await desktop.chooseStudyFolder(windowId)),
    'app:create-sample': async (windowId) => {
      const target = await desktop.chooseSampleFolder(windowId);
      return target === null ? ok(null) : (await core()).copySample(target);
    },
    'app:forget-recent': async (_windowId, {dir}) => desktop.forgetStudy(dir),
    'app:export': async (windowId, {suggestedName, content}) =>
      desktop.exportFile(windowId, suggestedName, content),
  };
}
