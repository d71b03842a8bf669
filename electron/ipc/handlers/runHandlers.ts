import type {Handlers} from '../handler';
import type {HandlerContext} from '../registerHandlers';
import {createSampleExecutor} from '../sampleExecutor';
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
export function runHandlers({core, sessions}: HandlerContext): Handlers<RunRequests> {
  const sample = createSampleExecutor(core);
  return {
    'plan:preview': async (windowId, {request}) =>
      withStudy(sessions, windowId, (study) => study.planPreview(request)),
    'run:preflight': async (windowId, {request, options}) =>
      withStudy(sessions, windowId, async (study) =>
        study.preflight(request, await sample.optionsFor(study, options)),
      ),
    'run:start': async (windowId, {request, options}) =>
      withStudy(sessions, windowId, async (study) =>
        study.startRun(request, await sample.optionsFor(study, options)),
      ),
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
