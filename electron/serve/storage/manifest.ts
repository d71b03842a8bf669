import * as z from 'zod';
import type {OutputFile} from '../../../shared/output';
import {TIERS} from '../../../shared/sensitivity';
import type {ServedJob} from '../records';

const ManifestOutput = z.object({
  level: z.enum(TIERS),
  job_id: z.string(),
  job_request: z.string(),
  action: z.string(),
  user: z.string().nullable(),
  repo: z.string(),
  commit: z.string(),
  size: z.number(),
  /** Seconds since 1970 at which its job ended. */
  timestamp: z.number(),
  content_hash: z.string(),
  /** It is kept from the MEDIUM tree; `message` says why. */
  excluded: z.boolean(),
  message: z.string().nullable(),
  row_count: z.number().nullable(),
  col_count: z.number().nullable(),
});

/** What lies in a tree of a workspace, and where it came from. */
export const Manifest = z.object({
  workspace: z.string(),
  repo: z.string(),
  outputs: z.record(z.string(), ManifestOutput),
});
/** What lies in a tree of a workspace, and where it came from. */
export type Manifest = z.infer<typeof Manifest>;

/** Rows and columns of a table; null where a file is none. */
export interface Shape {
  readonly rows: number;
  readonly columns: number;
}

/** What a job that succeeded changes in its workspace's manifest. */
export interface ManifestChange {
  readonly job: ServedJob;
  readonly endedAt: number;
  readonly outputs: readonly OutputFile[];
  /** By path: why a file is kept from the MEDIUM tree. */
  readonly excluded: ReadonlyMap<string, string>;
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Paths that the action made before and does not any more. */
  readonly obsolete: readonly string[];
}

/** The manifest after a job: its outputs in place of those of the same paths, without what is obsolete. */
export function updatedManifest(before: Manifest | null, change: ManifestChange): Manifest {
  const {job, endedAt, outputs, excluded, shapes} = change;
  const gone = new Set(change.obsolete);
  const kept = Object.entries(before?.outputs ?? {}).filter(([path]) => !gone.has(path));
  const made = outputs.map(({path, tier, size, sha256}) => [
    path,
    {
      level: tier,
      job_id: job.id,
      job_request: job.requestId,
      action: job.action,
      user: job.createdBy,
      repo: job.repoUrl,
      commit: job.commit,
      size,
      timestamp: endedAt,
      content_hash: sha256,
      excluded: excluded.has(path),
      message: excluded.get(path) ?? null,
      row_count: shapes.get(path)?.rows ?? null,
      col_count: shapes.get(path)?.columns ?? null,
    },
  ]);
  return {
    workspace: job.workspace,
    repo: job.repoUrl,
    outputs: sorted({
      ...Object.fromEntries(kept),
      ...Object.fromEntries(made),
    } as Manifest['outputs']),
  };
}

/** What of it may be known in the MEDIUM tree: names of highly sensitive files stay in HIGH. */
export function mediumManifest(whole: Manifest): Manifest {
  const outputs = Object.entries(whole.outputs).filter(
    ([, {level}]) => level === 'moderately_sensitive',
  );
  return {...whole, outputs: Object.fromEntries(outputs)};
}

function sorted(outputs: Manifest['outputs']): Manifest['outputs'] {
  const paths = Object.entries(outputs).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(paths);
}

/**
 * The paths of an action's earlier outputs that it does not make any more. Names are compared without regard to upper and lower
 * case: on some disks a file that differs in that only is the new one.
 */
export function obsoletePaths(
  before: readonly string[],
  now: readonly string[],
  ofOthers: ReadonlySet<string>,
): readonly string[] {
  const made = new Set(now.map((path) => path.toLowerCase()));
  return before.filter((path) => !made.has(path.toLowerCase()) && !ofOthers.has(path));
}
