import {groupBy} from '../../shared/groupBy';

const ELLIPSIS = '…';
/** A part of a name with the signs behind it: names are cut between these where that is possible. */
const PARTS = /[^_\-/·]+[_\-/· ]*|[_\-/· ]+/g;
const SIGNS = /[_\-/· ]+/g;
/** The same, as lines may end: an ending such as `.csv` is a part too. */
const LINE_PARTS = /[^_\-/.…·]+[_\-/.…· ]*|[_\-/.…· ]+/g;

/** What is left of a name: its first `head` letters and its last `tail`, with an ellipsis between. */
interface Cut {
  readonly head: number;
  readonly tail: number;
}

/** What a name can be cut to, and what none of its siblings could be. */
interface Cuts {
  /** Between its parts, those that lose least first: what is lost counts, then how many letters. */
  readonly between: readonly Cut[];
  /** Whether no sibling has the same head and tail. */
  readonly isDistinct: (cut: Cut) => boolean;
}

/**
 * A name as it is written where `fits` is true: whole where that fits, else without one stretch, in front or in the
 * middle. That is between its parts where it can be, and so that none of `siblings`, which are seen together with it,
 * could read the same; of those, what most siblings share goes first. Nothing else counts, so that a name has the same
 * spelling wherever it has the same space.
 */
export function fitName(
  name: string,
  siblings: readonly string[],
  fits: (text: string) => boolean,
): string {
  if (fits(name)) return name;
  const {between, isDistinct} = cutsOf(name, siblings);
  const textOf = ({head, tail}: Cut): string =>
    name.slice(0, head).replace(/[_\-/· ]+$/, '') + ELLIPSIS + name.slice(name.length - tail);
  const isFitting = (cut: Cut): boolean => fits(textOf(cut));
  // measuring costs most, so that it comes last and stops at the first
  const distinct = between.find((cut) => isDistinct(cut) && isFitting(cut));
  if (distinct !== undefined) return textOf(distinct);
  const cut = cutBetweenLetters(name.length, isDistinct, isFitting);
  // no one stretch can be left out so that no sibling reads the same: the least is lost
  return textOf(isDistinct(cut) ? cut : (between.find(isFitting) ?? cut));
}

/**
 * A name below the heading of its group, `members`: whole where that fits, else what the star of `flu_models_*` stands
 * for, without the words that all of them begin and end with, by the rule of {@link fitName}.
 */
export function fitMember(
  name: string,
  members: readonly string[],
  fits: (text: string) => boolean,
): string {
  if (fits(name)) return name;
  const {partOf, parts} = differingParts(members);
  return fitName(partOf.get(name) ?? name, parts, fits);
}

/** Whether a name is cut on one line, and is better written on two: below its heading, what differs in it. */
export function needsTwoLines(
  name: string,
  members: readonly string[] | undefined,
  fits: (text: string) => boolean,
): boolean {
  if (fits(name)) return false;
  return members === undefined || !fits(differingParts(members).partOf.get(name) ?? name);
}

/** How many letters all of these names begin with, and how many all end with. */
export function sharedEnds(names: readonly string[]): Cut {
  const [first = ''] = names;
  let head = first.length;
  let tail = first.length;
  for (const name of names) {
    while (!name.startsWith(first.slice(0, head))) head -= 1;
    while (!name.endsWith(first.slice(first.length - tail))) tail -= 1;
  }
  return {head, tail};
}

/** What differs in each of some names. */
interface Differing {
  readonly partOf: ReadonlyMap<string, string>;
  readonly parts: readonly string[];
}

const differing = new WeakMap<readonly string[], Differing>();

/** What is between the words that all of these names begin and end with. */
function differingParts(names: readonly string[]): Differing {
  const known = differing.get(names);
  if (known !== undefined) return known;
  const [first = ''] = names;
  const shared = sharedEnds(names);
  const head = first.slice(0, shared.head).search(/[^_\-]*$/);
  const cutWord = /^[^_\-]*/.exec(first.slice(first.length - shared.tail))?.[0].length ?? 0;
  const tail = shared.tail - cutWord;
  // one that is no more than what all share is written whole, and so are the others
  const isPart = names.every(({length}) => length > head + tail);
  const parts = names.map((name) => (isPart ? name.slice(head, name.length - tail) : name));
  const made = {partOf: new Map(names.map((name, at) => [name, parts[at] ?? name])), parts};
  differing.set(names, made);
  return made;
}

/** The longest cut with each head that fits: of those that are distinct, where some are, the one nearest to the middle. */
function cutBetweenLetters(
  length: number,
  isDistinct: (cut: Cut) => boolean,
  fits: (cut: Cut) => boolean,
): Cut {
  let best: (Cut & {readonly distinct: boolean}) | null = null;
  let tail = length - 1;
  for (let head = 0; head < length && tail > 0; head += 1) {
    while (tail > 0 && !(head + tail < length && fits({head, tail}))) tail -= 1;
    if (tail === 0) break;
    const cut = {head, tail, distinct: isDistinct({head, tail})};
    const nearer = best === null || Math.abs(head - tail) < Math.abs(best.head - best.tail);
    if (cut.distinct === best?.distinct ? nearer : cut.distinct || best === null) best = cut;
  }
  return best ?? {head: 0, tail: 1};
}

const known = new WeakMap<readonly string[], Map<string, Cuts>>();

function cutsOf(name: string, siblings: readonly string[]): Cuts {
  const ofThese = known.get(siblings) ?? new Map<string, Cuts>();
  known.set(siblings, ofThese);
  const before = ofThese.get(name);
  if (before !== undefined) return before;
  const isDistinct = distinctFrom(name, siblings);
  const parts = name.match(PARTS) ?? [];
  const worths = worthsOf(parts, siblings);
  const starts = [0];
  for (const part of parts) starts.push((starts.at(-1) ?? 0) + part.length);
  const between: (Cut & {readonly lost: number})[] = [];
  for (let first = 0; first < parts.length - 1; first += 1) {
    let lost = 0;
    for (let end = first + 1; end < parts.length; end += 1) {
      lost += worths[end - 1] ?? 0;
      between.push({head: starts[first] ?? 0, tail: name.length - (starts[end] ?? 0), lost});
    }
  }
  between.sort((a, b) => a.lost - b.lost || b.head + b.tail - a.head - a.tail);
  const cuts = {between, isDistinct};
  ofThese.set(name, cuts);
  return cuts;
}

const byLastLetter = new WeakMap<readonly string[], ReadonlyMap<string, readonly string[]>>();

/** Those of some names that end with the same letter as `name`, sorted: no other could read like a cut of it. */
function endingLike(name: string, names: readonly string[]): readonly string[] {
  let ending = byLastLetter.get(names);
  if (ending === undefined) {
    ending = groupBy([...names].sort(), (each) => each.at(-1) ?? '');
    byLastLetter.set(names, ending);
  }
  return ending.get(name.at(-1) ?? '') ?? [];
}

/** Tests cuts of a name: whether none of the siblings begins and ends with the same letters. */
function distinctFrom(name: string, siblings: readonly string[]): (cut: Cut) => boolean {
  /** The longest tail that it shares with a sibling, by how many of its first letters that one has too. */
  const shared = new Int32Array(name.length + 1);
  const sorted = endingLike(name, siblings);
  const [before, behind] = [
    sorted.filter((each) => each < name).reverse(),
    sorted.filter((each) => each > name),
  ];
  for (const side of [before, behind]) {
    let start = name;
    let tail = 0;
    // the farther away the fewer first letters it has too, so that it counts only where its tail is longer
    for (const sibling of side) {
      while (!sibling.startsWith(start)) start = start.slice(0, -1);
      if (tail >= name.length || !sibling.endsWith(name.slice(-tail - 1))) continue;
      while (tail < name.length && sibling.endsWith(name.slice(-tail - 1))) tail += 1;
      shared[start.length] = Math.max(shared[start.length] ?? 0, tail);
    }
  }
  for (let head = name.length - 1; head >= 0; head -= 1)
    shared[head] = Math.max(shared[head] ?? 0, shared[head + 1] ?? 0);
  return ({head, tail}) => (shared[head] ?? 0) < tail;
}

const usesIn = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** What each part of a name is worth: the more, the fewer of its siblings have it. Of a path, the file's name counts. */
function worthsOf(parts: readonly string[], siblings: readonly string[]): readonly number[] {
  let uses = usesIn.get(siblings);
  if (uses === undefined) {
    const counted = new Map<string, number>();
    // signs are looked for once in all, as there may be thousands of names
    for (const sibling of siblings.join('\n').replace(SIGNS, '_').split('\n'))
      for (const part of new Set(sibling.split('_')))
        counted.set(part, (counted.get(part) ?? 0) + 1);
    usesIn.set(siblings, counted);
    uses = counted;
  }
  const all = Math.max(1, siblings.length);
  const folders = parts.map((part) => part.includes('/')).lastIndexOf(true);
  return parts.map((part, at) => {
    const worth = Math.log(all / Math.max(1, uses.get(bare(part)) ?? 1));
    return at > folders && folders >= 0 ? worth + all : worth;
  });
}

function bare(part: string): string {
  return part.replace(/[_\-/· ]+$/, '');
}

/** How files are named that are listed together: without their folders where that is enough. */
export function fileNames(paths: readonly string[]): readonly string[] {
  const names = paths.map((path) => path.slice(path.lastIndexOf('/') + 1));
  const uses = new Map<string, number>();
  for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1);
  return paths.map((path, at) => {
    const name = names[at] ?? path;
    return uses.get(name) === 1 ? name : path;
  });
}

/** Lines for a name: how wide each is, and what something behind the last line takes of it, in pixels. */
export interface NameLines {
  readonly widths: readonly number[];
  readonly behind: number;
  /** The width of a text in the face of these lines, in pixels. */
  readonly widthOf: (text: string) => number;
}

/** A name in lines of their own widths, by the rule of {@link fitName} or that of members; a line ends behind one of `_ - / .`. */
export function nameInLines(
  name: string,
  siblings: readonly string[],
  space: NameLines,
  fit = fitName,
): readonly string[] {
  const {widths, behind, widthOf} = space;
  const most = widths.reduce((sum, width) => sum + width, -behind);
  // most candidates are far too long, which is found out without breaking them
  const fits = (text: string) => widthOf(text) <= most && brokenIn(text, space) !== null;
  const text = fit(name, siblings, fits);
  return brokenIn(text, space) ?? [text];
}

/** The text in as few lines as it needs, the last with space for what is behind it; null where it needs more than there are. */
function brokenIn(text: string, {widths, behind, widthOf}: NameLines): readonly string[] | null {
  const lines: string[] = [];
  let line = '';
  let wide = 0;
  for (const part of text.match(LINE_PARTS) ?? []) {
    const added = widthOf(part);
    if (line !== '' && wide + added > (widths[lines.length] ?? 0)) {
      lines.push(line);
      line = '';
      wide = 0;
    }
    line += part;
    wide += added;
    if (wide > (widths[lines.length] ?? 0)) return null;
  }
  if (wide + behind <= (widths[lines.length] ?? 0)) return [...lines, line];
  // what leaves no space behind it has its last part on the next line, else that line empty for what is behind
  const parts = line.match(LINE_PARTS) ?? [];
  const end = parts.at(-1) ?? '';
  // a star alone says nothing
  const last = parts.length > 1 && end !== '*' ? end : '';
  if (widthOf(last) + behind > (widths[lines.length + 1] ?? 0)) return null;
  return [...lines, line.slice(0, line.length - last.length), last];
}
