import * as z from 'zod';
import {END_CODES, RUNNING_CODES, stateOf, WAITING_CODES, type Job} from '../../shared/job';
import type {RunRecord} from '../../shared/run';
import {TIERS} from '../../shared/sensitivity';

const Names = z.array(z.string());

const PlannedJob = z.object({
  action: z.string(),
  reason: z.enum([
    'requested',
    'never-run',
    'outputs-missing',
    'failed-before',
    'forced',
    'out-of-date',
    'upstream-out-of-date',
    'not-verified',
  ]),
  neededBy: Names,
  waitsFor: Names,
});

const Plan = z.object({
  jobs: z.array(PlannedJob),
  skipped: z.array(
    z.object({
      action: z.string(),
      reason: z.enum([
        'succeeded-before',
        'taken-out',
        'marked-up-to-date',
        'restored',
        'supplied',
      ]),
    }),
  ),
});

const Request = z.object({
  actions: Names,
  forceDependencies: z.boolean(),
  includeStale: z.boolean(),
  force: Names,
  takeOut: Names,
});

const Options = z.object({
  executor: z.enum(['docker', 'process']),
  concurrency: z.number(),
  limits: z.object({memoryBytes: z.number(), cpus: z.number()}),
  continueOnError: z.boolean(),
  letRunningFinish: z.boolean(),
  debug: z.boolean(),
  pull: z.boolean(),
});

const Git = z.object({
  branch: z.string().nullable(),
  commit: z.string().nullable(),
  dirtyFiles: Names,
  dirtyFilesUnknown: z.literal(true).exactOptional(),
});

const Output = z.object({
  path: z.string(),
  tier: z.enum(TIERS),
  size: z.number(),
  sha256: z.string(),
});

/** A job as it is kept on disk; its state is that of its code. */
export const JobSchema: z.ZodType<Job> = z
  .object({
    id: z.string(),
    runId: z.string(),
    action: z.string(),
    reason: PlannedJob.shape.reason,
    waitsFor: Names,
    statusCode: z.enum([...WAITING_CODES, ...RUNNING_CODES, ...END_CODES]),
    message: z.string(),
    hint: z.string().nullable(),
    exitCode: z.number().nullable(),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    completedAt: z.string().nullable(),
    image: z.string(),
    imageId: z.string().nullable(),
    actionCommit: z.string().nullable(),
    outputs: z.array(Output),
    unmatchedPatterns: Names,
    unmatchedFiles: Names,
    excluded: z.array(z.object({path: z.string(), reason: z.string()})),
    notCollected: z.array(z.object({path: z.string(), reason: z.string()})),
    logFile: z.string().nullable(),
    keptFiles: z.string().nullable(),
    outOfMemoryBytes: z.number().nullable(),
    peakMemoryBytes: z.number().nullable(),
    cpuSeconds: z.number().nullable(),
    ranBy: z.literal('snakemake').exactOptional(),
  })
  .transform((job) => ({...job, state: stateOf(job.statusCode)}));

/** A whole run as it is kept on disk. */
export const RunRecordSchema: z.ZodType<RunRecord> = z.object({
  format: z.literal(1),
  id: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  outcome: z.enum(['succeeded', 'failed', 'cancelled']).nullable(),
  request: Request,
  options: Options,
  engine: z.string().exactOptional(),
  plan: Plan,
  changed: Names.exactOptional(),
  git: Git.nullable(),
  fromCommit: z.object({ref: z.string(), commit: z.string()}).exactOptional(),
  jobs: z.array(JobSchema),
  ranBy: z.literal('snakemake').exactOptional(),
});
