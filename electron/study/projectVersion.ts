/** The newest version of the format (W-OLD-VERSION). */
export const LATEST_VERSION = 5;

/** What a version of the format switches on; comparisons are numeric, so 4.5 acts like 4. */
export interface VersionFeatures {
  readonly uniqueOutputPaths: boolean;
  readonly expectationsRequired: boolean;
  readonly withoutCohortextractor: boolean;
  readonly withoutRunAll: boolean;
  readonly withoutLatest: boolean;
}

/** The features of a version; NaN has none. */
export function featuresOf(version: number): VersionFeatures {
  return {
    uniqueOutputPaths: version >= 2,
    expectationsRequired: version === 3,
    withoutCohortextractor: version >= 4,
    withoutRunAll: version >= 5,
    withoutLatest: version >= 5,
  };
}

/** Dummy population where a version below 4 doesn't ask for one. */
export const DEFAULT_POPULATION = 1000;
