/** Whether the long tests run, which try all cases; the gate tries a part of many, always the same. */
export const isLong = process.env['STUDY_DESK_LONG_TESTS'] !== undefined;

/** Every n-th of the cases in the gate, from the first on; all of them among the long tests. */
export function everyNth<T>(cases: readonly T[], nth: number): readonly T[] {
  return isLong ? cases : cases.filter((_, at) => at % nth === 0);
}
