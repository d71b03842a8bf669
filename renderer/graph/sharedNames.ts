/** What all names begin with, cut back to a whole word; empty where that is nothing. */
export function sharedPrefix(names: readonly string[]): string {
  const [first = ''] = names;
  let length = first.length;
  for (const name of names) {
    while (!name.startsWith(first.slice(0, length))) length -= 1;
  }
  const shared = first.slice(0, length);
  return shared.slice(0, Math.max(shared.lastIndexOf('_'), shared.lastIndexOf('-')) + 1);
}

/** The names as one pattern, with a star for what differs: `match_*_1`; a star alone where they share nothing. */
export function sharedPattern(names: readonly string[]): string {
  const prefix = sharedPrefix(names);
  const rests = names.map((name) => mirrored(name.slice(prefix.length)));
  return `${prefix}*${mirrored(sharedPrefix(rests))}`;
}

function mirrored(text: string): string {
  return [...text].reverse().join('');
}
