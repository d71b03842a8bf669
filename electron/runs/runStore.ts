import {mkdir, readdir, rm, stat, truncate, type FileHandle} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import * as z from 'zod';
import {isFinal, type Job} from '../../shared/job';
import type {RunRecord} from '../../shared/run';
import {JobSchema, RunRecordSchema} from './runRecordSchema';
import {systemErrorCode} from '../files/fileSystemError';
import {openToAppend, parseJson, readJson, readRegularFile} from '../files/openFile';
import {syncFolder} from '../files/syncToDisk';
import {studyFolder, type StudyFolder} from './studyFolder';
import {writeFileAtomically} from '../files/writeAtomically';

/** A run on disk: its folder, and its record as far as it got. */
export interface StoredRun {
  readonly dir: string;
  readonly record: RunRecord;
}

/** Writes one run's record while it goes on. */
export type RunJournal = ReturnType<typeof journalOf>;

const RECORD = 'run.json';
const JOURNAL = 'jobs.ndjson';
/** Jobs that a workflow engine has ended, one a line; it adds to it for as long as it likes. */
export const ELSEWHERE_JOURNAL = 'snakemake.ndjson';
/** The actions that it is to run, since when. */
const Waiting = z.object({since: z.string(), actions: z.array(z.string())});
const FOLDER = /^(\d{6,})-[a-z0-9]+$/u;

/** Where a job's full log lies in its run's folder. */
export function attemptLogPath(runDir: string, jobId: string): string {
  return join(runDir, `${jobId}.log`);
}

/** Folders of runs, oldest first: numbered, so that a clock that jumps does not change the order. */
export async function runFolders(
  folder: StudyFolder,
  onUnread: OnUnread = () => undefined,
): Promise<readonly string[]> {
  const names = await readdir(folder.runs).catch((error: unknown): string[] => {
    if (systemErrorCode(error) !== 'ENOENT') onUnread(folder.runs, error);
    return [];
  });
  return names
    .filter((name) => FOLDER.test(name))
    .sort((left, right) => Number.parseInt(left, 10) - Number.parseInt(right, 10));
}

/** Least time from one wait for the disk to the next: endings that come meanwhile share it. */
const BATCH_MS = 20;

/**
 * Appends jobs to a journal. What comes in while a write goes on is written together with the
 * next, of each job its latest state only; only endings wait for the disk, as everything before
 * them can be found out again.
 */
function createJournalWriter(file: FileHandle): {
  append(job: Job): Promise<void>;
  close(): Promise<void>;
} {
  let waiting = new Map<string, Job>();
  let next: Promise<void> | null = null;
  let current: Promise<void> = Promise.resolve();
  let batched: Promise<void> = Promise.resolve();

  const write = async () => {
    const batch = [...waiting.values()];
    waiting = new Map();
    next = null;
    await file.appendFile(batch.map((job) => `${JSON.stringify(job)}\n`).join(''));
    if (!batch.some((job) => isFinal(job.statusCode))) return;
    await file.datasync();
    batched = delay(BATCH_MS);
  };

  return {
    append(job) {
      waiting.set(job.id, job);
      if (next === null) {
        next = current.then(write);
        current = next.catch(() => undefined).then(() => batched);
      }
      return next;
    },
    async close() {
      await current;
      await file.close();
    },
  };
}

function journalOf(dir: string, file: FileHandle) {
  const writer = createJournalWriter(file);
  let left = false;
  return {
    dir,
    /** Notes a job's new state; resolves once it is on disk. */
    note: async (job: Job): Promise<void> => {
      if (!left) await writer.append(job);
    },
    /** Leaves the record as it is on disk: it belongs to another process, or its place to another study. */
    async leave(): Promise<void> {
      left = true;
      await writer.close();
    },
    /** Writes the whole record in place of the journal. */
    async finish(record: RunRecord): Promise<void> {
      await writer.close();
      await writeFileAtomically(join(dir, RECORD), JSON.stringify(record));
      // the record holds all of it now; a crash before this line only leaves it twice
      await rm(join(dir, JOURNAL), {force: true});
    },
  };
}

/** Begins the record of a new run, with all its jobs still to come. */
export async function createRun(folder: StudyFolder, record: RunRecord): Promise<RunJournal> {
  const last = (await runFolders(folder)).at(-1) ?? '0';
  const number = String(Number.parseInt(last, 10) + 1).padStart(6, '0');
  const dir = join(folder.runs, `${number}-${record.id}`);
  await mkdir(dir, {recursive: true, mode: 0o700});
  // a record without an end is looked for by its journal, so that comes first
  const journal = await openToAppend(join(dir, JOURNAL), 0o600);
  await writeFileAtomically(join(dir, RECORD), JSON.stringify(record));
  await syncFolder(folder.runs);
  return journalOf(dir, journal);
}

/** Goes on with the record of a run that was cut off. */
export async function resumeRun(dir: string): Promise<RunJournal> {
  const path = join(dir, JOURNAL);
  await cutTorn(path);
  return journalOf(dir, await openToAppend(path, 0o600));
}

/** Cuts off a last line that was never written to its end: what is added would be joined to it. */
async function cutTorn(path: string): Promise<void> {
  try {
    const content = await readRegularFile(path);
    const whole = content.lastIndexOf('\n') + 1;
    if (whole < content.length) await truncate(path, whole);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}

/**
 * Called for each file of a run that can't be read, and why: the system's error, null where it is read and not understood, and
 * `put-aside` for one that was put aside for that before.
 */
export type OnUnread = (path: string, error: unknown) => void;

/** A run as its folder has it; null where the record can't be read. */
async function readRun(
  dir: string,
  onUnread: OnUnread = () => undefined,
): Promise<StoredRun | null> {
  const record = await readRecord(dir, onUnread);
  if (record === null) return null;
  if (record.ranBy !== undefined) return runElsewhere(dir, record, onUnread);
  if (record.endedAt !== null) return {dir, record};
  const jobs = new Map(record.jobs.map((job) => [job.id, job]));
  for (const job of await readJournal(join(dir, JOURNAL), onUnread)) jobs.set(job.id, job);
  return {dir, record: {...record, jobs: [...jobs.values()]}};
}

/** A run that a workflow engine carries out, as far as its jobs have ended; null before the first has. */
async function runElsewhere(
  dir: string,
  record: RunRecord,
  onUnread: OnUnread,
): Promise<StoredRun | null> {
  // what has begun and not ended is under way only as long as somebody is seen to carry it out
  const jobs = (await jobsElsewhere(dir, onUnread)).filter(({statusCode}) => isFinal(statusCode));
  const [first] = jobs;
  const last = jobs.at(-1);
  if (first === undefined || last === undefined) return null;
  const latest = [...new Map(jobs.map((job) => [job.action, job])).values()];
  return {
    dir,
    record: {
      ...record,
      startedAt: first.startedAt ?? first.createdAt,
      endedAt: last.completedAt ?? record.endedAt,
      outcome: latest.every(({state}) => state === 'succeeded') ? 'succeeded' : 'failed',
      jobs,
    },
  };
}

async function jobsElsewhere(dir: string, onUnread?: OnUnread): Promise<readonly Job[]> {
  const read = await readJournal(join(dir, ELSEWHERE_JOURNAL), onUnread ?? (() => undefined));
  return [...new Map(read.map((job) => [job.id, job])).values()];
}

/** The newest run as a run that a workflow engine carries out just now; null where that is none of its. */
export async function readRunElsewhere(folder: StudyFolder): Promise<RunRecord | null> {
  const name = (await runFolders(folder)).at(-1);
  const dir = join(folder.runs, name ?? '');
  const record = name === undefined ? null : await readRecord(dir, () => undefined);
  if (record?.ranBy === undefined) return null;
  const jobs = await jobsElsewhere(dir);
  const latest = new Map(jobs.map((job) => [job.action, job.id]));
  const ofNow = jobs.filter((job) => isFinal(job.statusCode) || latest.get(job.action) === job.id);
  const waiting = Waiting.safeParse(await readJson(join(dir, 'waiting.json')));
  const {since, actions} = waiting.success ? waiting.data : {since: '', actions: []};
  const begun = new Set(jobs.flatMap((job) => (job.createdAt >= since ? [job.action] : [])));
  const toCome = actions
    .filter((action) => !begun.has(action))
    .map((action) => waitingElsewhere(record, action, since));
  return {...record, endedAt: null, outcome: null, jobs: [...ofNow, ...toCome]};
}

/** A job that a workflow engine is to begin. */
function waitingElsewhere({id}: RunRecord, action: string, createdAt: string): Job {
  return {
    ...{id: `${id}-${action}`, runId: id, action, reason: 'requested', waitsFor: [], createdAt},
    ...{state: 'waiting', statusCode: 'created', message: 'Waiting for Snakemake', hint: null},
    ...{exitCode: null, startedAt: null, completedAt: null, image: '', imageId: null},
    ...{actionCommit: null, outputs: [], unmatchedPatterns: [], unmatchedFiles: [], excluded: []},
    ...{notCollected: [], logFile: null, keptFiles: null, outOfMemoryBytes: null},
    ...{peakMemoryBytes: null, cpuSeconds: null, ranBy: 'snakemake'},
  };
}

async function readRecord(dir: string, onUnread: OnUnread): Promise<RunRecord | null> {
  const path = join(dir, RECORD);
  try {
    const content = await readRegularFile(path);
    const decoded = RunRecordSchema.safeParse(parseJson(content.toString('utf8')));
    if (decoded.success) return decoded.data;
    onUnread(path, null);
  } catch (error) {
    const isMissing = systemErrorCode(error) === 'ENOENT';
    if (!isMissing) onUnread(systemErrorCode(error) === 'ENOTDIR' ? dir : path, error);
    // one that was never written: the process ended before the run began
    const names = isMissing ? await readdir(dir).catch((): string[] => []) : [];
    for (const name of names)
      if (name.startsWith(`${RECORD}.damaged`)) onUnread(join(dir, name), 'put-aside');
  }
  return null;
}

async function readJournal(path: string, onUnread: OnUnread): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  try {
    const content = await readRegularFile(path);
    const lines = content.toString('utf8').split('\n');
    // after a power cut, blocks that were not written yet read as zeros
    const torn = (lines.pop() ?? '').replace(/\0+$/u, '');
    let isDamaged = torn !== '' && !torn.startsWith('{');
    for (const line of [...lines, torn]) {
      const job = line === '' ? null : JobSchema.safeParse(parseJson(line));
      if (job?.success === true) jobs.push(job.data);
      else if (job !== null && line !== torn) isDamaged = true;
    }
    if (isDamaged) onUnread(path, null);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') onUnread(path, error);
  }
  return jobs;
}

/** Every run of the study, oldest first. */
export async function readRuns(
  folder: StudyFolder,
  onUnread?: OnUnread,
): Promise<readonly StoredRun[]> {
  const runs: StoredRun[] = [];
  for (const name of await runFolders(folder, onUnread)) {
    const run = await readRun(join(folder.runs, name), onUnread);
    if (run !== null) runs.push(run);
  }
  return runs;
}

/** Folders in which commits of the study were run, each a study of its own. */
export async function commitFolders(folder: StudyFolder): Promise<readonly StudyFolder[]> {
  const names = await readdir(folder.commits).catch((): string[] => []);
  return names
    .filter((name) => /^[0-9a-f]{40}$/.test(name))
    .map((name) => studyFolder(join(folder.commits, name)));
}

/** Every run of a commit of the study, which lie apart from its own; the newest first. */
export async function readCommitRuns(folder: StudyFolder): Promise<readonly RunRecord[]> {
  const runs: RunRecord[] = [];
  for (const each of await commitFolders(folder))
    for (const {record} of await readRuns(each)) runs.push(record);
  return runs.sort((one, other) => other.startedAt.localeCompare(one.startedAt));
}

/** The newest runs of the study, newest first. */
export async function readNewestRuns(
  folder: StudyFolder,
  limit: number,
): Promise<readonly RunRecord[]> {
  const names = [...(await runFolders(folder))].reverse().slice(0, limit);
  const runs = await Promise.all(names.map((name) => readRun(join(folder.runs, name))));
  return runs.flatMap((run) => (run === null ? [] : [run.record]));
}

/** The run of that id; null where no record that can be read has it. */
export async function findRun(folder: StudyFolder, runId: string): Promise<RunRecord | null> {
  const name = (await runFolders(folder)).find((each) => each.endsWith(`-${runId}`));
  if (name !== undefined) return (await readRun(join(folder.runs, name)))?.record ?? null;
  return (await readCommitRuns(folder)).find(({id}) => id === runId) ?? null;
}

/** A job of any run, looked for from the newest run on, with its run; null where no record that can be read holds it. */
export async function findJob(
  folder: StudyFolder,
  jobId: string,
): Promise<{readonly job: Job; readonly record: RunRecord} | null> {
  for (const name of [...(await runFolders(folder))].reverse()) {
    const run = await readRun(join(folder.runs, name));
    const job = run?.record.jobs.find(({id}) => id === jobId);
    if (run !== null && job !== undefined) return {job, record: run.record};
  }
  for (const record of await readCommitRuns(folder)) {
    const job = record.jobs.find(({id}) => id === jobId);
    if (job !== undefined) return {job, record};
  }
  return null;
}

/** Ids of the runs without an end, also of those whose record can't be read. */
export async function openRunIds(folder: StudyFolder): Promise<ReadonlySet<string>> {
  const open = new Set<string>();
  for (const name of await runFolders(folder)) {
    const journal = await stat(join(folder.runs, name, JOURNAL)).catch(() => null);
    if (journal !== null) open.add(name.slice(name.indexOf('-') + 1));
  }
  return open;
}

/** Runs without an end, oldest first: cut off, or carried out by another process just now. */
export async function readUnfinished(folder: StudyFolder): Promise<readonly StoredRun[]> {
  const unfinished: StoredRun[] = [];
  for (const name of await runFolders(folder)) {
    // the journal goes when a run is closed, so most folders need not be read
    const journal = await stat(join(folder.runs, name, JOURNAL)).catch(() => null);
    const run = journal === null ? null : await readRun(join(folder.runs, name));
    if (run !== null && run.record.endedAt === null) unfinished.push(run);
  }
  return unfinished;
}
