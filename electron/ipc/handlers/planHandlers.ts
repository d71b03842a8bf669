import type {planRequests} from '../../../shared/contract/planRequests';
import {withStudy, type HandlerContext, type Handlers} from '../handler';
import {createSampleExecutor} from '../sampleExecutor';

/** What a run would do, before it does it. */
export function planHandlers(context: HandlerContext): Handlers<keyof typeof planRequests> {
  const sample = createSampleExecutor(context.core);
  return {
    'plan:prepare': (windowId, {request, options}) =>
      withStudy(context, windowId, async (study) =>
        study.plan.prepare(request, await sample.optionsFor(study, options)),
      ),
    'plan:overrides': (windowId) => withStudy(context, windowId, ({plan}) => plan.overrides()),
    'plan:save-override': (windowId, {action, override}) =>
      withStudy(context, windowId, ({plan}) => plan.saveOverride(action, override)),
  };
}
