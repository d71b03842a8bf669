/** One step of a glob: any run of characters, or one character that the test lets through. */
type Step = 'star' | ((character: string) => boolean);

/**
 * True when a shell glob stands for the whole text, as Python's `fnmatch.fnmatchcase` has it: `*` and
 * `?` cross `/` and line breaks, a range that runs backwards (`[c-a]`) holds nothing, and `[` without
 * its `]` is a character like any other. The time is bounded by the product of the two lengths.
 */
export function fnmatch(glob: string, text: string): boolean {
  const steps = stepsOf(Array.from(glob));
  const characters = Array.from(text);
  let at = 0;
  let star = -1;
  let starIndex = 0;
  for (let index = 0; index < characters.length;) {
    const step = steps[at];
    if (step === 'star') {
      star = at;
      starIndex = index;
      at += 1;
    } else if (step?.(characters[index] ?? '') === true) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      starIndex += 1;
      index = starIndex;
    } else {
      return false;
    }
  }
  return steps.slice(at).every((step) => step === 'star');
}

function stepsOf(glob: readonly string[]): readonly Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob[at] ?? '';
    const end = character === '[' ? endOfSet(glob, at) : -1;
    if (character === '*') steps.push('star');
    else if (character === '?') steps.push(() => true);
    else if (end > 0) {
      steps.push(setTest(glob.slice(at + 1, end)));
      at = end;
    } else steps.push((other) => other === character);
  }
  return steps;
}

/** The place of a set's `]`; a first `]` belongs to it, also behind `!`. -1 where it is never closed. */
function endOfSet(glob: readonly string[], open: number): number {
  return glob.indexOf(']', open + (glob[open + 1] === '!' ? 3 : 2));
}

/** A character, or the first and the last of all those between two. */
type Range = readonly [from: string, to?: string];

function setTest(inside: readonly string[]): (character: string) => boolean {
  const negated = inside[0] === '!';
  const ranges = rangesOf(negated ? inside.slice(1) : inside).filter(
    ([from, to = from]) => !isAfter(from, to),
  );
  const [first, ...others] = ranges;
  if (negated || first?.[0] !== '!') return (character) => holds(ranges, character) !== negated;
  // Python drops backward ranges before it looks for the `!`, so one that they hid negates after all.
  const [, to] = first;
  const rest: readonly Range[] = to === undefined ? others : [['-'], [to], ...others];
  return (character) => !holds(rest, character);
}

function rangesOf(inside: readonly string[]): readonly Range[] {
  const ranges: Range[] = [];
  for (let at = 0; at < inside.length; at += 1) {
    const from = inside[at] ?? '';
    const to = inside[at + 1] === '-' ? inside[at + 2] : undefined;
    ranges.push(to === undefined ? [from] : [from, to]);
    if (to !== undefined) at += 2;
  }
  return ranges;
}

function holds(ranges: readonly Range[], character: string): boolean {
  return ranges.some(([from, to = from]) => !isAfter(from, character) && !isAfter(character, to));
}

function isAfter(one: string, other: string): boolean {
  return (one.codePointAt(0) ?? 0) > (other.codePointAt(0) ?? 0);
}
