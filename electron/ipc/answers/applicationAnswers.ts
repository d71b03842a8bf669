import {ok} from '../../../shared/result';
import type {Answers, WindowContext, WindowRequests} from '../windowAnswers';

/** The application itself, and this computer as the runner of a job server's queue. */
export function applicationAnswers({
  core,
  desktop,
  jobQueue,
}: WindowContext): Answers<WindowRequests<'app' | 'jobQueue'>> {
  return {
    'app:info': async ({windowId, study}) => {
      const info = await desktop.appInfo(windowId);
      // a page that is loaded anew shows the study that its window has now
      return ok({...info, initialDir: study?.dir ?? info.initialDir});
    },
    'app:openWindow': (_caller, {dir}) => desktop.openWindow(dir),
    'app:copyReport': ({study}, {error}) => desktop.copyReport(error, study?.dir ?? null),
    'app:saveSettings': (_caller, {settings}) => desktop.saveSettings(settings),
    'app:chooseStudy': async ({windowId}) => ok(await desktop.chooseStudyFolder(windowId)),
    'app:createSample': async ({windowId}) => {
      const target = await desktop.chooseSampleFolder(windowId);
      return target === null ? ok(null) : (await core()).copySample(target);
    },
    'app:forgetRecent': (_caller, {dir}) => desktop.forgetStudy(dir),
    'app:export': ({windowId}, {suggestedName, content}) =>
      desktop.exportFile(windowId, suggestedName, content),

    'jobQueue:state': () => jobQueue.state(),
    'jobQueue:setUp': ({windowId}) => jobQueue.setUp(windowId),
    'jobQueue:turnOff': () => jobQueue.turnOff(),
    'jobQueue:start': () => jobQueue.start(),
    'jobQueue:stop': () => jobQueue.stop(),
  };
}
