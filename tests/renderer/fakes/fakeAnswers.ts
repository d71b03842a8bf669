import type {RequestAnswer, RequestArg, RequestName} from '../../../shared/contract/contract';

/** What a fake host answers of the requests of some facets; all others fail. */
export type FakeAnswers<Facet extends string = string> = {
  readonly [N in Extract<RequestName, `${Facet}:${string}`>]?: (
    arg: RequestArg<N>,
  ) => RequestAnswer<N>;
};
