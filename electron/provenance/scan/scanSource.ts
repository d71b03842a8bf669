import type {SourceFacts} from './sourceFacts';
import {type SourceLanguage, type SourceToken, sourceTokens} from './sourceTokens';
import {type Argument, argumentsOf, closingBracket, parametersAt, statementFrom} from './tokenTree';
/** How a language reads, writes and lists files; names without the package before them. */
export interface SourceWords {
  readonly language: SourceLanguage;
  readonly reads: RegExp;
  readonly writes: RegExp;
  readonly lists: RegExp;
  /** Calls that put texts or paths together. */
  readonly builds: RegExp;
  /** Calls that run code made at run time. */
  readonly dynamic: RegExp;
  /** Names that an argument holding the path may have. */
  readonly pathArguments: RegExp;
}

const ASSIGNING = new Set(['<-', '<<-', '=']);

/** A function can be given anything that its callers put together, whatever else has that name. */
const PARAMETER: SourceToken = {kind: 'word', value: ' parameter'};
const COMMA: SourceToken = {kind: 'mark', value: ','};

/** Collects what an R or Python source says about files. */
export function scanSource(source: string, words: SourceWords): SourceFacts {
  const tokens = sourceTokens(source, words.language);
  const texts: string[] = [];
  const reads: (readonly SourceToken[])[] = [];
  const folders: (readonly SourceToken[])[] = [];
  const built: (readonly SourceToken[])[] = [];
  const assigned = new Map<string, (readonly SourceToken[])[]>();
  const functions = new Set<string>();
  let uncertain = false;
  // arguments of a call that writes or lists: paths there are not read as they stand
  let passedUntil = -1;

  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    const next = tokens[at + 1];
    if (token === undefined) break;
    if (token.kind === 'text') {
      if (at > passedUntil) texts.push(token.value);
      if (at > passedUntil && token.value.includes('*')) built.push([token]);
      continue;
    }
    if (words.language === 'python' && at > passedUntil && isComposing(token)) {
      const composed = composedAt(tokens, at);
      if (composed !== null) built.push(composed);
    }
    for (const name of parametersAt(tokens, at))
      assigned.set(name, [...(assigned.get(name) ?? []), [PARAMETER]]);
    if (token.kind !== 'word') continue;
    if (token.value === 'def' && next?.kind === 'word') functions.add(next.value);
    if (token.value === 'for') {
      const loop = loopAt(tokens, at);
      // Python takes a text apart by letters
      const letters = words.language === 'python' && loop.over.every(({kind}) => kind === 'text');
      const over = letters ? [PARAMETER] : loop.over;
      for (const name of loop.names) assigned.set(name, [...(assigned.get(name) ?? []), over]);
    }
    if (next?.kind === 'mark' && ASSIGNING.has(next.value)) {
      const right = statementFrom(tokens, at + 2);
      assigned.set(token.value, [...(assigned.get(token.value) ?? []), right]);
      if (right[0]?.value === 'function' || right[0]?.value === '\\') functions.add(token.value);
    }
    if (next?.value !== '(') continue;
    const close = closingBracket(tokens, at + 1);
    // through a pipe comes what stands before it: x %>% file.path("a.csv")
    const piped = isPipe(tokens, at) ? [PARAMETER, COMMA] : [];
    const given = argumentsOf([...piped, ...tokens.slice(at + 2, close)]);
    if (words.writes.test(token.value) || opensForWriting(token.value, given)) {
      passedUntil = Math.max(passedUntil, close);
    } else if (words.dynamic.test(token.value)) {
      if (given.some((argument) => argument.tokens.some((each) => each.kind !== 'text')))
        uncertain = true;
    } else if (words.lists.test(token.value)) {
      folders.push(listedFolder(tokens, at, pathArgument(given, words)?.tokens ?? []));
      passedUntil = Math.max(passedUntil, close);
    } else if (words.reads.test(token.value)) {
      const path = pathArgument(given, words);
      const receiver = tokens[at - 1]?.value === '.' ? receiverOf(tokens, at - 1) : [];
      if (path !== null) reads.push(path.tokens);
      // `path.open()` and `path.read_text()`; elsewhere the path comes through a pipe
      if (path === null || isMode(path)) reads.push(receiver);
    } else if (words.builds.test(token.value) && at > passedUntil) {
      built.push([token, next, ...piped, ...tokens.slice(at + 2, close + 1)]);
    }
  }
  return {
    texts,
    reads,
    folders,
    built,
    assigned,
    functions,
    modules: [],
    patterns: [],
    uncertain,
  };
}

function pathArgument(given: readonly Argument[], words: SourceWords): Argument | null {
  return (
    given.find(({name}) => name !== null && words.pathArguments.test(name)) ??
    given.find(({name}) => name === null) ??
    null
  );
}

/** The call at `at`, with its package perhaps before it, is what a pipe leads to. */
function isPipe(tokens: readonly SourceToken[], at: number): boolean {
  const from = /^:::?$/.test(tokens[at - 1]?.value ?? '') ? at - 2 : at;
  const before = tokens.slice(Math.max(0, from - 2), from).filter(({kind}) => kind !== 'newline');
  return /^(\|>|%(<|T|\$)?>%)$/.test(before.at(-1)?.value ?? '');
}

/** `open("rb")`, called on a path. */
function isMode(argument: Argument): boolean {
  const [only, ...others] = argument.tokens;
  return others.length === 0 && only?.kind === 'text' && /^[rbtU+]{1,3}$/.test(only.value);
}

/** An operator that puts a text and something else together: `folder / "a.csv"`, `"data/" + name`. */
function isComposing({kind, value}: SourceToken): boolean {
  return kind === 'mark' && ['/', '+', '%'].includes(value);
}

/** What is put together by the operator at `at` and those that follow it; null for one that follows. */
function composedAt(tokens: readonly SourceToken[], at: number): readonly SourceToken[] | null {
  const left = receiverOf(tokens, at);
  const before = tokens[at - left.length - 1];
  if (before !== undefined && isComposing(before)) return null;
  let end = at + 1;
  for (let depth = 0; end < tokens.length; end += 1) {
    const {kind, value = ''} = tokens[end] ?? {};
    if (kind === 'newline') break;
    if (kind !== 'mark') continue;
    if (['(', '[', '{'].includes(value)) depth += 1;
    if ([')', ']', '}'].includes(value)) depth -= 1;
    if (depth < 0 || (depth === 0 && [',', ':', '='].includes(value))) break;
  }
  return [...left, ...tokens.slice(at, end)];
}

/** `open(path, "w")` and the like. */
function opensForWriting(name: string, given: readonly Argument[]): boolean {
  if (!/^(open|file|gzfile)$/.test(name)) return false;
  const mode =
    given.filter((argument) => argument.name === null).at(1) ??
    given.find((a) => a.name === 'mode' || a.name === 'open');
  const text = mode?.tokens[0];
  return text?.kind === 'text' && /^[rbt]*[wax]/.test(text.value);
}

/** Folders of modules, on which `.glob(…)` and the like are plain functions. */
const LISTING_MODULES = new Set(['glob', 'os', 'fs', 'path']);

/** The folder a call lists: its argument, below what stands before it (`folder.glob("*.csv")`). */
function listedFolder(
  tokens: readonly SourceToken[],
  at: number,
  argument: readonly SourceToken[],
): readonly SourceToken[] {
  if (tokens[at - 1]?.value !== '.') return argument;
  const receiver = receiverOf(tokens, at - 1);
  if (receiver.length === 1 && LISTING_MODULES.has(receiver[0]?.value ?? '')) return argument;
  if (argument.length === 0) return receiver;
  return [...receiver, {kind: 'mark', value: '/'}, ...argument];
}

/** Words that can stand before a bracket without calling anything. */
const KEYWORDS = new Set([
  'with',
  'in',
  'return',
  'if',
  'elif',
  'and',
  'or',
  'not',
  'yield',
  'await',
  'assert',
  'else',
  'lambda',
]);

/** The names, points and brackets that end before the point at `end`. */
function receiverOf(tokens: readonly SourceToken[], end: number): readonly SourceToken[] {
  let from = end;
  while (from > 0) {
    const before = tokens[from - 1];
    if (before?.kind === 'mark' && [')', ']'].includes(before.value)) {
      let depth = 0;
      for (from -= 1; from >= 0; from -= 1) {
        const {value = ''} = tokens[from] ?? {};
        if ([')', ']', '}'].includes(value)) depth += 1;
        if (['(', '[', '{'].includes(value)) depth -= 1;
        if (depth === 0) break;
      }
    } else if (before?.kind === 'word' && KEYWORDS.has(before.value)) {
      break;
    } else if (before?.kind === 'word' || before?.kind === 'text') {
      from -= 1;
      const chained =
        tokens[from - 1]?.value === '.' || ['(', '['].includes(tokens[from]?.value ?? '');
      if (!chained) return tokens.slice(from, end);
    } else if (before?.value === '.') from -= 1;
    else break;
  }
  return tokens.slice(Math.max(0, from), end);
}

/** Tokens between `for` and `in` that are looked through. */
const MOST_LOOP_NAMES = 13;

/** `for (name in over)` and `for name, other in over:`. */
function loopAt(
  tokens: readonly SourceToken[],
  at: number,
): {readonly names: readonly string[]; readonly over: readonly SourceToken[]} {
  const offset = tokens.slice(at, at + MOST_LOOP_NAMES).findIndex(({value}) => value === 'in');
  if (offset < 0) return {names: [], over: []};
  const inAt = at + offset;
  const names = tokens
    .slice(at + 1, inAt)
    .filter((token) => token.kind === 'word')
    .map((token) => token.value);
  const rest = statementFrom(tokens, inAt + 1);
  const end = rest.findIndex((token, index) => endsLoopHead(rest, token, index));
  return {names, over: end < 0 ? rest : rest.slice(0, end)};
}

/** A colon, or `if` or `for` of a comprehension, outside brackets. */
function endsLoopHead(rest: readonly SourceToken[], token: SourceToken, index: number): boolean {
  if (![':', 'if', 'for'].includes(token.value) || token.kind === 'text') return false;
  let depth = 0;
  for (const {value} of rest.slice(0, index)) {
    if (['(', '[', '{'].includes(value)) depth += 1;
    if ([')', ']', '}'].includes(value)) depth -= 1;
  }
  return depth === 0;
}
