import type {Handlers} from '../handler';
import type {HandlerContext} from '../registerHandlers';
import {withStudy} from '../withStudy';

type RunRequests =
  | 'plan:preview'
  | 'run:preflight'
  | 'run:start'
  | 'run:cancel'
  | 'run:list'
  | 'run:overrides'
  | 'run:save-override';

/** Planning, starting and stopping runs, and their history. */
export function runHandlers({sessions}: HandlerContext): Handlers<RunRequests> {
  return {
    'plan:preview': async (windowId, {request}) =>
      withStudy(sessions, windowId, (study) => study.planPreview(request)),
    'run:preflight': async (windowId, {request, options}) =>
      withStudy(sessions, windowId, (study) => study.preflight(request, options)),
    'run:start': async (windowId, {request, options}) =>
      withStudy(sessions, windowId, (study) => study.startRun(request, options)),
    'run:cancel': async (windowId, {runId, action}) =>
      withStudy(sessions, windowId, (study) => study.cancel(runId, action)),
    'run:list': async (windowId, {limit}) =>
      withStudy(sessions, windowId, (study) => study.runs(limit)),
    'run:overrides': async (windowId) =>
      withStudy(sessions, windowId, (study) => study.overrides()),
    'run:save-override': async (windowId, {action, override}) =>
      withStudy(sessions, windowId, (study) => study.saveOverride(action, override)),
  };
}
