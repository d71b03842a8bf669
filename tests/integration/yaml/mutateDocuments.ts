import {createRandom} from './generateDocuments';

type Random = ReturnType<typeof createRandom>;

function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[random(from.length)];
  if (chosen === undefined) throw new Error('Nothing to choose from.');
  return chosen;
}

/** Lines of a mutant, about: many small ones find more than a few whole studies in the same time. */
const LINES = 24;

/** Some lines of a document that begin where an action or a part of the root does. */
function excerptOf(random: Random, text: string): string {
  const lines = text.split(/(?<=\n)/);
  if (lines.length <= LINES) return text;
  const starts = [...lines.keys()].filter((at) => /^ {0,2}[^\s#-]/.test(lines[at] ?? ''));
  const from = starts.length === 0 ? 0 : pick(random, starts);
  return lines.slice(from, from + 4 + random(LINES)).join('');
}

const ODD = [
  ...'\t\t::--??[]{},,#&*|>\'"@`<=~._\\\r/$^;()+',
  ...'\u0085\u00a0\u2028\u2029\u200b\u0007\u0000\u001b\u007fé\u{1f600}\ud800\udc00',
  ...['\n', '\n\n', '\r\n', ': ', '- ', ' #', '---\n', '...\n', '\n---\n', '<<: ', '*a ', '&a '],
  ...['|\n', '>-\n', '|+\n', '? ', '""', "''", '{}', '[]', '\\', '  '],
];

/** One change to the text, of the kind that people and broken editors make. */
type Mutation = (random: Random, text: string) => string;

function onLines(change: (random: Random, lines: string[]) => readonly string[]): Mutation {
  return (random, text) => change(random, text.split(/(?<=\n)/)).join('');
}

function indented(random: Random, line: string): string {
  const margin = pick(random, [' ', '  ', '\t', '   ', '-', '- ', '']);
  return random(2) === 0
    ? margin + line
    : line.replace(pick(random, [/^ /, /^ {2}/, /^ +/]), margin);
}

const MUTATIONS: readonly Mutation[] = [
  // Characters taken out, put in, replaced, copied elsewhere.
  (random, text) => {
    const at = random(text.length + 1);
    return text.slice(0, at) + text.slice(at + 1 + random(6));
  },
  (random, text) => {
    const at = random(text.length + 1);
    return text.slice(0, at) + pick(random, ODD) + text.slice(at);
  },
  (random, text) => {
    const at = random(text.length + 1);
    return text.slice(0, at) + pick(random, ODD) + text.slice(at + 1);
  },
  (random, text) => {
    const from = random(text.length + 1);
    const at = random(text.length + 1);
    return text.slice(0, at) + text.slice(from, from + 1 + random(30)) + text.slice(at);
  },
  // A mark at a place where marks mean something: around a word or a colon.
  (random, text) => {
    const places = [...text.matchAll(/[\s:,'"[\]{}-]/g)].map(({index}) => index);
    const at = (places[random(Math.max(1, places.length))] ?? 0) + random(2);
    return text.slice(0, at) + pick(random, ODD) + text.slice(at);
  },
  // Lines taken out, doubled, swapped, moved in and out, joined, broken; their ends changed.
  onLines((random, lines) => {
    lines.splice(random(lines.length), 1 + random(2));
    return lines;
  }),
  onLines((random, lines) => {
    const at = random(lines.length);
    lines.splice(random(lines.length + 1), 0, ...lines.slice(at, at + 1 + random(3)));
    return lines;
  }),
  onLines((random, lines) => {
    const [one, other] = [random(lines.length), random(lines.length)];
    return lines.map((line, at) => lines[at === one ? other : at === other ? one : at] ?? line);
  }),
  onLines((random, lines) => {
    const from = random(lines.length);
    const to = from + 1 + random(3);
    const seed = random(1 << 30);
    return lines.map((line, at) =>
      at < from || at >= to ? line : indented(createRandom(seed), line),
    );
  }),
  onLines((random, lines) => {
    const at = random(lines.length);
    return lines.map((line, index) =>
      index === at
        ? line.replace(
            /\r?\n$/,
            pick(random, [
              ...['', ' ', '\r', '\r\n', ' \n', '\t\n', ' # note\n', '\n\n', '\n# note\n', '\n \n'],
            ]),
          )
        : line,
    );
  }),
  // A value written in another way.
  onLines((random, lines) => {
    const at = random(lines.length);
    const [before, after] = pick(random, WRAPS);
    return lines.map((line, index) =>
      index === at
        ? line.replace(/^(\s*(?:- )?(?:[^:\n]*: )?)([^\n]*)/, `$1${before}$2${after}`)
        : line,
    );
  }),
];

const WRAPS: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['[', ']'],
  ['{', '}'],
  ['[', ''],
  ['{', ''],
  ['|\n      ', ''],
  ['>\n      ', ''],
  ['>-\n  ', '\n'],
  ['&a ', ''],
  ['!t ', ''],
  ['!!str ', ''],
  ['? ', ''],
  ['- ', ''],
  ['\n        ', ''],
  ['', '\n        more'],
  ['', ','],
  ['', ':'],
  ['# ', ''],
];

/** The mutant with this number of one of the documents: always the same one for the same documents. */
export function mutantOf(documents: readonly string[], number: number): string {
  const random = createRandom(number);
  let text = excerptOf(random, pick(random, documents));
  for (let count = 1 + random(4); count > 0; count -= 1)
    text = pick(random, MUTATIONS)(random, text);
  return text;
}

/**
 * A text as short as can be found in which something is still so: lines, then characters, are left
 * out as long as it is. `areSo` answers for many texts at once.
 */
export function shrink(
  text: string,
  areSo: (texts: readonly string[]) => readonly boolean[],
): string {
  let parts = text.split(/(?<=\n)/);
  for (const finest of [false, true]) {
    if (finest) parts = Array.from(parts.join(''));
    for (let size = Math.ceil(parts.length / 2); size > 0;) {
      const shorter = Array.from({length: Math.ceil(parts.length / size)}, (_, index) =>
        parts.filter((_part, at) => at < index * size || at >= (index + 1) * size),
      );
      const found = shorter[areSo(shorter.map((kept) => kept.join(''))).indexOf(true)];
      if (found === undefined) size = Math.floor(size / 2);
      else parts = found;
    }
  }
  return parts.join('');
}
