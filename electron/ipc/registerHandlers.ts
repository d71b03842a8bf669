import {requests, type RequestName} from '../../shared/contract/contract';
import {answerRequest, type AnyHandler} from './answerRequest';
import type {HandlerContext, Handlers} from './handler';
import {appHandlers} from './handlers/appHandlers';
import {cleanUpHandlers} from './handlers/cleanUpHandlers';
import {doctorHandlers} from './handlers/doctorHandlers';
import {enginesHandlers} from './handlers/enginesHandlers';
import {failuresHandlers} from './handlers/failuresHandlers';
import {imagesHandlers} from './handlers/imagesHandlers';
import {jobQueueHandlers} from './handlers/jobQueueHandlers';
import {logsHandlers} from './handlers/logsHandlers';
import {outputsHandlers} from './handlers/outputsHandlers';
import {planHandlers} from './handlers/planHandlers';
import {projectHandlers} from './handlers/projectHandlers';
import {releaseHandlers} from './handlers/releaseHandlers';
import {provenanceHandlers} from './handlers/provenanceHandlers';
import {runsHandlers} from './handlers/runsHandlers';
import {settingsHandlers} from './handlers/settingsHandlers';
import {shellsHandlers} from './handlers/shellsHandlers';
import {toolsHandlers} from './handlers/toolsHandlers';
import {viewHandlers} from './handlers/viewHandlers';
import type {IpcPort} from './ipcPort';

/** Registers an answer for every request of the contract; the compiler refuses a request without one. */
export function registerHandlers(port: IpcPort, context: HandlerContext): void {
  const handlers: Handlers<RequestName> = {
    ...appHandlers(context),
    ...projectHandlers(context),
    ...planHandlers(context),
    ...runsHandlers(context),
    ...logsHandlers(context),
    ...failuresHandlers(context),
    ...outputsHandlers(context),
    ...provenanceHandlers(context),
    ...releaseHandlers(context),
    ...settingsHandlers(context),
    ...viewHandlers(context),
    ...enginesHandlers(context),
    ...imagesHandlers(context),
    ...cleanUpHandlers(context),
    ...toolsHandlers(context),
    ...doctorHandlers(context),
    ...shellsHandlers(context),
    ...jobQueueHandlers(context),
  };
  for (const name of Object.keys(requests) as readonly RequestName[]) {
    // answerRequest calls a handler only with what the decoder of the same name let through
    const handler = handlers[name] as AnyHandler;
    port.handle(name, (sender, arg) =>
      answerRequest(name, handler, sender, arg, (id, error) => {
        context.desktop.logBug(id, error);
      }),
    );
  }
}
