import type {releaseRequests} from '../../../shared/contract/releaseRequests';
import {draftText} from '../../../shared/releaseText';
import {ok} from '../../../shared/result';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** Checks before release, reasons for what they find, and what is written from them. */
export function releaseHandlers(context: HandlerContext): Handlers<keyof typeof releaseRequests> {
  return {
    'release:check': (windowId) => withStudy(context, windowId, ({release}) => release.check(null)),
    'release:stop-check': (windowId) =>
      withStudy(context, windowId, async ({release}) => {
        release.stopCheck();
        return ok(null);
      }),
    'release:waive': (windowId, {reason, ...place}) =>
      withStudy(context, windowId, ({release}) => release.waive(place, reason)),
    'release:unwaive': (windowId, place) =>
      withStudy(context, windowId, ({release}) => release.unwaive(place)),
    'release:draft': (windowId) => withStudy(context, windowId, ({release}) => release.draft()),
    'release:save-draft': (windowId, {draft, format}) =>
      withStudy(context, windowId, async ({release}) => {
        const cleared = await release.clearDraft(draft);
        if (!cleared.ok) return cleared;
        const base = `${fileNameOf(draft.study)}-release-draft`;
        return format === 'json'
          ? context.desktop.exportFile(
              windowId,
              `${base}.json`,
              `${JSON.stringify(cleared.value, null, 2)}\n`,
            )
          : context.desktop.exportFile(windowId, `${base}.md`, draftText(cleared.value));
      }),
    'release:save-report': (windowId) =>
      withStudy(context, windowId, async ({release, project}) => {
        const made = await release.report();
        if (!made.ok) return made;
        const name = `${fileNameOf(project.snapshot().name)}-report.html`;
        return context.desktop.exportFile(windowId, name, made.value.page);
      }),
  };
}

function fileNameOf(study: string): string {
  return study.replace(/[\\/:*?"<>|\0]/g, '-') || 'study';
}
