import {draftText} from '../../../shared/releaseText';
import {ok} from '../../../shared/result';
import type {Answers, WindowContext, WindowRequests} from '../windowAnswers';

/** Files of a study that leave the window: into other programs, and to where the user wants them. */
export function fileAnswers({
  desktop,
  sessions,
}: WindowContext): Answers<WindowRequests<'logs' | 'outputs' | 'release'>> {
  return {
    'logs:save': async ({windowId, study}, {jobId, suggestedName}) => {
      const text = await study.logs.text(jobId);
      return text.ok ? desktop.exportFile(windowId, suggestedName, text.value) : text;
    },
    'logs:openInEditor': async ({study}, {jobId}) => {
      const file = await study.logs.copyForEditor(jobId);
      return file.ok ? desktop.openInEditor(file.value, null) : file;
    },
    'logs:follow': async ({windowId}, {jobId}) => {
      sessions.follow(windowId, jobId);
      return ok(null);
    },

    'outputs:read': async ({study}, {path}) => {
      const content = await study.outputs.read(path);
      if (!content.ok || content.value.kind !== 'html') return content;
      return ok({...content.value, url: desktop.outputAddress(study.dir, path, false)});
    },
    'outputs:pageWithScripts': async ({study}, {path}) => {
      const file = await study.outputs.fileOf(path, 'show');
      return file.ok ? ok(desktop.outputAddress(study.dir, path, true)) : file;
    },
    'outputs:openWith': async ({study}, {path}) => {
      const file = await study.outputs.fileOf(path, 'show');
      return file.ok ? desktop.openWithProgram(file.value) : file;
    },
    'outputs:drag': async ({windowId, study}, {path, picture}) => {
      const file = await study.outputs.fileOf(path, 'drag');
      return file.ok ? desktop.dragFile(windowId, file.value, picture) : file;
    },

    'release:saveDraft': async ({windowId, study}, {draft, format}) => {
      const cleared = await study.release.clearDraft(draft);
      if (!cleared.ok) return cleared;
      const base = `${fileNameOf(draft.study)}-release-draft`;
      return format === 'json'
        ? desktop.exportFile(
            windowId,
            `${base}.json`,
            `${JSON.stringify(cleared.value, null, 2)}\n`,
          )
        : desktop.exportFile(windowId, `${base}.md`, draftText(cleared.value));
    },
    'release:saveReport': async ({windowId, study}) => {
      const made = await study.release.report();
      if (!made.ok) return made;
      const name = `${fileNameOf(study.project.snapshot().name)}-report.html`;
      return desktop.exportFile(windowId, name, made.value.page);
    },
  };
}

function fileNameOf(study: string): string {
  return study.replace(/[\\/:*?"<>|\0]/g, '-') || 'study';
}
