import {isScript} from '../../shared/script';
import {sharedEnds} from '../ui/names';

/**
 * What a run line runs in its image: the script it names, alone or inside an expression
 * (`-e 'render("report.Rmd")'`), else the module (`-m analysis.round`), else the command
 * (`generate_cohort`); empty where the image itself is what runs.
 */
export function scriptOfRun(argv: readonly string[]): string {
  const tokens = argv.slice(1);
  const script = tokens.find((token) => !token.startsWith('-') && isScript(token));
  if (script !== undefined) return script;
  const quoted = tokens
    .flatMap((token) => token.split(/["']/).slice(1))
    .find((text) => isScript(text));
  if (quoted !== undefined) return quoted;
  const module = tokens[tokens.indexOf('-m') + 1];
  if (tokens.includes('-m') && module !== undefined) return module;
  const [command = ''] = tokens;
  return command.startsWith('-') ? '' : command;
}

/**
 * The names as one pattern, with a star for what differs: `match_*_1`. Made of the words that all have in the same order,
 * else of the letters that all begin or end with; a star alone where they share nothing.
 */
export function sharedPattern(names: readonly string[]): string {
  const words = names.map(wordsOf);
  const [first = []] = words;
  const common = words.reduce((shared, those) => sharedWords(shared, those), first);
  if (common.length === 0) return sharedLetters(names);
  /** Whether something is before each of them in some name, and behind the last. */
  const gaps = common.map(() => false);
  let rest = false;
  for (const those of words) {
    let from = 0;
    common.forEach((word, at) => {
      const found = those.indexOf(word, from);
      if (found > from) gaps[at] = true;
      from = found + 1;
    });
    if (from < those.length) rest = true;
  }
  const pieces = common.flatMap((word, at) => (gaps[at] === true ? ['*', word] : [word]));
  const signs = names[0]?.match(/[_-]/g) ?? [];
  const sign = signs.length > 0 && signs.every((each) => each === '-') ? '-' : '_';
  return [...pieces, ...(rest ? ['*'] : [])].join(sign);
}

function wordsOf(name: string): readonly string[] {
  return name.split(/[_-]+/);
}

/** The longest row of words that both have in this order. */
export function sharedWords(one: readonly string[], other: readonly string[]): readonly string[] {
  // most often the other has them all, as similar names do
  let found = 0;
  for (const word of other) if (word === one[found]) found += 1;
  if (found === one.length) return one;
  const longest = one.map(() => other.map(() => 0));
  const at = (i: number, j: number): number => longest[i]?.[j] ?? 0;
  for (let i = one.length - 1; i >= 0; i -= 1)
    for (let j = other.length - 1; j >= 0; j -= 1) {
      const row = longest[i];
      if (row === undefined) continue;
      row[j] = one[i] === other[j] ? 1 + at(i + 1, j + 1) : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const shared: string[] = [];
  let [i, j] = [0, 0];
  while (i < one.length && j < other.length) {
    const word = one[i];
    if (word !== undefined && word === other[j]) {
      shared.push(word);
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return shared;
}

/** Fewest letters that name a group by themselves. */
const FEWEST_LETTERS = 3;

function sharedLetters(names: readonly string[]): string {
  const [first = ''] = names;
  const {head, tail} = sharedEnds(names);
  // of numbers that begin or end alike nothing is said
  const start = first.slice(0, head).replace(/\d+$/, '');
  const end = first.slice(first.length - tail).replace(/^\d+/, '');
  return `${start.length < FEWEST_LETTERS ? '' : start}*${end.length < FEWEST_LETTERS ? '' : end}`;
}
