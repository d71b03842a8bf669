import {type SourceToken, withHoles} from './sourceTokens';
import {argumentsOf, closingBracket, splitAt} from './tokenTree';

/**
 * What an expression may be as a path: texts with `*` for parts not known. `from` says where a
 * part came from that is not known at all: the run line's arguments, elsewhere in the sources, or anywhere.
 */
export interface PathValue {
  readonly patterns: readonly string[];
  readonly from: 'known' | 'arguments' | 'sources' | 'anywhere';
}

/** Where names and functions are looked up, over all sources of an action. */
export interface Names {
  /** Values worked out before; a name that is being worked out stands for itself as unknown. */
  readonly values: Map<string, PathValue>;
  readonly assigned: (name: string) => readonly (readonly SourceToken[])[];
  readonly isFunction: (name: string) => boolean;
}

const MOST_PATTERNS = 64;
const DEEPEST = 12;
const ANYWHERE: PathValue = {patterns: ['*'], from: 'anywhere'};
const SOURCES: PathValue = {patterns: ['*'], from: 'sources'};
const NOTHING: PathValue = {patterns: [], from: 'known'};

/** Calls that glue their arguments together. */
const GLUES = /^(paste0|str_c|glue|str_glue|str|as\.character|toString|Sys\.glob|noquote)$/;
/** Calls that join their arguments with `/`. */
const JOINS =
  /^(file\.path|here|join|Path|PurePath|PosixPath|joinpath|path|path_join|normalizePath|path\.expand|abspath|realpath|file|gzfile|bzfile|xzfile|fspath)$/;
const UNIONS = /^(c|list|vector|as\.list|tuple|sorted|rev|unique|unlist|dict|set)$/;
const FROM_ARGUMENTS =
  /^(commandArgs|parse_args|parse_known_args|argv|OptionParser|docopt|arg_parser)$/;
const NOT_OF_THE_STUDY =
  /^(system\.file|tempfile|tempdir|textConnection|stdin|url|StringIO|BytesIO|NamedTemporaryFile|resources)$/;
const FROM_FILES =
  /^(read_.*|read\..*|readRDS|readLines|fromJSON|load|loads|safe_load|yaml\.load_file|fread|read_json|reader|DictReader|list\.files|list\.dirs|dir_ls|glob|iglob|rglob|listdir|iterdir|walk|scandir|get|items|keys|values|split|strsplit|map|lapply|sapply|seq_along|names|Filter|grep|enumerate|zip|basename|dirname|sub|gsub|str_replace|str_replace_all|replace|lower|upper|tolower|toupper|strip|trimws|format|as_posix|with_suffix|with_name|relative_to|resolve|absolute|parent|stem|next)$/;

/** Works an expression out as far as paths go. */
export function pathValue(tokens: readonly SourceToken[], names: Names, depth = 0): PathValue {
  const parts = tokens.filter((token) => token.kind !== 'newline');
  if (parts.length === 0) return NOTHING;
  if (depth > DEEPEST) return SOURCES;
  const inner = (part: readonly SourceToken[]): PathValue => pathValue(part, names, depth + 1);

  const glued = splitAt(parts, ['+']);
  if (glued.length > 1) return combine(glued.map(inner), '');
  const joined = splitAt(parts, ['/']);
  if (joined.length > 1) return combine(joined.map(inner), '/');
  const percent = splitAt(parts, ['%']);
  if (percent.length > 1) return fillIn(inner(percent[0] ?? []), /%[-+ 0-9.]*[a-z]/g);
  const either = splitAt(parts, [',']);
  if (either.length > 1) return union(either.map((part) => inner(withoutName(part))));
  return term(parts, names, depth);
}

function term(parts: readonly SourceToken[], names: Names, depth: number): PathValue {
  const [first, second] = parts;
  const inner = (part: readonly SourceToken[]): PathValue => pathValue(part, names, depth + 1);
  if (first === undefined) return NOTHING;
  if (first.kind === 'text') {
    if (parts.every((part) => part.kind === 'text'))
      return {patterns: [parts.map((part) => part.value).join('')], from: 'known'};
    const method = second?.value === '.' ? parts[2]?.value : undefined;
    if (method === 'format') return {patterns: [withHoles(first.value)], from: 'known'};
    return method === 'join' ? ANYWHERE : SOURCES;
  }
  if (first.kind === 'mark') {
    if (!['(', '[', '{'].includes(first.value)) return {patterns: ['*'], from: 'known'};
    const close = closingBracket(parts, 0);
    return afterwards(inner(withoutName(parts.slice(1, close))), parts.slice(close + 1));
  }
  // pkg::name and module.name: the last name before a bracket or the end of the chain decides
  let at = 0;
  while (['::', ':::'].includes(parts[at + 1]?.value ?? '')) at += 2;
  const opened = parts.findIndex((part, index) => index >= at && part.value === '(');
  const chain = parts.slice(at, opened < 0 ? undefined : opened);
  const plainChain = chain.every((part) => part.kind === 'word' || part.value === '.');
  if (opened > 0 && plainChain && chain.length > 0) {
    const close = closingBracket(parts, opened);
    const name = chain.at(-1)?.value ?? '';
    const given = argumentsOf(parts.slice(opened + 1, close));
    const base = chain[0]?.value ?? '';
    const value = callValue(
      name,
      given.map((argument) => ({...argument, value: inner(argument.tokens)})),
      names,
      chain.length > 1 ? base : null,
      depth,
    );
    return afterwards(value, parts.slice(close + 1));
  }
  return nameValue(first.value, parts, names, depth);
}

interface Given {
  readonly name: string | null;
  readonly value: PathValue;
}

function callValue(
  name: string,
  given: readonly Given[],
  names: Names,
  receiver: string | null,
  depth: number,
): PathValue {
  const plain = given.filter((argument) => argument.name === null).map(({value}) => value);
  const named = (wanted: string): PathValue | undefined =>
    given.find((argument) => argument.name === wanted)?.value;
  if (FROM_ARGUMENTS.test(name)) return {patterns: ['*'], from: 'arguments'};
  if (NOT_OF_THE_STUDY.test(name)) return NOTHING;
  if (name === 'paste') {
    const separator = named('sep')?.patterns[0] ?? ' ';
    return combine(plain, separator === '*' ? '/' : separator);
  }
  if (name === 'sprintf') return fillIn(plain[0] ?? SOURCES, /%[-+ 0-9.$]*[a-z]/g);
  if (/^(glue|str_glue)$/.test(name)) {
    const glued = combine(plain, '');
    return {...glued, patterns: glued.patterns.map(withHoles)};
  }
  if (GLUES.test(name)) return combine(plain, named('sep')?.patterns[0] ?? '');
  if (JOINS.test(name)) {
    const joined = combine(plain.length > 0 ? plain : given.map(({value}) => value), '/');
    const ending = name === 'path' ? named('ext') : undefined;
    return ending === undefined ? joined : combine([joined, ending], '.');
  }
  if (UNIONS.test(name)) return union(given.map(({value}) => value));
  if (name === 'ifelse' || name === 'if_else') return union(plain.slice(1));
  if (receiver !== null && FROM_FILES.test(name)) return nameValue(receiver, [], names, depth);
  if (FROM_FILES.test(name) || names.isFunction(name)) return SOURCES;
  return ANYWHERE;
}

function nameValue(
  name: string,
  parts: readonly SourceToken[],
  names: Names,
  depth: number,
): PathValue {
  if (name === '__file__') return {patterns: ['*'], from: 'known'};
  if (name === 'argv' || parts.some((part) => part.value === 'argv'))
    return {patterns: ['*'], from: 'arguments'};
  if (parts.some((part) => part.value === 'environ')) return ANYWHERE;
  const known = names.values.get(name);
  if (known !== undefined) return known;
  const rights = names.assigned(name);
  if (rights.length === 0) return SOURCES;
  names.values.set(name, SOURCES);
  const value = union(rights.map((right) => pathValue(right, names, depth + 1)));
  names.values.set(name, value);
  return value;
}

/** `.parent`, `[1]` and the like after a value: it stays what it was, or a part of it. */
function afterwards(value: PathValue, rest: readonly SourceToken[]): PathValue {
  if (rest.length === 0) return value;
  if (rest.some((part) => /^(parent|parents|dirname|with_suffix|with_name)$/.test(part.value)))
    return {patterns: ['*'], from: value.from};
  return value;
}

function combine(values: readonly PathValue[], separator: string): PathValue {
  let patterns: readonly string[] = [''];
  for (const [index, value] of values.entries()) {
    const next = value.patterns.length === 0 ? [''] : value.patterns;
    patterns = patterns
      .flatMap((before) =>
        next.map((after) =>
          index === 0 || before === '' ? after : `${before}${separator}${after}`,
        ),
      )
      .slice(0, MOST_PATTERNS + 1);
  }
  if (patterns.length > MOST_PATTERNS) return ANYWHERE;
  return {patterns, from: worst(values)};
}

function union(values: readonly PathValue[]): PathValue {
  const patterns = [...new Set(values.flatMap((value) => value.patterns))];
  return patterns.length > MOST_PATTERNS ? ANYWHERE : {patterns, from: worst(values)};
}

function fillIn(value: PathValue, hole: RegExp): PathValue {
  return {...value, patterns: value.patterns.map((pattern) => pattern.replace(hole, '*'))};
}

function withoutName(part: readonly SourceToken[]): readonly SourceToken[] {
  return part[1]?.value === '=' || part[1]?.value === ':' ? part.slice(2) : part;
}

const ORDER: readonly PathValue['from'][] = ['known', 'arguments', 'sources', 'anywhere'];

function worst(values: readonly PathValue[]): PathValue['from'] {
  const index = Math.max(0, ...values.map(({from}) => ORDER.indexOf(from)));
  return ORDER[index] ?? 'anywhere';
}
