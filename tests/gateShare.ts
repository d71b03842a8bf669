import {randomInt} from 'node:crypto';
import {it} from 'vitest';

/** Whether the long tests run, which try all cases; the gate tries a part of many, always the same. */
export const isLong = process.env['STUDY_DESK_LONG_TESTS'] !== undefined;

/** Every n-th of the cases in the gate, from the first on; all of them among the long tests. */
export function everyNth<T>(cases: readonly T[], nth: number): readonly T[] {
  return isLong ? cases : cases.filter((_, at) => at % nth === 0);
}

/** A test of the long ones alone, beside a smaller or a like one that the gate has too. */
export function longTest(name: string, test: () => Promise<void>): void {
  if (isLong) it(name, test);
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
