/** A part of a regular expression that must match: one of these texts is then in the line; null where none is known. */
type Required = readonly string[] | null;

/** Texts kept at most: with more of them, looking for them is no faster than the expression itself. */
const MOST_TEXTS = 16;

/**
 * Texts of which a line must hold one for this regular expression (as RE2 reads it) to match; null where none can be
 * told, which is always safe. Lines without any are passed over before the expression is tried.
 */
export function requiredTexts(regex: string): readonly string[] | null {
  // flags, quoted stretches and codes of characters are left to the expression itself
  if (/\(\?(?!:|P?<)|\\[QExpPC0-9]/.test(regex)) return null;
  const reader = {text: regex, at: 0};
  const found = alternatives(reader);
  // what is left over is an error of the expression, or not understood here
  return reader.at === regex.length ? found : null;
}

interface Reader {
  readonly text: string;
  at: number;
}

/** `a|b`: one of them matches, so each must require something. */
function alternatives(reader: Reader): Required {
  const branches = [sequence(reader)];
  while (reader.text[reader.at] === '|') {
    reader.at += 1;
    branches.push(sequence(reader));
  }
  const all: string[] = [];
  for (const branch of branches) {
    if (branch === null) return null;
    all.push(...branch);
  }
  return all.length > MOST_TEXTS ? null : all;
}

/** `abc`: all parts match, so the longest is enough. */
function sequence(reader: Reader): Required {
  let best: Required = null;
  let run = '';
  const take = (found: Required): void => {
    if (found !== null && shortest(found) > shortest(best)) best = found;
  };
  const endRun = (): void => {
    if (run !== '') take([run]);
    run = '';
  };
  while (reader.at < reader.text.length && !'|)'.includes(reader.text[reader.at] ?? '')) {
    const part = atom(reader);
    const repeated = quantifier(reader);
    if (typeof part === 'string' && repeated === 'once') {
      run += part;
      continue;
    }
    if (typeof part === 'string' && repeated === 'more') run += part;
    endRun();
    if (part !== null && typeof part !== 'string' && repeated !== 'maybe') take(part);
  }
  endRun();
  return best;
}

function shortest(texts: Required): number {
  return texts === null ? 0 : Math.min(...texts.map(({length}) => length));
}

/** A character that stands for itself, what a group requires, or null for anything else. */
function atom(reader: Reader): string | Required {
  const {text} = reader;
  const character = text[reader.at] ?? '';
  if (character === '(') {
    reader.at += /^\((?:\?(?::|P?<\w+>))?/.exec(text.slice(reader.at))?.[0].length ?? 1;
    const found = alternatives(reader);
    if (text[reader.at] === ')') reader.at += 1;
    return found;
  }
  if (character === '[') {
    const set = /^\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]?/.exec(text.slice(reader.at));
    reader.at += set?.[0].length ?? 1;
    return null;
  }
  if (character === '\\') {
    const escaped = text[reader.at + 1] ?? '';
    reader.at += 2;
    return /[\w]/.test(escaped) ? null : escaped;
  }
  reader.at += 1;
  return '.^$*+?{'.includes(character) || character > '~' ? null : character;
}

/** How often the part before it occurs. */
function quantifier(reader: Reader): 'once' | 'more' | 'maybe' {
  const [found = ''] = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(reader.text.slice(reader.at)) ?? [];
  reader.at += found.length;
  if (found === '') return 'once';
  return found.startsWith('+') || /^\{[1-9]/.test(found) ? 'more' : 'maybe';
}
