import {ok} from '../../../shared/result';
import type {settingsRequests} from '../../../shared/contract/settingsRequests';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** What was chosen for the open study alone. */
export function settingsHandlers(context: HandlerContext): Handlers<keyof typeof settingsRequests> {
  return {
    'settings:own': (windowId) =>
      withStudy(context, windowId, async ({settings}) => ok(settings.own())),
    'settings:save-own': (windowId, {settings: chosen}) =>
      withStudy(context, windowId, ({settings}) => settings.saveOwn(chosen)),
  };
}
