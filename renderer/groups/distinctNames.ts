import {baseName} from '../../shared/outputPath';
import {fitMiddle, textWidth, type Face} from '../ui/textWidth';
import {shortNames, type ShortNames} from './shortNames';

const ELLIPSIS = '…';

/** Names to be read together: `families` are similar ones under one heading, whose common words go first. */
export interface NamesTogether {
  readonly families: readonly (readonly string[])[];
  readonly alone: readonly string[];
}

/**
 * Writes names in `width` pixels, no two the same: a family's without the words that all of it share, each without what
 * adds least as far as needed to fit. Where that would make two read the same, they show where they differ instead.
 */
export function distinctNames(
  {families, alone}: NamesTogether,
  width: number,
  face: Face = 'row',
): ReadonlyMap<string, string> {
  const fits = (text: string): boolean => textWidth(text, face) <= width;
  const all = [...families.flat(), ...alone];
  const labels = new Map<string, string>();
  const owners = new Map<string, string>();
  const take = (name: string, label: string): boolean => {
    if (!fits(label) || owners.has(label)) return false;
    owners.set(label, name);
    labels.set(name, label);
    return true;
  };
  const whole = shortNames(all);
  /** Names by the part that their family does not share. */
  const namesByPart = new Map<string, string[]>();
  const partOf = new Map<string, string>();

  for (const name of alone) take(name, name);
  for (const family of families) {
    const {distinct} = shortNames(family);
    const part = family.map(distinct);
    const {short} = shortNames(part);
    family.forEach((name, index) => {
      const distinctPart = part[index] ?? name;
      const rivals = namesByPart.get(distinctPart);
      if (rivals === undefined) namesByPart.set(distinctPart, [name]);
      else rivals.push(name);
      partOf.set(name, distinctPart);
      take(name, short(distinctPart, fits));
    });
  }
  // where several would be shortened to the same, the first must not have it: none of them would be known by it
  const shorts = new Map(
    all.filter((name) => !labels.has(name)).map((name) => [name, whole.short(name, fits)]),
  );
  const wanted = new Map<string, number>();
  for (const short of shorts.values()) wanted.set(short, (wanted.get(short) ?? 0) + 1);
  for (const [name, short] of shorts) if (wanted.get(short) === 1) take(name, short);
  // what would read like another so far: by where it differs from its nearest neighbours, else by its ends
  const left = all.filter((name) => !labels.has(name));
  const neighbours = shortNames(left);
  for (const name of left) {
    const part = partOf.get(name);
    const rivals = namesByPart.get(part ?? '') ?? [];
    const apart =
      part === undefined || rivals.length < 2 ? null : shortNames(rivals).distinct(name);
    if (apart !== null && take(name, shortWords(`${apart}_${part}`, fits))) continue;
    if (!takeAny(name, candidates(name, neighbours, fits, width, face), take))
      labels.set(name, fitMiddle(name, width, face));
  }
  return labels;
}

function takeAny(
  name: string,
  labels: Iterable<string>,
  take: (name: string, label: string) => boolean,
): boolean {
  for (const label of labels) if (take(name, label)) return true;
  return false;
}

/** Ways to write a name, each more distinct than the one before; each is worked out when those before it would not do. */
function* candidates(
  name: string,
  neighbours: ShortNames,
  fits: (text: string) => boolean,
  width: number,
  face: Face,
): Iterable<string> {
  const part = neighbours.distinct(name);
  yield neighbours.short(part, fits);
  yield fitMiddle(part, width, face);
  yield shortWords(part, fits);
  yield fitMiddle(name, width, face);
  yield endOf(part, fits);
  yield shortWords(name, fits);
  yield* middles(name, fits);
}

/** All words of a text, the long ones cut to as many letters as there is space for: `infa_over_ethn_s4`. */
function shortWords(text: string, fits: (text: string) => boolean): string {
  const words = text.match(/[^_-]+[_-]*|[_-]+/g) ?? [];
  const longest = Math.max(...words.map(({length}) => length));
  for (let letters = longest; letters > 0; letters -= 1) {
    const cut = words
      .map((word) => {
        const [letter = '', mark = ''] = [word.replace(/[_-]+$/, ''), /[_-]+$/.exec(word)?.[0]];
        // numbers count, as in s7 and 2017
        return (/^[a-z]?\d{1,4}$/i.test(letter) ? letter : letter.slice(0, letters)) + mark;
      })
      .join('');
    if (fits(cut)) return cut;
  }
  return text;
}

/** As much of a text's end as fits, behind an ellipsis. */
function endOf(text: string, fits: (text: string) => boolean): string {
  let from = 0;
  while (from < text.length && !fits(ELLIPSIS + text.slice(from))) from += 1;
  return from === 0 ? text : ELLIPSIS + text.slice(from);
}

/** Stretches of a name from each of its words on, with the ellipsis on both sides. */
function* middles(name: string, fits: (text: string) => boolean): Iterable<string> {
  for (const {index} of name.matchAll(/_/g)) {
    const start = index + 1;
    let to = name.length;
    const text = () => `${ELLIPSIS}${name.slice(start, to)}${to < name.length ? ELLIPSIS : ''}`;
    while (to > start + 1 && !fits(text())) to -= 1;
    yield text();
  }
}

/**
 * Names in `width` pixels for files in one list, by path: no two the same, without folders where that is enough,
 * always with their endings.
 */
export function distinctFiles(
  paths: readonly string[],
  width: number,
): ReadonlyMap<string, string> {
  const uses = new Map<string, number>();
  for (const path of paths) uses.set(baseName(path), (uses.get(baseName(path)) ?? 0) + 1);
  const nameOf = (path: string) => (uses.get(baseName(path)) === 1 ? baseName(path) : path);
  const byEnding = new Map<string, string[]>();
  for (const path of paths) {
    const ending = endingOf(nameOf(path));
    const alike = byEnding.get(ending);
    if (alike === undefined) byEnding.set(ending, [path]);
    else alike.push(path);
  }
  return new Map(
    [...byEnding].flatMap(([ending, alike]) => {
      const stemOf = (path: string) => nameOf(path).slice(0, nameOf(path).length - ending.length);
      const stems = distinctNames(
        {families: [], alone: alike.map(stemOf)},
        width - textWidth(ending, 'row'),
      );
      return alike.map((path) => [path, `${stems.get(stemOf(path)) ?? stemOf(path)}${ending}`]);
    }),
  );
}

/** The ending of a file's name with its dot, such as `.csv.gz`; empty where it has none. */
function endingOf(name: string): string {
  const dot = name.indexOf('.', name.lastIndexOf('/') + 2);
  return dot < 0 ? '' : name.slice(dot);
}
