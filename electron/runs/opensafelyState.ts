import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {Database, SqlJsStatic} from 'sql.js';
import * as z from 'zod';
import {isTier, type Tier} from '../../shared/sensitivity';
import {withWal} from './sqliteWal';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {parseJson, readRegularFile} from '../files/openFile';

/** A job of `opensafely run` as its database has it. */
export interface OpensafelyJob {
  readonly id: string;
  readonly runId: string;
  readonly action: string;
  readonly state: 'pending' | 'running' | 'failed' | 'succeeded';
  readonly statusCode: string;
  readonly message: string;
  /** Seconds since 1970; null until known. */
  readonly createdAt: number;
  readonly updatedAt: number | null;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly outputs: readonly {readonly path: string; readonly tier: Tier}[];
  /** The command with all that was added to it, split and joined as a shell does; null, like the next two, where it is not recorded. */
  readonly runCommand: string | null;
  readonly needs: readonly string[] | null;
  /** `tier: pattern` for each output pattern. */
  readonly outputPatterns: readonly string[] | null;
}

const Row = z.object({
  id: z.string(),
  job_request_id: z.string().nullable(),
  state: z.string(),
  action: z.string(),
  status_code: z.string().nullable(),
  status_message: z.string().nullable(),
  created_at: z.number(),
  updated_at: z.number().nullable(),
  started_at: z.number().nullable(),
  completed_at: z.number().nullable(),
  outputs: z.string().nullable(),
  run_command: z.string().nullable(),
  requires_outputs_from: z.string().nullable(),
  output_spec: z.string().nullable(),
});

const Outputs = z.record(z.string(), z.string());
const Needs = z.array(z.string());
/** Tier, then label, then pattern. */
const OutputSpec = z.record(z.string(), z.record(z.string(), z.string()));
const State = z.enum(['pending', 'running', 'failed', 'succeeded']);

/** Cancelled jobs do not count (RULES "Record of the reference"). */
const QUERY = (what: readonly string[]): string => `
  select id, job_request_id, state, action, status_code, status_message,
         created_at, updated_at, started_at, completed_at, outputs, ${what.join(', ')}
  from job where coalesce(cancelled, 0) = 0 and workspace = ?
  order by created_at, rowid`;

let loading: Promise<SqlJsStatic> | null = null;

/** The SQLite engine without a file beside it; loaded once, as that takes a while. */
function sqlite(): Promise<SqlJsStatic> {
  loading ??= import('sql.js/dist/sql-wasm-inline.js').then((module) => module.default());
  return loading;
}

/** What `opensafely run` recorded, as far as that can be read. */
export interface OpensafelyRecord {
  readonly jobs: readonly OpensafelyJob[];
  /** Why it can't be read, in a sentence; null where it can, or there is none. */
  readonly trouble: string | null;
}

/** The uncancelled jobs that `opensafely run` recorded for a workspace, oldest first; none where that can't be read. */
export async function readOpensafelyJobs(
  studyDir: string,
  workspace: string,
): Promise<readonly OpensafelyJob[]> {
  return (await readOpensafelyRecord(studyDir, workspace)).jobs;
}

/** The same, with what keeps it from being read. The file is only read. */
export async function readOpensafelyRecord(
  studyDir: string,
  workspace: string,
): Promise<OpensafelyRecord> {
  let content: Buffer | null;
  try {
    content = await readDatabase(join(studyDir, 'metadata', 'db.sqlite'));
  } catch (error) {
    return {jobs: [], trouble: fileSystemError('', error).why ?? 'The system does not say why.'};
  }
  if (content === null || content.length === 0) return {jobs: [], trouble: null};
  const engine = await sqlite();
  const database = new engine.Database(content);
  try {
    const statement = database.prepare(QUERY(definitionColumns(database)));
    statement.bind([workspace]);
    const jobs: OpensafelyJob[] = [];
    while (statement.step()) {
      const job = toJob(statement.getAsObject());
      if (job !== null) jobs.push(job);
    }
    return {jobs, trouble: null};
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return {jobs: [], trouble: `SQLite says: ${text}.`};
  } finally {
    database.close();
  }
}

/** The ids of all jobs that are recorded in a study's database, cancelled ones too; null where it can't be read. */
export async function readOpensafelyIds(studyDir: string): Promise<ReadonlySet<string> | null> {
  let content: Buffer | null;
  try {
    content = await readDatabase(join(studyDir, 'metadata', 'db.sqlite'));
  } catch {
    return null;
  }
  if (content === null || content.length === 0) return new Set();
  const engine = await sqlite();
  const database = new engine.Database(content);
  try {
    const [table] = database.exec('select id from job');
    return new Set(table?.values.map(([id]) => String(id)));
  } catch {
    return null;
  } finally {
    database.close();
  }
}

/** The columns that say what was run; null for one that this database does not have. */
function definitionColumns(database: Database): readonly string[] {
  const [table] = database.exec("select name from pragma_table_info('job')");
  const present = new Set(table?.values.map(([name]) => name));
  return ['run_command', 'requires_outputs_from', 'output_spec'].map((column) =>
    present.has(column) ? column : `null as ${column}`,
  );
}

/** Reads of a database while it is written to, before its log is left aside. */
const READS = 3;

/**
 * The database as it is now, also while `opensafely run` writes to it: the latest jobs are then only in its write-ahead
 * log. Null where there is none.
 */
async function readDatabase(file: string): Promise<Buffer | null> {
  for (let read = 1; ; read += 1) {
    const before = await stampOf(file);
    const wal = await readRegularFile(`${file}-wal`).catch(() => null);
    const database = await readRegularFile(file).catch(unlessMissing);
    if (database === null) return null;
    // the log may have been taken over into the database in between, or begun anew
    if ((await stampOf(file)) === before) return withWal(database, wal);
    if (read === READS) return withWal(database, null);
  }
}

/** Null for a file that is not there; anything else is thrown on. */
function unlessMissing(error: unknown): null {
  if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return null;
  throw error;
}

/** Distinguishes one state of a database and its log from the next. */
async function stampOf(file: string): Promise<string> {
  const found = await Promise.all(
    [file, `${file}-wal`].map((each) => stat(each, {bigint: true}).catch(() => null)),
  );
  return found.map((each) => `${each?.mtimeNs} ${each?.size}`).join(' ');
}

function toJob(value: unknown): OpensafelyJob | null {
  const row = Row.safeParse(value);
  const state = row.success ? State.safeParse(row.data.state) : null;
  if (!row.success || state?.success !== true) return null;
  const outputs = Outputs.safeParse(parseJson(row.data.outputs ?? '{}'));
  const needs = Needs.safeParse(parseJson(row.data.requires_outputs_from ?? ''));
  const spec = OutputSpec.safeParse(parseJson(row.data.output_spec ?? ''));
  return {
    id: row.data.id,
    runId: row.data.job_request_id ?? '',
    action: row.data.action,
    state: state.data,
    statusCode: row.data.status_code ?? '',
    message: row.data.status_message ?? '',
    createdAt: row.data.created_at,
    updatedAt: row.data.updated_at,
    startedAt: row.data.started_at,
    completedAt: row.data.completed_at,
    outputs: outputs.success
      ? Object.entries(outputs.data).flatMap(([path, tier]) => (isTier(tier) ? [{path, tier}] : []))
      : [],
    runCommand: row.data.run_command,
    needs: needs.success ? needs.data : null,
    outputPatterns: spec.success
      ? Object.entries(spec.data).flatMap(([tier, patterns]) =>
          Object.values(patterns).map((pattern) => `${tier}: ${pattern}`),
        )
      : null,
  };
}
