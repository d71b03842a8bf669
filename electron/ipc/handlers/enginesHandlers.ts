import type {engineRequests} from '../../../shared/contract/engineRequests';
import {ok} from '../../../shared/result';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** The engines of this computer, and the one of the window's study. */
export function enginesHandlers(context: HandlerContext): Handlers<keyof typeof engineRequests> {
  const {core, desktop, sessions} = context;
  return {
    'engines:check': async (windowId) => {
      const {executor} = desktop.settings();
      const study = sessions.studyOf(windowId);
      return ok(
        await (study === null
          ? (await core()).checkEngine(executor)
          : study.engines.check(executor)),
      );
    },
    'engines:list': async (windowId) =>
      ok(sessions.studyOf(windowId)?.engines.list() ?? (await core()).listEngines()),
    'engines:probe': async (_windowId, {engine}) => ok(await (await core()).probeEngine(engine)),
    'engines:start': async (_windowId, {engine}) => (await core()).startEngine(engine),
    'engines:choose': (windowId, {engine}) =>
      withStudy(context, windowId, ({engines}) => engines.choose(engine)),
  };
}
