import type {toolRequests} from '../../../shared/contract/toolRequests';
import type {Study} from '../../core/study';
import type {Desktop} from '../desktop';
import {withStudy, type HandlerContext, type Handlers} from '../handler';

/** JupyterLab and RStudio on the window's study. */
export function toolsHandlers(context: HandlerContext): Handlers<keyof typeof toolRequests> {
  const {desktop} = context;
  return {
    'tools:running': (windowId) => withStudy(context, windowId, ({tools}) => tools.running()),
    'tools:launch': (windowId, {tool}) =>
      withStudy(context, windowId, async (study) => {
        const launched = await study.tools.launch(tool, {});
        if (!launched.ok || !launched.value.answers) return launched;
        const opened = await openTool(study, desktop, launched.value.tool.id);
        return opened.ok ? launched : opened;
      }),
    'tools:open': (windowId, {id}) =>
      withStudy(context, windowId, (study) => openTool(study, desktop, id)),
    'tools:stop': (windowId, {id}) => withStudy(context, windowId, ({tools}) => tools.stop(id)),
  };
}

async function openTool({tools}: Study, desktop: Desktop, id: string) {
  const entrance = await tools.entrance(id);
  return entrance.ok ? desktop.openAddress(entrance.value.address) : entrance;
}
