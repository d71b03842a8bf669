import type {EntryOf, RequestAnswer, RequestArg, RequestName} from '../../shared/contract/contract';
import type {Core} from '../core/core';
import type {Study} from '../core/study';
import {applicationAnswers} from './answers/applicationAnswers';
import {computerAnswers} from './answers/computerAnswers';
import {fileAnswers} from './answers/fileAnswers';
import {studyAnswers} from './answers/studyAnswers';
import type {Desktop} from './desktop';
import type {JobQueueDesk} from './jobQueueDesk';
import type {StudySessions} from './studySessions';

/** What the window's own answers work with. */
export interface WindowContext {
  /** The core; loaded at the first request that needs it, so that the first paint waits for nothing. */
  readonly core: () => Promise<Core>;
  readonly desktop: Desktop;
  readonly sessions: StudySessions;
  readonly jobQueue: JobQueueDesk;
}

/** The window that asks, with the study that is open in it. */
export interface Caller<S extends Study | null> {
  readonly windowId: number;
  readonly study: S;
}

/** Answers to some requests. */
export type Answers<N extends RequestName> = {
  readonly [K in N]: (
    caller: Caller<EntryOf<K> extends {readonly by: 'app'} ? Study | null : Study>,
    arg: RequestArg<K>,
  ) => RequestAnswer<K>;
};

type OfWindow<N extends RequestName> = N extends RequestName
  ? EntryOf<N> extends {readonly by: 'study'}
    ? never
    : N
  : never;

/** Requests of a facet that no facet of a study answers. */
export type WindowRequests<Facet extends string = string> = Extract<
  OfWindow<RequestName>,
  `${Facet}:${string}`
>;

/** Answers every request that needs more than the open study; the compiler refuses one without its answer. */
export function windowAnswers(context: WindowContext): Answers<WindowRequests> {
  return {
    ...applicationAnswers(context),
    ...computerAnswers(context),
    ...fileAnswers(context),
    ...studyAnswers(context),
  };
}
