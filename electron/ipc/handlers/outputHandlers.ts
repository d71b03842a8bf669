import {ok} from '../../../shared/result';
import type {Handlers} from '../handler';
import type {HandlerContext} from '../registerHandlers';
import {withStudy} from '../withStudy';

type OutputRequests = 'outputs:list' | 'outputs:read' | 'outputs:preview-clear' | 'outputs:clear';

/** Outputs by tier, their content, and clearing those no longer produced. */
export function outputHandlers({desktop, sessions}: HandlerContext): Handlers<OutputRequests> {
  return {
    'outputs:list': async (windowId) => withStudy(sessions, windowId, (study) => study.outputs()),
    'outputs:read': async (windowId, {path}) =>
      withStudy(sessions, windowId, async (study) => {
        const content = await study.readOutput(path);
        if (!content.ok || content.value.kind !== 'html') return content;
        return ok({kind: 'html', url: desktop.outputAddress(study.dir, path)});
      }),
    'outputs:preview-clear': async (windowId) =>
      withStudy(sessions, windowId, (study) => study.previewClear()),
    'outputs:clear': async (windowId, {paths}) =>
      withStudy(sessions, windowId, (study) => study.clearOutputs(paths)),
  };
}
