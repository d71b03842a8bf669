import type {Handlers} from '../handler';
import type {HandlerContext} from '../registerHandlers';
import {withStudy} from '../withStudy';

type ProjectRequests = 'project:preview-fix' | 'project:preview-add' | 'project:apply';

/** Changes to project.yaml: previewed first, then applied to the text they were made for. */
export function projectHandlers({sessions}: HandlerContext): Handlers<ProjectRequests> {
  return {
    'project:preview-fix': async (windowId, {revision, edits}) =>
      withStudy(sessions, windowId, (study) => study.previewFix(revision, edits)),
    'project:preview-add': async (windowId, {revision, action}) =>
      withStudy(sessions, windowId, (study) => study.previewAdd(revision, action)),
    'project:apply': async (windowId, {revision, edits}) =>
      withStudy(sessions, windowId, (study) => study.applyEdits(revision, edits)),
  };
}
