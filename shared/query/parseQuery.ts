import {nearestName} from '../nearestName';
import {type Result, err, ok} from '../result';
import {type QueryToken, queryTokens} from './queryTokens';
import {STATUS_WORDS, tiersOf} from './queryWords';

/** Fields that a query can ask for as `field:value`. */
const QUERY_FIELDS = ['status', 'tier', 'image', 'script', 'output'] as const;

/** A field of a query. */
export type QueryField = (typeof QUERY_FIELDS)[number];

/** A query understood: a tree of conditions on actions. */
export type Query =
  | {readonly kind: 'all'}
  /** Exactly this action. */
  | {readonly kind: 'name'; readonly name: string}
  /** Names with `*` for any run of characters. */
  | {readonly kind: 'glob'; readonly pattern: string}
  /** Names that hold this text, case aside; `quoted` asks for the whole name. */
  | {readonly kind: 'text'; readonly text: string; readonly quoted: boolean}
  | {readonly kind: 'out-of-date'}
  | {readonly kind: 'field'; readonly field: QueryField; readonly value: string}
  | {readonly kind: 'upstream' | 'downstream' | 'not'; readonly of: Query}
  | {readonly kind: 'and' | 'or'; readonly left: Query; readonly right: Query};

/** Why a query can't be understood; the place is in UTF-16 offsets, `to` exclusive. */
export interface QueryError {
  readonly message: string;
  readonly hint: string | null;
  readonly from: number;
  readonly to: number;
}

/**
 * Understands a query: names, `model_*`, `+name` (with everything it needs), `name+` (with
 * everything that needs it), `stale`, `status:` `tier:` `image:` `script:` `output:`, `and` (also a
 * space), `or`, `not`, brackets, quotes. A text or word that is an action's name always means that action.
 */
export function parseQuery(text: string, names: Iterable<string>): Result<Query, QueryError> {
  const known = names instanceof Set ? (names as ReadonlySet<string>) : new Set(names);
  const trimmed = text.trim();
  if (known.has(trimmed)) return ok({kind: 'name', name: trimmed});
  if (trimmed === '') return ok({kind: 'all'});
  const parser = new QueryParser(queryTokens(text, known), known, text.length);
  try {
    return ok(parser.whole());
  } catch (error) {
    if (error instanceof Refusal) return err(error.reason);
    throw error;
  }
}

/** Carries a QueryError out of the descent; never leaves this file. */
class Refusal extends Error {
  constructor(readonly reason: QueryError) {
    super(reason.message);
  }
}

/** Recursive descent: or, then and, then not, then one term. */
class QueryParser {
  private at = 0;

  constructor(
    private readonly tokens: readonly QueryToken[],
    private readonly names: ReadonlySet<string>,
    private readonly end: number,
  ) {}

  whole(): Query {
    const query = this.either();
    const left = this.tokens[this.at];
    if (left !== undefined)
      refuse('This bracket closes nothing.', 'Remove it, or open one before it.', left);
    return query;
  }

  private either(): Query {
    let left = this.both();
    while (this.operator('or')) left = {kind: 'or', left, right: this.both()};
    return left;
  }

  private both(): Query {
    let left = this.negated();
    for (;;) {
      const next = this.tokens[this.at];
      const explicit = this.operator('and');
      if (!explicit && (next === undefined || next.kind === 'close' || isOperator(next, 'or')))
        return left;
      left = {kind: 'and', left, right: this.negated()};
    }
  }

  private negated(): Query {
    const next = this.tokens[this.at];
    const after = this.tokens[this.at + 1];
    const nameOfAction =
      next !== undefined &&
      this.names.has('not') &&
      (after === undefined || after.kind === 'close');
    if (!nameOfAction && this.operator('not')) return {kind: 'not', of: this.negated()};
    return this.term();
  }

  private term(): Query {
    const token = this.tokens[this.at];
    if (token === undefined)
      return refuse('Something is missing here.', 'Type a name or a condition.', {
        from: this.end,
        to: this.end,
      });
    this.at += 1;
    switch (token.kind) {
      case 'open':
        return this.bracket(token);
      case 'close':
        return refuse('A condition is missing before this bracket.', null, token);
      case 'quoted':
        if (!token.closed) refuse('These quotes are not closed.', 'Add the closing quotes.', token);
        return reach(
          this.names.has(token.text)
            ? {kind: 'name', name: token.text}
            : {kind: 'text', text: token.text, quoted: true},
          token.plusBefore,
          token.plusAfter,
        );
      case 'word':
        return reach(this.word(token), token.plusBefore, token.plusAfter);
    }
  }

  private bracket(open: QueryToken): Query {
    const inner = this.either();
    const close = this.tokens[this.at];
    if (close?.kind !== 'close')
      return refuse('This bracket is not closed.', 'Add a closing bracket.', open);
    this.at += 1;
    return reach(inner, open.plusBefore, close.plusAfter);
  }

  private word(token: QueryToken): Query {
    const text = token.text;
    if (this.names.has(text)) return {kind: 'name', name: text};
    if (text === '')
      return refuse(
        'A name is missing beside this `+`.',
        'For example `+name`, or `name+`.',
        token,
      );
    if (/^(and|or|not)$/i.test(text))
      return refuse(`A condition is missing before \`${text}\`.`, null, token);
    if (text.toLowerCase() === 'stale') return {kind: 'out-of-date'};
    const parts = /^([a-z]+):(.*)$/is.exec(text);
    if (parts !== null) return condition(parts[1] ?? '', parts[2] ?? '', token);
    if (text.includes('*')) return {kind: 'glob', pattern: text};
    return {kind: 'text', text, quoted: false};
  }

  private operator(word: 'and' | 'or' | 'not'): boolean {
    const token = this.tokens[this.at];
    if (token === undefined || !isOperator(token, word)) return false;
    this.at += 1;
    return true;
  }
}

function isOperator(token: QueryToken, word: string): boolean {
  return (
    token.kind === 'word' &&
    !token.plusBefore &&
    !token.plusAfter &&
    token.text.toLowerCase() === word
  );
}

function reach(query: Query, upstream: boolean, downstream: boolean): Query {
  if (upstream && downstream)
    return {
      kind: 'or',
      left: {kind: 'upstream', of: query},
      right: {kind: 'downstream', of: query},
    };
  if (upstream) return {kind: 'upstream', of: query};
  return downstream ? {kind: 'downstream', of: query} : query;
}

function condition(name: string, value: string, place: QueryToken): Query {
  const field = QUERY_FIELDS.find((known) => known === name.toLowerCase());
  if (field === undefined) {
    const nearest = nearestName(name, QUERY_FIELDS);
    const hint =
      nearest === null
        ? `There are ${QUERY_FIELDS.map((known) => `${known}:`).join(' ')}. Put quotes around a name with a colon.`
        : `Did you mean \`${nearest}:\`?`;
    return refuse(`There is no condition \`${name}:\`.`, hint, place);
  }
  if (value === '') return refuse(`A value is missing after \`${field}:\`.`, null, place);
  if (field === 'status' && !STATUS_WORDS.has(value.toLowerCase()))
    return refuse(
      `There is no status \`${value}\`.`,
      oneOf(value, [...STATUS_WORDS.keys()]),
      place,
    );
  if (field === 'tier' && tiersOf(value).length === 0)
    return refuse(
      `There is no tier \`${value}\`.`,
      oneOf(value, ['high', 'moderate', 'minimal']),
      place,
    );
  return {kind: 'field', field, value};
}

function oneOf(typed: string, words: readonly string[]): string {
  const nearest = nearestName(typed, words);
  return nearest === null ? `Choose one of ${words.join(', ')}.` : `Did you mean \`${nearest}\`?`;
}

function refuse(
  message: string,
  hint: string | null,
  place: {readonly from: number; readonly to: number},
): never {
  throw new Refusal({message, hint, from: place.from, to: place.to});
}
