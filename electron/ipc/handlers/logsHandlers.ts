import type {logRequests} from '../../../shared/contract/logRequests';
import {ok} from '../../../shared/result';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** Stored logs, how they are searched, and which job's lines are sent as they come. */
export function logsHandlers(context: HandlerContext): Handlers<keyof typeof logRequests> {
  return {
    'logs:read': (windowId, {jobId, fromSeq, limit}) =>
      withStudy(context, windowId, ({logs}) => logs.read(jobId, fromSeq, limit)),
    'logs:read-merged': (windowId, {jobIds, fromSeq, limit}) =>
      withStudy(context, windowId, ({logs}) => logs.readMerged(jobIds, fromSeq, limit)),
    'logs:file': (windowId, {action}) =>
      withStudy(context, windowId, ({logs}) => logs.file(action)),
    'logs:line': (windowId, {jobId, seq}) =>
      withStudy(context, windowId, ({logs}) => logs.line(jobId, seq)),
    'logs:save': (windowId, {jobId, suggestedName}) =>
      withStudy(context, windowId, async ({logs}) => {
        const text = await logs.text(jobId);
        if (!text.ok) return text;
        return context.desktop.exportFile(windowId, suggestedName, text.value);
      }),
    'logs:open-in-editor': (windowId, {jobId}) =>
      withStudy(context, windowId, async ({logs}) => {
        const file = await logs.copyForEditor(jobId);
        return file.ok ? context.desktop.openInEditor(file.value, null) : file;
      }),
    'logs:search': (windowId, {searchId, scope, pattern, filter}) =>
      withStudy(context, windowId, ({logs}) => logs.search(searchId, scope, pattern, filter)),
    'logs:prepare-search': (windowId) =>
      withStudy(context, windowId, async ({logs}) => {
        logs.prepareSearch();
        return ok(null);
      }),
    'logs:stop-search': (windowId) =>
      withStudy(context, windowId, async ({logs}) => {
        logs.stopSearch();
        return ok(null);
      }),
    'logs:follow': async (windowId, {jobId}) => {
      context.sessions.follow(windowId, jobId);
      return ok(null);
    },
  };
}
