import type {projectRequests} from '../../../shared/contract/projectRequests';
import {ok} from '../../../shared/result';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** Opening a study, its project.yaml, and its files in other programs. */
export function projectHandlers(context: HandlerContext): Handlers<keyof typeof projectRequests> {
  const {core, desktop, sessions} = context;
  return {
    'project:open': async (windowId, {dir}) => {
      const opened = await sessions.open(windowId, dir);
      if (opened.ok) {
        // the study is shown without waiting for the list to be on disk
        desktop
          .rememberStudy(opened.value.dir)
          .catch((error: unknown) => desktop.logBug('recents', error));
      }
      return opened;
    },
    'project:expect': async (_windowId, {dir}) => {
      (await core()).expectStudy(dir);
      return ok(null);
    },
    'project:close': async (windowId) => {
      await sessions.close(windowId);
      return ok(null);
    },
    'project:reload': (windowId) =>
      withStudy(context, windowId, async ({project}) => ok(await project.reload())),
    'project:git': (windowId) => withStudy(context, windowId, ({project}) => project.git()),
    'project:preview-fix': (windowId, {revision, edits}) =>
      withStudy(context, windowId, ({project}) => project.previewFix(revision, edits)),
    'project:preview-add': (windowId, {revision, action}) =>
      withStudy(context, windowId, ({project}) => project.previewAdd(revision, action)),
    'project:sample-files': (windowId) =>
      withStudy(context, windowId, ({project}) => project.sampleFiles()),
    'project:add-sample': (windowId) =>
      withStudy(context, windowId, ({project}) => project.addSample()),
    'project:check': (windowId, {text}) =>
      withStudy(context, windowId, ({project}) => project.check(text)),
    'project:note-unsaved': async (windowId, {unsaved}) => {
      sessions.noteUnsaved(windowId, unsaved);
      return ok(null);
    },
    'project:apply': (windowId, {revision, edits}) =>
      withStudy(context, windowId, ({project}) => project.applyEdits(revision, edits)),
    'project:read-code': (windowId, {path}) =>
      withStudy(context, windowId, ({project}) => project.readCode(path)),
    'project:open-in-editor': (windowId, {path, line}) =>
      withStudy(context, windowId, async ({project}) => {
        const file = await project.resolveFile(path);
        return file.ok ? desktop.openInEditor(file.value, line) : file;
      }),
    'project:show-in-folder': (windowId, {path}) =>
      withStudy(context, windowId, async ({project}) => {
        const file = await project.resolveFile(path);
        return file.ok ? desktop.showInFolder(file.value) : file;
      }),
  };
}
