import type {SourceToken} from './sourceTokens';

const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);

/** Index of the bracket that closes the one at `open`; the end where none does. */
export function closingBracket(tokens: readonly SourceToken[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== 'mark') continue;
    if (OPENING.has(token.value)) depth += 1;
    if (CLOSING.has(token.value)) depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}

/** Parts between the given marks outside brackets; line ends inside are dropped. */
export function splitAt(
  tokens: readonly SourceToken[],
  marks: readonly string[],
): readonly (readonly SourceToken[])[] {
  const parts: SourceToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'newline') continue;
    if (token.kind === 'mark') {
      if (OPENING.has(token.value)) depth += 1;
      if (CLOSING.has(token.value)) depth -= 1;
      if (depth === 0 && marks.includes(token.value)) {
        parts.push([]);
        continue;
      }
    }
    parts.at(-1)?.push(token);
  }
  return parts;
}

/** An argument of a call. */
export interface Argument {
  readonly name: string | null;
  readonly tokens: readonly SourceToken[];
}

/** The arguments between a call's brackets. */
export function argumentsOf(inner: readonly SourceToken[]): readonly Argument[] {
  return splitAt(inner, [','])
    .filter((part) => part.length > 0)
    .map((part) => {
      const [first, second, ...rest] = part;
      const named = (first?.kind === 'word' || first?.kind === 'text') && second?.value === '=';
      return named ? {name: first.value, tokens: rest} : {name: null, tokens: part};
    });
}

/** The names of the parameters of the function that is defined at `at`, if one is. */
export function parametersAt(tokens: readonly SourceToken[], at: number): readonly string[] {
  const word = tokens[at]?.value ?? '';
  const from = word === 'def' ? at + 2 : at + 1;
  let inner: readonly SourceToken[] = [];
  if (word === 'lambda') {
    const rest = tokens.slice(from);
    inner = rest.slice(
      0,
      Math.max(
        0,
        rest.findIndex(({value}) => value === ':'),
      ),
    );
  } else if (['def', 'function', '\\'].includes(word) && tokens[from]?.value === '(') {
    inner = tokens.slice(from + 1, closingBracket(tokens, from));
  }
  return splitAt(inner, [',']).flatMap(([first]) => (first?.kind === 'word' ? [first.value] : []));
}

/** Tokens up to the end of the statement that goes on at `from`. */
export function statementFrom(
  tokens: readonly SourceToken[],
  from: number,
): readonly SourceToken[] {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.kind === 'mark') {
      if (OPENING.has(token.value)) depth += 1;
      if (CLOSING.has(token.value)) depth -= 1;
      if (depth < 0) return tokens.slice(from, at);
    }
    const goesOn = /^(\+|%.*%|\|>|<-|=|,)$/.test(tokens[at - 1]?.value ?? '');
    if (token.kind === 'newline' && depth === 0 && at > from && !goesOn)
      return tokens.slice(from, at);
  }
  return tokens.slice(from);
}
