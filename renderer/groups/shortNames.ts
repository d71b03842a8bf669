/** A word of a name with the mark behind it: `cox_` and `ipw` of `cox_ipw`. */
interface Word {
  readonly text: string;
  /** Differs between words, also for the same word used again in a name. */
  readonly key: number;
}

/** More words than any study has; below it two words' numbers make one number for the pair. */
const MOST_WORDS = 2 ** 26;

/** Replaces what is left out of a name. */
const LEFT_OUT = '…';

/** Shortens names that are seen together so that what differs stays. */
export interface ShortNames {
  /** The name without its words that add least, as few of them as needed to fit. */
  readonly short: (name: string, fits: (text: string) => boolean) => string;
  /** The name without the words that all names have; the whole name where that leaves nothing. */
  readonly distinct: (name: string) => string;
}

/** Learns from names what each of their words adds. */
export function shortNames(names: readonly string[]): ShortNames {
  const wordsOf = wordReader();
  const uses = new Map<number, number>();
  const together = new Map<number, number>();
  for (const name of names) {
    const words = wordsOf(name);
    for (const {key} of words) {
      uses.set(key, (uses.get(key) ?? 0) + 1);
      for (const other of words) {
        const pair = pairOf(key, other.key);
        together.set(pair, (together.get(pair) ?? 0) + 1);
      }
    }
  }
  const usesOf = ({key}: Word): number => uses.get(key) ?? 0;

  /** True where another word of the name never comes without this one, which so adds nothing. */
  const isImplied = (word: Word, place: number, words: readonly Word[]): boolean =>
    words.some((other, at) => {
      if (at === place || usesOf(other) < 2) return false;
      const both = together.get(pairOf(other.key, word.key));
      if (both !== usesOf(other)) return false;
      return both !== usesOf(word) || at < place;
    });
  /** What a word adds; the first adds most, as names are looked for and sorted by it. */
  const worthOf = (word: Word, place: number, words: readonly Word[]): number => {
    if (place === 0) return Infinity;
    return isImplied(word, place, words) ? 0 : Math.log(names.length / Math.max(1, usesOf(word)));
  };

  return {
    short(name, fits) {
      if (fits(name)) return name;
      const words = wordsOf(name);
      const order = words
        .map((word, place) => ({place, worth: worthOf(word, place, words), word}))
        .sort((a, b) => a.worth - b.worth || b.word.text.length - a.word.text.length);
      const left = new Set(words.keys());
      let text = name;
      for (const {place} of order.slice(0, -1)) {
        left.delete(place);
        text = join(words, left);
        if (fits(text)) break;
      }
      return text;
    },
    distinct(name) {
      const words = wordsOf(name);
      const kept = words.flatMap((word, place) => (usesOf(word) < names.length ? [place] : []));
      const [first, last] = [kept[0], kept.at(-1)];
      if (first === undefined || last === undefined) return name;
      const text = join(words.slice(first, last + 1), new Set(kept.map((place) => place - first)));
      return text.replace(/_$/, '');
    },
  };
}

function pairOf(a: number, b: number): number {
  return a * MOST_WORDS + b;
}

/** Takes names apart, and numbers their words as they come: names are many, and read again and again. */
function wordReader(): (name: string) => readonly Word[] {
  const numbers = new Map<string, number>();
  const known = new Map<string, readonly Word[]>();
  const numberOf = (word: string, count: number): number => {
    const key = count === 1 ? word : `${word}\n${String(count)}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const seen = new Map<string, number>();
    const words = (name.match(/[^_]+_*|_+/g) ?? []).map((text) => {
      const word = text.replace(/_+$/, '');
      const count = (seen.get(word) ?? 0) + 1;
      seen.set(word, count);
      return {text, key: numberOf(word, count)};
    });
    known.set(name, words);
    return words;
  };
}

/** The words that are left, each gap between them as one sign. */
function join(words: readonly Word[], left: ReadonlySet<number>): string {
  let text = '';
  words.forEach((word, place) => {
    if (left.has(place)) text += word.text;
    else if (!text.endsWith(LEFT_OUT)) text = text.replace(/_+$/, '') + LEFT_OUT;
  });
  return text;
}
