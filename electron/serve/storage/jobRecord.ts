import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import type {Job} from '../../../shared/job';
import {readJson} from '../../files/openFile';
import {writeFileAtomically} from '../../files/writeAtomically';
import {actionLogTrailer, keptLogContent} from '../../logs/actionLog';
import {openStoredLog} from '../../logs/storedLog';
import {ServedJob, type ServedRequest} from '../records';
import type {Secrets} from '../rules/secrets';
import {HIGH_FILE, HIGH_FOLDER, jobLogFolder, keptJobs} from './places';

/** Variables whose values say nothing about anybody. */
const PLAIN_VARIABLES: readonly string[] = [
  'PATH',
  'LANG',
  'TZ',
  'HOME',
  'PYTHON_VERSION',
  'OPENSAFELY_BACKEND',
  'TEMP_DATABASE_NAME',
];

/** How a job's container was made, as far as it is kept. */
export interface Command {
  readonly image: string;
  readonly args: readonly string[];
  /** Values of all but plain variables are covered when they are written. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where the log of a job lies while it runs, whole, and is kept. */
export function attemptLog(high: string, job: Pick<ServedJob, 'id' | 'createdAt'>): string {
  return join(jobLogFolder(high, job), 'whole.log');
}

/** Where the log of a job is read by people. */
export function readableLog(folder: string): string {
  return join(folder, 'logs.txt');
}

/** Makes the folder of a job's log. */
export async function makeJobFolder(high: string, job: ServedJob): Promise<void> {
  await mkdir(jobLogFolder(high, job), {recursive: true, mode: HIGH_FOLDER});
}

/** Writes the log of a job that is over, as people read it: its last lines with their times, and a summary. */
export async function writeReadableLog(
  high: string,
  served: ServedJob,
  job: Job | null,
): Promise<void> {
  const target = readableLog(jobLogFolder(high, served));
  if (job === null) {
    const text = `${served.message}\n\njob id: ${served.id}\nrequest id: ${served.requestId}\naction: ${served.action}\n`;
    return writeFileAtomically(target, text, HIGH_FILE);
  }
  const trailer = actionLogTrailer(job, served.commit, served.database);
  const log = await openStoredLog(attemptLog(high, served));
  if (log === null) return writeFileAtomically(target, trailer, HIGH_FILE);
  try {
    await writeFileAtomically(target, keptLogContent(log, trailer), HIGH_FILE);
  } finally {
    await log.close();
  }
}

const JobRecord = z.object({format: z.literal(1), job: ServedJob});

/** Writes everything that is known of a job that is over. Its being there says that nothing of the job is left to be done. */
export async function writeJobRecord(
  high: string,
  job: ServedJob,
  request: ServedRequest | null,
  command: Command | null,
  secrets: Secrets,
): Promise<void> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(command?.env ?? {}))
    env[name] = PLAIN_VARIABLES.includes(name) || name.startsWith('LC_') ? value : '[secret]';
  const record = {
    format: 1,
    job,
    request,
    command: command === null ? null : {...command, env},
  };
  const text = JSON.stringify(record, null, 1);
  const file = join(jobLogFolder(high, job), RECORD);
  await writeFileAtomically(file, secrets.cover(text), HIGH_FILE);
}

const RECORD = 'metadata.json';

/** All jobs that are on record as over: what is left of a runner's state when its own is lost. */
export async function recordedJobs(high: string): Promise<ReadonlyMap<string, ServedJob>> {
  const jobs = new Map<string, ServedJob>();
  for (const {id, folder} of await keptJobs(high)) {
    const read = JobRecord.safeParse(await readJson(join(folder, RECORD)));
    if (read.success && read.data.job.id === id) jobs.set(id, read.data.job);
  }
  return jobs;
}
