import {appError, type AppError} from '../../shared/errors';
import type {RequestAnswer, RequestArg, RequestName} from '../../shared/contract/contract';
import {err, type Result} from '../../shared/result';
import type {Core} from '../core/core';
import type {Study} from '../core/study';
import type {Desktop} from './desktop';
import type {JobQueueDesk} from './jobQueueDesk';
import type {StudySessions} from './studySessions';

/** Handlers of some requests; which window asks comes first, then the decoded argument. */
export type Handlers<N extends RequestName> = {
  readonly [K in N]: (windowId: number, arg: RequestArg<K>) => RequestAnswer<K>;
};

/** What handlers work with. */
export interface HandlerContext {
  /** The core; loaded at the first request that needs it, so that the first paint waits for nothing. */
  readonly core: () => Promise<Core>;
  readonly desktop: Desktop;
  readonly sessions: StudySessions;
  readonly jobQueue: JobQueueDesk;
}

/** Asks the window's study; answers an error where the window shows none. */
export async function withStudy<T>(
  {sessions}: HandlerContext,
  windowId: number,
  ask: (study: Study) => Promise<Result<T, AppError>>,
): Promise<Result<T, AppError>> {
  const study = sessions.studyOf(windowId);
  if (study !== null) return ask(study);
  return err(
    appError('invalid-request', 'No study is open in this window.', {hint: 'Open a study first.'}),
  );
}
