import {appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import * as z from 'zod';
import type {StagedEntry} from '../executor/executor';
import {readRegularFileSync} from '../files/openFile';
import type {FileIdentity} from './hashCache';

/** What a job was given, as it was found when its workspace had just been filled. */
const stagedJob = z.object({
  format: z.literal(1),
  jobId: z.string(),
  codeKey: z.string(),
  /** What its scripts name, as they were; null for a job whose code is a reusable action's. */
  scan: z.object({paths: z.array(z.string()), certain: z.boolean()}).nullable(),
  /** Digest of the list of the code files that count by that scan. */
  codeManifest: z.string(),
  inputManifest: z.string(),
});

/** What a job was given. */
export type StagedJob = Readonly<z.infer<typeof stagedJob>>;

const codeFile = z.tuple([z.string(), z.number(), z.number(), z.number(), z.number()]);

/** Code files as they were staged, by path. */
export type StagedCode = ReadonlyMap<string, FileIdentity>;

/**
 * What the jobs under way were given, kept on disk until their run has ended: a job that is found again after a crash can
 * be compared like any other. For use in a worker: it writes synchronously.
 */
export class StagedJobs {
  private readonly jobs = new Map<string, StagedJob>();
  private readonly codes = new Map<string, StagedCode>();

  constructor(private readonly folder: string) {}

  /** The code of a key; null where it was not kept. */
  code(codeKey: string): StagedCode | null {
    const known = this.codes.get(codeKey) ?? this.readCode(codeKey);
    if (known !== null) this.codes.set(codeKey, known);
    return known;
  }

  /** Keeps the code of a key; folders and links say nothing about an action's outputs. */
  keepCode(codeKey: string, entries: readonly StagedEntry[]): StagedCode {
    const files = entries.filter(({kind}) => kind === 'file');
    const code = new Map(files.map((entry) => [entry.path, entry]));
    this.makeFolder();
    writeFileSync(
      this.codeFile(codeKey),
      JSON.stringify(
        files.map(({path, size, mtimeMs, ctimeMs, ino}) => [path, size, mtimeMs, ctimeMs, ino]),
      ),
      {mode: 0o600},
    );
    this.codes.set(codeKey, code);
    return code;
  }

  add(job: StagedJob): void {
    this.makeFolder();
    appendFileSync(this.jobsFile(), `${JSON.stringify(job)}\n`, {mode: 0o600});
    this.jobs.set(job.jobId, job);
  }

  /** What a job was given; null where nothing was kept of it. */
  of(jobId: string): StagedJob | null {
    if (!this.jobs.has(jobId)) this.readJobs();
    return this.jobs.get(jobId) ?? null;
  }

  /** Forgets these, and code that no other was given: jobs of another run may still be brought to their ends. */
  forget(jobIds: readonly string[]): void {
    this.readJobs();
    for (const jobId of jobIds) this.jobs.delete(jobId);
    const left = [...this.jobs.values()];
    if (left.length === 0) {
      this.codes.clear();
      rmSync(this.folder, {recursive: true, force: true});
      return;
    }
    writeFileSync(this.jobsFile(), left.map((job) => `${JSON.stringify(job)}\n`).join(''), {
      mode: 0o600,
    });
    const used = new Set(left.map(({codeKey}) => codeKey));
    for (const name of readdirSync(this.folder)) {
      const codeKey = name.replace(/\.json$/u, '');
      if (!name.endsWith('.json') || used.has(codeKey)) continue;
      this.codes.delete(codeKey);
      rmSync(this.codeFile(codeKey), {force: true});
    }
  }

  private makeFolder(): void {
    if (!existsSync(this.folder)) mkdirSync(this.folder, {recursive: true, mode: 0o700});
  }

  private jobsFile(): string {
    return join(this.folder, 'jobs.ndjson');
  }

  private codeFile(codeKey: string): string {
    return join(this.folder, `${codeKey}.json`);
  }

  private readCode(codeKey: string): StagedCode | null {
    const rows = z.array(codeFile).safeParse(parsed(textOf(this.codeFile(codeKey))));
    if (!rows.success) return null;
    return new Map(
      rows.data.map(([path, size, mtimeMs, ctimeMs, ino]) => [path, {size, mtimeMs, ctimeMs, ino}]),
    );
  }

  private readJobs(): void {
    for (const line of textOf(this.jobsFile()).split('\n')) {
      // the last line may be torn
      const job = stagedJob.safeParse(parsed(line));
      if (job.success) this.jobs.set(job.data.jobId, job.data);
    }
  }
}

function textOf(file: string): string {
  try {
    return readRegularFileSync(file).toString('utf8');
  } catch {
    return '';
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown; // every caller decodes the value
  } catch {
    return null;
  }
}
