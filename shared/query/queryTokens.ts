/** One piece of a query with its place in the text, in UTF-16 offsets; `to` is exclusive. */
export interface QueryToken {
  readonly kind: 'word' | 'quoted' | 'open' | 'close';
  /** The text it stands for: without quotes. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** A `+` touches it on the left, or on the right. */
  readonly plusBefore: boolean;
  readonly plusAfter: boolean;
  /** The quotes were closed; always true for other kinds. */
  readonly closed: boolean;
}

/**
 * Takes a query apart. A `+` at either end of a word, quoted text or bracket belongs to it as a
 * mark, unless the word with it is in `names`.
 */
export function queryTokens(text: string, names: ReadonlySet<string>): readonly QueryToken[] {
  const tokens: QueryToken[] = [];
  let at = 0;
  const plus = (): boolean => {
    if (text[at] !== '+') return false;
    at += 1;
    return true;
  };
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1;
      continue;
    }
    const from = at;
    const word = /^[^\s()"']+/.exec(text.slice(at))?.[0] ?? '';
    if (word !== '' && names.has(word)) {
      at += word.length;
      tokens.push(token('word', word, from, at));
      continue;
    }
    const plusBefore = plus();
    const mark = text[at];
    if (mark === '(') {
      at += 1;
      tokens.push({...token('open', '(', from, at), plusBefore});
    } else if (mark === ')') {
      at += 1;
      const plusAfter = plus();
      tokens.push({...token('close', ')', from, at), plusAfter});
    } else if (mark === '"' || mark === "'") {
      const end = text.indexOf(mark, at + 1);
      const content = text.slice(at + 1, end < 0 ? text.length : end);
      at = end < 0 ? text.length : end + 1;
      const plusAfter = plus();
      tokens.push({...token('quoted', content, from, at), plusBefore, plusAfter, closed: end >= 0});
    } else {
      const bare = fieldWord(text.slice(at)) ?? /^[^\s()"']*/.exec(text.slice(at))?.[0] ?? '';
      at += bare.length;
      const plusAfter = bare.endsWith('+') && !names.has(bare);
      const content = unquoteValue(plusAfter ? bare.slice(0, -1) : bare);
      tokens.push({...token('word', content, from, at), plusBefore, plusAfter});
    }
  }
  return tokens;
}

function token(kind: QueryToken['kind'], text: string, from: number, to: number): QueryToken {
  return {kind, text, from, to, plusBefore: false, plusAfter: false, closed: true};
}

/** `field:"quoted value"`, which may hold spaces and brackets. */
function fieldWord(rest: string): string | null {
  return /^[a-z]+:(?:"[^"]*"|'[^']*')\+?/i.exec(rest)?.[0] ?? null;
}

function unquoteValue(word: string): string {
  const parts = /^([a-z]+:)(["'])(.*)\2$/i.exec(word);
  return parts === null ? word : `${parts[1] ?? ''}${parts[3] ?? ''}`;
}
