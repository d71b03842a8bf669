import {ok} from '../../../shared/result';
import type {Handlers} from '../handler';
import type {HandlerContext} from '../registerHandlers';
import {withStudy} from '../withStudy';

type StudyRequests =
  | 'study:choose'
  | 'study:create-sample'
  | 'study:open'
  | 'study:close'
  | 'study:reload'
  | 'study:statuses'
  | 'study:git'
  | 'study:forget-recent'
  | 'study:load-view'
  | 'study:save-view'
  | 'study:open-in-editor'
  | 'study:show-in-folder'
  | 'study:export';

/** Opening a study, its state, and its files in other programs. */
export function studyHandlers({core, desktop, sessions}: HandlerContext): Handlers<StudyRequests> {
  return {
    'study:choose': async (windowId) => ok(await desktop.chooseStudyFolder(windowId)),
    'study:create-sample': async (windowId) => {
      const target = await desktop.chooseSampleFolder(windowId);
      return target === null ? ok(null) : (await core()).copySample(target);
    },
    'study:open': async (windowId, {dir}) => {
      const opened = await sessions.open(windowId, dir);
      if (opened.ok) {
        // the study is shown without waiting for the list to be on disk
        desktop
          .rememberStudy(opened.value.dir)
          .catch((error: unknown) => desktop.logBug('recents', error));
      }
      return opened;
    },
    'study:close': async (windowId) => {
      await sessions.close(windowId);
      return ok(null);
    },
    'study:reload': async (windowId) =>
      withStudy(sessions, windowId, async (study) => ok(await study.reload())),
    'study:statuses': async (windowId) =>
      withStudy(sessions, windowId, (study) => study.statuses()),
    'study:git': async (windowId) => withStudy(sessions, windowId, (study) => study.git()),
    'study:forget-recent': async (_windowId, {dir}) => desktop.forgetStudy(dir),
    'study:load-view': async (windowId) =>
      withStudy(sessions, windowId, (study) => study.loadView()),
    'study:save-view': async (windowId, {json}) =>
      withStudy(sessions, windowId, (study) => study.saveView(json)),
    'study:open-in-editor': async (windowId, {path, line}) =>
      withStudy(sessions, windowId, async (study) => {
        const file = await study.resolveFile(path);
        return file.ok ? desktop.openInEditor(file.value, line) : file;
      }),
    'study:show-in-folder': async (windowId, {path}) =>
      withStudy(sessions, windowId, async (study) => {
        const file = await study.resolveFile(path);
        return file.ok ? desktop.showInFolder(file.value) : file;
      }),
    'study:export': async (windowId, {suggestedName, content}) =>
      desktop.exportFile(windowId, suggestedName, content),
  };
}
