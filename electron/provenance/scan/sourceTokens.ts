/** A piece of R or Python source; comments are gone. */
export interface SourceToken {
  readonly kind: 'text' | 'word' | 'mark' | 'newline';
  /** Of a text its content, with `*` for each part that is filled in at run time. */
  readonly value: string;
  /** Where it begins in the source; of what is put in its place by the scan itself there is none. */
  readonly offset?: number;
}

/** The two languages whose sources are taken apart alike. */
export type SourceLanguage = 'r' | 'python';

const WORD = /[A-Za-z_.\u00c0-\uffff][\w.\u00c0-\uffff]*/y;
const NUMBER = /\d[\w.]*/y;
const PREFIXED_TEXT = /([rbfuRBFU]{0,2})("""|'''|"|')/y;
const RAW_R_TEXT = /[rR](["'])(-*)([([{])/y;
const ARROW = /<<-|<-|->>|->|\|>|%[^%\s]*%|:::|::|==|<=|>=|!=|\*\*|[^\s\w]/y;

/** The source that was taken apart last: each question about a script asks for its tokens again. */
let last: {
  readonly source: string;
  readonly language: SourceLanguage;
  readonly tokens: readonly SourceToken[];
} | null = null;

/** Takes R or Python source apart as far as finding calls, texts and assignments asks for. */
export function sourceTokens(source: string, language: SourceLanguage): readonly SourceToken[] {
  if (last?.source !== source || last.language !== language)
    last = {source, language, tokens: tokensOf(source, language)};
  return last.tokens;
}

function tokensOf(source: string, language: SourceLanguage): readonly SourceToken[] {
  const tokens: SourceToken[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  while (at < source.length) {
    const offset = at;
    const letter = source[at] ?? '';
    if (letter === '\n' || letter === ';') {
      tokens.push({kind: 'newline', value: '\n', offset});
      at += 1;
    } else if (
      /\s/.test(letter) ||
      (letter === '\\' && /\r?\n/y.test(source.slice(at + 1, at + 3)))
    ) {
      at += letter === '\\' ? 1 + (source[at + 1] === '\r' ? 2 : 1) : 1;
    } else if (letter === '#') {
      const end = source.indexOf('\n', at);
      at = end < 0 ? source.length : end;
    } else if (language === 'r' && letter === '`') {
      const end = source.indexOf('`', at + 1);
      tokens.push({kind: 'word', value: source.slice(at + 1, end < 0 ? undefined : end), offset});
      at = end < 0 ? source.length : end + 1;
    } else {
      const raw = language === 'r' ? take(RAW_R_TEXT) : null;
      const opened = raw === null ? take(PREFIXED_TEXT) : null;
      if (raw !== null) {
        const closing = {'(': ')', '[': ']', '{': '}'}[raw[3] ?? ''] ?? ')';
        const end = source.indexOf(`${closing}${raw[2] ?? ''}${raw[1] ?? ''}`, at);
        tokens.push({kind: 'text', value: source.slice(at, end < 0 ? undefined : end), offset});
        at = end < 0 ? source.length : end + 2 + (raw[2] ?? '').length;
      } else if (opened !== null && (language === 'python' || opened[1] === '')) {
        const quotes = opened[2] ?? '"';
        const prefix = (opened[1] ?? '').toLowerCase();
        const end = endOfText(source, at, quotes);
        const content = source.slice(at, end);
        tokens.push(...textTokens(content, prefix).map((token) => ({...token, offset})));
        at = end + quotes.length;
      } else {
        // letters before quotes in R are a word of their own
        if (opened !== null) at -= opened[0].length;
        const word = take(WORD);
        const found = word ?? take(NUMBER) ?? take(ARROW);
        if (found === null) at += 1;
        else tokens.push({kind: word === null ? 'mark' : 'word', value: found[0], offset});
      }
    }
  }
  return language === 'python' ? splitMembers(tokens) : tokens;
}

function endOfText(source: string, from: number, quotes: string): number {
  for (let at = from; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source.startsWith(quotes, at)) return at;
  }
  return source.length;
}

/** Escapes undone as far as paths need it; a name that an f-text fills in stays a name, anything else becomes `*`. */
function textTokens(content: string, prefix: string): readonly SourceToken[] {
  const plain = prefix.includes('r') ? content : content.replace(/\\(.)/gs, '$1');
  if (!prefix.includes('f')) return [{kind: 'text', value: plain}];
  const pieces = plain.split(/\{(\w+)\}/);
  if (pieces.length === 1) return [{kind: 'text', value: withHoles(plain)}];
  const glued = pieces.flatMap((piece, index): readonly SourceToken[] => [
    {kind: 'mark', value: index === 0 ? '(' : '+'},
    index % 2 === 1 ? {kind: 'word', value: piece} : {kind: 'text', value: withHoles(piece)},
  ]);
  return [...glued, {kind: 'mark', value: ')'}];
}

/** `{…}` as `*`; doubled braces are braces. */
export function withHoles(text: string): string {
  return text.replace(/\{\{|\}\}|\{[^{}]*\}/g, (found) =>
    found === '{{' ? '{' : found === '}}' ? '}' : '*',
  );
}

/** In Python a point stands between names; in R it is part of them. */
function splitMembers(tokens: readonly SourceToken[]): readonly SourceToken[] {
  return tokens.flatMap((token): readonly SourceToken[] => {
    if (token.kind !== 'word' || !token.value.includes('.')) return [token];
    return token.value
      .split(/(\.)/)
      .filter((part) => part !== '')
      .map((value) => ({...token, kind: value === '.' ? 'mark' : 'word', value}));
  });
}
