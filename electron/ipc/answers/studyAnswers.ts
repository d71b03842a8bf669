import {ok} from '../../../shared/result';
import {createSampleExecutor} from '../sampleExecutor';
import type {Answers, WindowContext, WindowRequests} from '../windowAnswers';

/** Which study a window shows, its files in other programs, and where the sample study runs. */
export function studyAnswers({
  core,
  desktop,
  sessions,
}: WindowContext): Answers<WindowRequests<'project' | 'plan'>> {
  const sample = createSampleExecutor(core);
  return {
    'project:open': async ({windowId}, {dir}) => {
      const opened = await sessions.open(windowId, dir);
      if (opened.ok) {
        // the study is shown without waiting for the list to be on disk
        desktop
          .rememberStudy(opened.value.dir)
          .catch((error: unknown) => desktop.logBug('recents', error));
      }
      return opened;
    },
    'project:expect': async (_caller, {dir}) => {
      (await core()).expectStudy(dir);
      return ok(null);
    },
    'project:close': async ({windowId}) => {
      await sessions.close(windowId);
      return ok(null);
    },
    'project:noteUnsaved': async ({windowId}, {unsaved}) => {
      sessions.noteUnsaved(windowId, unsaved);
      return ok(null);
    },
    'project:openInEditor': async ({study}, {path, line}) => {
      const file = await study.project.resolveFile(path);
      return file.ok ? desktop.openInEditor(file.value, line) : file;
    },
    'project:showInFolder': async ({study}, {path}) => {
      const file = await study.project.resolveFile(path);
      return file.ok ? desktop.showInFolder(file.value) : file;
    },
    'plan:prepare': async ({study}, {request, options}) =>
      study.plan.prepare(request, await sample.optionsFor(study, options)),
  };
}
