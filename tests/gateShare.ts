import {randomInt} from 'node:crypto';
import {it, type TestContext} from 'vitest';

// A test file that imports from here is run twice: a part of it in the gate, all of it among the long tests
// (build/vitest.config.mjs finds them by this import).

/** Whether the long tests run, which try all cases; the gate tries a part of many, always the same. */
export const isLong = process.env['STUDY_DESK_LONG_TESTS'] !== undefined;

/** Every n-th of the cases in the gate, from the first on; all of them among the long tests. */
export function everyNth<T>(cases: readonly T[], nth: number): readonly T[] {
  return isLong ? cases : cases.filter((_, at) => at % nth === 0);
}

/** The first of the cases in the gate, all of them among the long tests. */
export function firstOf<T>(cases: readonly T[], count: number): readonly T[] {
  return isLong ? cases : cases.slice(0, count);
}

type Test = (context: TestContext) => unknown;

/** A test of the long ones alone, beside a smaller or a similar one that the gate has too. */
export function longTest(name: string, test: Test, timeoutMs?: number): void {
  longTestIf(true, name, test, timeoutMs);
}

/** The same of a test that is skipped where something is missing. */
export function longTestIf(
  isPossible: boolean,
  name: string,
  test: Test,
  timeoutMs?: number,
): void {
  if (isLong) it.runIf(isPossible)(name, test, timeoutMs);
}

/**
 * The seed of what a test draws by lot: `inGate`, where given, in the gate. The long tests draw a new one each time and print
 * it; `STUDY_DESK_SEED=…` tries it again.
 */
export function testSeed(inGate?: number): number {
  if (!isLong && inGate !== undefined) return inGate;
  const seed = Number(process.env['STUDY_DESK_SEED'] ?? randomInt(1_000_000));
  console.log(`STUDY_DESK_SEED=${seed}`);
  return seed;
}
