/** The three sensitivity tiers in the order in which they are evaluated (RULES "Outputs"). */
export const TIERS = ['highly_sensitive', 'moderately_sensitive', 'minimally_sensitive'] as const;

/** A sensitivity tier, by its name in project.yaml. */
export type Tier = (typeof TIERS)[number];

/** The words a tier goes by on screen. */
export const TIER_LABELS: Readonly<Record<Tier, string>> = {
  highly_sensitive: 'Highly sensitive',
  moderately_sensitive: 'Moderately sensitive',
  minimally_sensitive: 'Minimally sensitive',
};

/** True for one of the three names. */
export function isTier(name: string): name is Tier {
  return (TIERS as readonly string[]).includes(name);
}

/** Final extensions a moderately sensitive output may have, lower case only. */
export const MODERATE_EXTENSIONS: readonly string[] = [
  '.csv',
  '.jpg',
  '.jpeg',
  '.png',
  '.svg',
  '.svgz',
  '.html',
  '.txt',
  '.log',
  '.json',
  '.md',
];

/** Largest moderately sensitive file that may leave level 4, in bytes (16 MiB). */
export const MODERATE_MAX_BYTES = 16 * 1024 * 1024;

/** Most data rows of a moderately sensitive CSV. */
export const MODERATE_MAX_CSV_ROWS = 5000;

/** Number of files by tier. */
export type TierCounts = Readonly<Record<Tier, number>>;
