/** Names of files that must not be in what leaves Study Desk. */
export interface SensitiveNames {
  /** The text with every such name replaced. */
  hide(text: string): string;
  /** Whether the text holds one. */
  holds(text: string): boolean;
}

/** Replaces a name. */
export const HIDDEN_NAME = '[highly sensitive file]';

/** What the names are taken from. */
export interface NamesOf {
  /** Study-relative paths of all highly sensitive files that are known of. */
  readonly paths: Iterable<string>;
  /** Highly sensitive patterns of project.yaml, with `*`. */
  readonly patterns: Iterable<string>;
  /** Paths and names that are meant to be shown, such as those of moderately sensitive files and actions. */
  readonly shown: Iterable<string>;
}

/** A run of the characters that paths are written with. */
const TOKEN = /[\p{L}\p{N}_./\\*%~-]+/gu;
const PLAIN = /^[\p{L}\p{N}_./*-]+$/u;
/** Longer ones are no paths but data, such as a picture as text. */
const LONGEST_PATH = 1000;

/**
 * Finds highly sensitive names by path, by file name, and by file name without its ending where that is distinctive enough
 * (`input_2019`, but not `patients`). A name that something shown has too counts as a whole path only.
 */
export function sensitiveNames({paths, patterns, shown}: NamesOf): SensitiveNames {
  const open = new Set<string>();
  for (const path of shown) for (const name of [path, baseOf(path), stemOf(path)]) open.add(name);
  const whole = new Set<string>();
  const names = new Set<string>();
  const wild: string[] = [];
  /** Names with blanks or brackets in them, which are looked for letter by letter. */
  const odd = new Set<string>();
  const take = (path: string): void => {
    whole.add(path);
    const base = baseOf(path);
    const stem = stemOf(path);
    if (!open.has(base)) names.add(base);
    if (!open.has(stem) && isDistinctive(stem)) names.add(stem);
    if (!PLAIN.test(path)) for (const name of [path, base]) if (!open.has(name)) odd.add(name);
  };
  for (const path of paths) take(path);
  for (const pattern of patterns)
    if (pattern.includes('*')) {
      wild.push(pattern);
      // `*.csv` is everything
      if (/\p{L}{4}/u.test(stemOf(pattern))) wild.push(baseOf(pattern));
    } else take(pattern);
  const matchesWild =
    wild.length === 0 ? null : new RegExp(`(?:^|/)(?:${wild.map(wildSource).join('|')})$`, 'u');
  const oddNames = [...odd].sort((one, other) => other.length - one.length);

  const isSensitive = (token: string): boolean => {
    if (token.length > LONGEST_PATH) return false;
    const path = decoded(token).replaceAll('\\', '/').replace(/\.+$/, '');
    const base = baseOf(path);
    if (open.has(path) && !whole.has(path)) return false;
    if (names.has(base) || names.has(stemOf(base))) return true;
    for (let at = 0; at >= 0; at = path.indexOf('/', at) + 1 || -1)
      if (whole.has(path.slice(at))) return true;
    return matchesWild?.test(path) === true;
  };
  const known = new Map<string, boolean>();
  const replaced = (token: string): string => {
    const before = known.get(token) ?? isSensitive(token);
    if (token.length < 200 && known.size < 100_000) known.set(token, before);
    if (!before) return token;
    const tail = /\.*$/.exec(token)?.[0] ?? '';
    return `${HIDDEN_NAME}${tail}`;
  };
  const hide = (text: string): string => {
    let left = text;
    for (const name of oddNames)
      for (const form of [name, escaped(name), encodeURI(name)])
        left = left.replaceAll(form, HIDDEN_NAME);
    return left.replace(TOKEN, replaced);
  };
  return {hide, holds: (text) => hide(text) !== text};
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Without all of its endings: `input.csv.gz` is `input`. */
function stemOf(path: string): string {
  const base = baseOf(path);
  const dot = base.indexOf('.', 1);
  return dot < 0 ? base : base.slice(0, dot);
}

function isDistinctive(stem: string): boolean {
  const said = stem.replaceAll('*', '');
  // `2019-01` is a month, wherever it is
  const letters = said.replace(/[^\p{L}]/gu, '').length;
  return said.length >= 6 && letters >= 4 && /[_\d-]/.test(said.slice(1, -1));
}

function wildSource(pattern: string): string {
  return pattern
    .split('*')
    .map((part) => part.replace(/[\\^$.+?()[\]{}|/]/g, '\\$&'))
    .join('[^/]*');
}

function decoded(token: string): string {
  if (!token.includes('%')) return token;
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

/** Text escaped for HTML. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
