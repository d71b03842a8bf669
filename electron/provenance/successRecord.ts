import * as z from 'zod';

const outputFile = z.object({
  path: z.string(),
  tier: z.enum(['highly_sensitive', 'moderately_sensitive', 'minimally_sensitive']),
  size: z.number(),
  sha256: z.string(),
});

/** One success of an action with everything its outputs were made from; a line of `successes.jsonl`. */
export const successRecord = z.object({
  format: z.literal(1),
  action: z.string(),
  jobId: z.string(),
  /** ISO 8601 UTC. */
  completedAt: z.string(),
  /** When these outputs were taken from the cache again; null for a job's own. */
  restoredAt: z.string().nullable(),
  runLine: z.string(),
  configJson: z.string().nullable(),
  imageId: z.string().nullable(),
  actionCommit: z.string().nullable(),
  /** `tier: pattern`, sorted. */
  outputPatterns: z.array(z.string()),
  /** How the code files were found out. */
  codeFoundBy: z.enum(['observed', 'scanned', 'folder', 'commit']),
  /** Digest of the list of code files, kept apart as many actions share it. */
  codeManifest: z.string(),
  /** Digest of the list of all code files there were, used or not; records of old have none. */
  codeListing: z.string().optional(),
  inputManifest: z.string(),
  outputs: z.array(outputFile),
});

/** One success of an action. */
export type SuccessRecord = Readonly<z.infer<typeof successRecord>>;

/** The user's word that an action is up to date; a line of `marks.jsonl`. */
export const upToDateMark = z.object({
  format: z.literal(1),
  action: z.string(),
  /** The success it speaks of. */
  jobId: z.string(),
  reason: z.string(),
  markedAt: z.string(),
  /** Digest of the differences there were when it was given: any other difference ends it. */
  differences: z.string(),
  /** The out-of-date actions upstream that it covers, with the digest of their differences. */
  upstream: z.record(z.string(), z.string()),
});

/** The user's word that an action is up to date. */
export type UpToDateMark = Readonly<z.infer<typeof upToDateMark>>;

/** Files and their SHA-256 by study-relative path; null for one that changed while the job ran. */
export const fileManifest = z.record(z.string(), z.string().nullable());

/** Files and their SHA-256 by study-relative path. */
export type FileManifest = Readonly<z.infer<typeof fileManifest>>;
