import type {RequestAnswer, RequestArg, RequestName} from '../../shared/ipc/contract';

/** Handlers of some requests; which window asks comes first, then the decoded argument. */
export type Handlers<N extends RequestName> = {
  readonly [K in N]: (windowId: number, arg: RequestArg<K>) => RequestAnswer<K>;
};
