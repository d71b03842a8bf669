import type {OutputPattern} from '../../shared/project';
import {TIERS, type Tier} from '../../shared/sensitivity';
import {matchesPattern} from '../study/outputPattern';

/** What a job's new files are, by its output patterns. */
export interface OutputMatch {
  /** Matched files with the tier they belong to, in path order. */
  readonly matched: readonly {readonly path: string; readonly tier: Tier}[];
  /** Patterns that match nothing, in file order. */
  readonly unmatchedPatterns: readonly string[];
  /** New files that no pattern matched, in path order. */
  readonly unmatchedFiles: readonly string[];
}

/** Code-unit order, the same on every machine. */
function byText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * Sorts new files into outputs by tier, unmatched patterns and unmatched files (RULES "Outputs").
 * The whole path must match, unlike in the reference's start-anchored test; the last pattern that
 * matches a file decides its tier.
 */
export function matchOutputs(
  patterns: readonly OutputPattern[],
  files: readonly string[],
): OutputMatch {
  const inOrder = TIERS.flatMap((tier) => patterns.filter((pattern) => pattern.tier === tier));
  const tierOf = new Map<string, Tier>();
  const unmatched = new Set<string>();
  const present = new Set(files);
  for (const {pattern, tier} of inOrder) {
    // most patterns name one file, and a job may write 100,000
    const named = present.has(pattern) ? [pattern] : [];
    const found = pattern.includes('*')
      ? files.filter((file) => matchesPattern(pattern, file))
      : named;
    if (found.length === 0) unmatched.add(pattern);
    for (const file of found) tierOf.set(file, tier);
  }
  const inFileOrder = patterns.map(({pattern}) => pattern);
  return {
    matched: [...tierOf]
      .map(([path, tier]) => ({path, tier}))
      .sort((left, right) => byText(left.path, right.path)),
    unmatchedPatterns: [...new Set(inFileOrder)].filter((pattern) => unmatched.has(pattern)),
    unmatchedFiles: files.filter((file) => !tierOf.has(file)).sort(byText),
  };
}
