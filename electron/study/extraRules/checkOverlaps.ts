import {groupBy} from '../../../shared/groupBy';
import {MODERATE_EXTENSIONS, TIER_LABELS} from '../../../shared/sensitivity';
import type {DraftOutput} from '../draftAction';
import type {Report} from '../brokenRules';
import {extensionOf} from '../../../shared/outputPath';
import {matchesPattern, matchesName} from '../outputPattern';
import type {ExtraRulesInput} from './checkExtraRules';

interface Listed extends Pick<DraftOutput, 'tier' | 'pattern'> {
  readonly action: string;
  /** Place in the file order of all outputs. */
  readonly index: number;
  /** The pattern up to its first star. */
  readonly head: string;
  readonly wild: boolean;
  /** The longest of its pieces between stars: every file it matches has it in its name. */
  readonly fixed: string;
  /** The pattern taken apart at its slashes. */
  readonly parts: readonly string[];
}

/** Comparisons made for each output on average; more would make huge files slow. */
const COMPARISONS_PER_OUTPUT = 50;
const FEWEST_COMPARISONS = 100_000;

/** S-OVERLAP and S-MODERATE-REFUSED: patterns that match the same files. */
export function checkOverlaps(input: ExtraRulesInput, report: Report): void {
  const all: Listed[] = [];
  for (const {name, outputs} of input.actions) {
    for (const {tier, pattern} of outputs) {
      const {text} = pattern;
      const star = text.indexOf('*');
      all.push({
        tier,
        pattern,
        action: name,
        index: all.length,
        head: star < 0 ? text : text.slice(0, star),
        wild: star >= 0,
        fixed: longestPiece(text),
        parts: text.split('/'),
      });
    }
  }
  for (const group of groupByShape(all).values()) checkPairs(group, input.version, report);
  checkLongerNames(all, report);
}

/** Patterns of different depth never meet, and neither do those of different final extensions without a star. */
function groupByShape(all: readonly Listed[]): ReadonlyMap<string, readonly Listed[]> {
  const fixed = all.every(({pattern: {text}}) => text.lastIndexOf('.') > text.lastIndexOf('*'));
  return groupBy(all, ({pattern: {text}, parts}) => {
    const extension = fixed ? text.slice(text.lastIndexOf('.')) : '';
    return `${String(parts.length)} ${extension}`;
  });
}

/**
 * Two patterns can only meet where the fixed head of one begins with that of the other, so each
 * pattern with a star is held against the run of heads that begin with its own.
 */
function checkPairs(all: readonly Listed[], version: number, report: Report): void {
  const sorted = [...all].sort(
    (a, b) => compare(a.head, b.head) || Number(b.wild) - Number(a.wild) || a.index - b.index,
  );
  let budget = Math.max(FEWEST_COMPARISONS, all.length * COMPARISONS_PER_OUTPUT);
  const reported = new Set<number>();
  for (let place = 0; place < sorted.length && budget > 0; place += 1) {
    const wild = sorted[place];
    if (wild?.wild !== true) continue;
    for (let at = place + 1; at < sorted.length && budget > 0; at += 1) {
      const other = sorted[at];
      if (other === undefined || !other.head.startsWith(wild.head)) break;
      budget -= 1;
      // most pairs end here, and a large study has a hundred thousand of them
      if (!other.wild && !other.pattern.text.includes(wild.fixed)) continue;
      const first = wild.index < other.index ? wild : other;
      const second = first === wild ? other : wild;
      if (reported.has(second.index) || !matters(first, second, version)) continue;
      const path = commonPath(first.parts, second.parts);
      if (path === null) continue;
      reported.add(second.index);
      report({
        rule: 'S-OVERLAP',
        at: second.pattern,
        action: second.action,
        message:
          `Two output patterns match the same file, such as \`${path}\`: ` +
          `\`${second.pattern.text}\` and \`${first.pattern.text}\` ` +
          `${first.action === second.action ? `(${TIER_LABELS[first.tier].toLowerCase()})` : `of \`${first.action}\``}.`,
        hint: 'Put the two sets of files in different folders, or give them different names.',
      });
    }
  }
}

function longestPiece(pattern: string): string {
  return pattern.split('*').reduce((a, b) => (b.length > a.length ? b : a));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function matters(first: Listed, second: Listed, version: number): boolean {
  if (first.action === second.action && first.tier === second.tier) return false;
  // The very same path is a matter of E-DUP-PATH where that is on.
  return first.pattern.text !== second.pattern.text || !(version >= 2);
}

/**
 * Where the reference keeps files in a Docker volume, a pattern also takes longer names that begin
 * like it, if another pattern of the action listed them (S-MODERATE-REFUSED).
 */
function checkLongerNames(all: readonly Listed[], report: Report): void {
  for (const outputs of groupBy(all, ({action}) => action).values()) {
    const others = outputs.filter(
      ({tier, pattern}) =>
        tier !== 'moderately_sensitive' && !MODERATE_EXTENSIONS.includes(extensionOf(pattern.text)),
    );
    if (others.length === 0) continue;
    for (const moderate of outputs) {
      if (moderate.tier !== 'moderately_sensitive') continue;
      const other = others
        .slice(0, COMPARISONS_PER_OUTPUT)
        .find(({pattern}) => hasLongerName(moderate.pattern.text, pattern.text));
      if (other === undefined) continue;
      report({
        rule: 'S-MODERATE-REFUSED',
        at: moderate.pattern,
        action: moderate.action,
        message: `\`${moderate.pattern.text}\` also matches \`${other.pattern.text}\`, which is ${TIER_LABELS[other.tier].toLowerCase()} and of a type that may not be moderately sensitive.`,
        hint: 'Choose names that start differently.',
      });
    }
  }
}

/** The other pattern goes on where this one ends, as `a.csv.gz` does after `a.csv`. */
function hasLongerName(pattern: string, other: string): boolean {
  if (other.startsWith(pattern)) return other !== pattern;
  return !other.includes('*') && matchesPattern(`${pattern}*`, other);
}

/** A path that two output patterns, split at their slashes, both match; null where there is none. */
export function commonPath(ours: readonly string[], theirs: readonly string[]): string | null {
  if (ours.length !== theirs.length) return null;
  // Cheap looks at all parts first; the last one differs most often.
  for (let index = ours.length - 1; index >= 0; index -= 1) {
    const [a, b] = [ours[index] ?? '', theirs[index] ?? ''];
    if (a !== b && !endsFit(a, b)) return null;
  }
  const parts: string[] = [];
  for (let index = ours.length - 1; index >= 0; index -= 1) {
    const common = commonName(ours[index] ?? '', theirs[index] ?? '');
    if (common === null) return null;
    parts.push(common);
  }
  return parts.reverse().join('/');
}

/** The fixed beginnings and ends of two patterns agree as far as both are fixed. */
function endsFit(a: string, b: string): boolean {
  const starA = a.indexOf('*');
  const starB = b.indexOf('*');
  if (starA < 0 && starB < 0) return a === b;
  const head = Math.min(starA < 0 ? a.length : starA, starB < 0 ? b.length : starB);
  for (let at = 0; at < head; at += 1) {
    if (a.charCodeAt(at) !== b.charCodeAt(at)) return false;
  }
  const tail = Math.min(a.length - 1 - a.lastIndexOf('*'), b.length - 1 - b.lastIndexOf('*'));
  for (let at = 1; at <= tail; at += 1) {
    if (a.charCodeAt(a.length - at) !== b.charCodeAt(b.length - at)) return false;
  }
  return true;
}

/** A name that two patterns without slashes, whose ends fit, both match. */
function commonName(a: string, b: string): string | null {
  if (a === b) return a.replaceAll('*', '');
  if (!a.includes('*')) return matchesName(b, a) ? a : null;
  if (!b.includes('*')) return matchesName(a, b) ? b : null;
  // Between the longer beginning and the longer end the stars take whatever the other pattern asks for.
  const ours = a.split('*');
  const theirs = b.split('*');
  const inner = ours.slice(1, -1).join('');
  const otherInner = theirs.slice(1, -1).join('');
  return (
    longer(ours[0] ?? '', theirs[0] ?? '') +
    (inner === otherInner ? inner : inner + otherInner) +
    longer(ours.at(-1) ?? '', theirs.at(-1) ?? '')
  );
}

function longer(a: string, b: string): string {
  return a.length >= b.length ? a : b;
}
