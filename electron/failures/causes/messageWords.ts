/** The names in a list as Python prints it: `['a', "b"]`. */
export function namesIn(list: string): readonly string[] {
  return [...list.matchAll(/'([^']*)'|"([^"]*)"/g)].map(
    ([, single, double]) => single ?? double ?? '',
  );
}

/** Quotes as R prints them, by its language: plain, or of the typographic kind. */
export function plainQuotes(text: string): string {
  return text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"');
}

/** The index of the last line of that kind; -1 where there is none. */
export function lastLine(lines: readonly string[], isOne: (line: string) => boolean): number {
  for (let at = lines.length - 1; at >= 0; at -= 1) if (isOne(lines[at] ?? '')) return at;
  return -1;
}
