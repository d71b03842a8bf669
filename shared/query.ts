export {evaluateQuery} from './query/evaluateQuery';
export type {QueryContext} from './query/evaluateQuery';
export {parseQuery} from './query/parseQuery';
export type {Query, QueryError, QueryField} from './query/parseQuery';
export {suggestQuery} from './query/suggestQuery';
export type {QuerySuggestion} from './query/suggestQuery';
