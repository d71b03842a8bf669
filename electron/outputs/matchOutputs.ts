import type {OutputPattern} from '../../shared/project';
import {TIERS, type Tier} from '../../shared/sensitivity';

/** What a job's new files are, by its output patterns. */
export interface OutputMatch {
  /** Matched files with the tier they belong to, in path order. */
  readonly matched: readonly {readonly path: string; readonly tier: Tier}[];
  /** Patterns that match nothing, in file order. */
  readonly unmatchedPatterns: readonly string[];
  /** New files that no pattern matched, in path order. */
  readonly unmatchedFiles: readonly string[];
}

/**
 * The expression of an output pattern: only `*` is special and stands for any run of characters
 * but `/`; the whole path must match, unlike the reference's start-anchored test (BEHAVIOUR §2.7).
 */
export function outputPatternExpression(pattern: string): RegExp {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/gu, '\\$&'))
    .join('[^/]*');
  return new RegExp(`^${source}$`, 'su');
}

/** Code-unit order, the same on every machine. */
function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Sorts new files into outputs by tier, unmatched patterns and unmatched files (BEHAVIOUR §2.7). */
export function matchOutputs(
  patterns: readonly OutputPattern[],
  files: readonly string[],
): OutputMatch {
  const inOrder = TIERS.flatMap((tier) => patterns.filter((pattern) => pattern.tier === tier));
  const tierOf = new Map<string, Tier>();
  const unmatched = new Set<string>();
  const present = new Set(files);
  for (const {pattern, tier} of inOrder) {
    // most patterns name one file, and a study may produce 100,000
    const expression = pattern.includes('*') ? outputPatternExpression(pattern) : null;
    const named = present.has(pattern) ? [pattern] : [];
    const found = expression === null ? named : files.filter((file) => expression.test(file));
    if (found.length === 0) unmatched.add(pattern);
    // the last pattern that matches a file decides its tier
    for (const file of found) tierOf.set(file, tier);
  }
  return {
    matched: [...tierOf]
      .map(([path, tier]) => ({path, tier}))
      .sort((left, right) => byText(left.path, right.path)),
    unmatchedPatterns: [
      ...new Set(patterns.map(({pattern}) => pattern).filter((pattern) => unmatched.has(pattern))),
    ],
    unmatchedFiles: files.filter((file) => !tierOf.has(file)).sort(byText),
  };
}
