import {mkdirSync, readFileSync, rmdirSync, writeFileSync} from 'node:fs';
import {readdir, readFile, rmdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {systemErrorCode} from '../files/fileSystemError';

/** Names the job that a process belongs to, in its environment, which all inherit that it starts. */
export interface JobMark {
  readonly studyId: string;
  readonly runId: string;
  readonly jobId: string;
}

const VARIABLE = 'STUDY_DESK_JOB';
/** What a killed process started meanwhile is found by looking again. */
const LOOKS = 20;
const BETWEEN_LOOKS_MS = 20;

/** The mark as a variable of the environment. */
export function markVariable({studyId, runId, jobId}: JobMark): Record<string, string> {
  return {[VARIABLE]: [studyId, runId, jobId].join(' ')};
}

/**
 * Kills the marked processes of some jobs, wherever they went: also those that left the job's process group (`setsid`)
 * or whose parents have ended. Seen on Linux only, where the system shows the environment of a process.
 */
export async function endMarked(which: (mark: JobMark) => boolean): Promise<void> {
  if (process.platform !== 'linux') return;
  for (let look = 1; look <= LOOKS; look += 1) {
    try {
      const found = await markedProcesses(which);
      if (found.length === 0) return;
      for (const pid of found) killOne(pid);
    } catch (error) {
      // no file may be opened just now
      if (look === LOOKS) throw error;
    }
    await delay(BETWEEN_LOOKS_MS);
  }
}

async function markedProcesses(which: (mark: JobMark) => boolean): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const marked: number[] = [];
  // one after another, so that few files are open at a time
  for (const pid of pids) {
    const mark = await markOf(pid);
    if (mark !== null && pid !== process.pid && which(mark)) marked.push(pid);
  }
  return marked;
}

/** True where nothing is said of the process that was looked at. */
function isOfThisComputer(error: unknown): boolean {
  return ['EMFILE', 'ENFILE', 'ENOMEM'].includes(systemErrorCode(error) ?? '');
}

/** Null for a process that is not of a job, is another user's, or has ended; throws where that can't be seen. */
async function markOf(pid: number): Promise<JobMark | null> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch((error: unknown) => {
    if (isOfThisComputer(error)) throw error;
    return '';
  });
  const variable = environment.split('\0').find((each) => each.startsWith(`${VARIABLE}=`));
  const [studyId, runId, jobId] = variable?.slice(VARIABLE.length + 1).split(' ') ?? [];
  if (studyId === undefined || runId === undefined || jobId === undefined) return null;
  return {studyId, runId, jobId};
}

/**
 * Makes a control group of Linux for a job below this process's own, and puts its first process in; no process leaves
 * it, even one that sets up its environment anew. Answers its folder; null where that is not ours to make. To be called
 * right after the start, before the process starts others.
 */
export function enterControlGroup(jobId: string, pid: number): string | null {
  if (process.platform !== 'linux') return null;
  // without rights to the system's groups the mark must do
  try {
    const ours = ownControlGroup();
    if (ours === null) return null;
    const group = path.join(ours, `study-desk-${jobId}`);
    mkdirSync(group);
    try {
      writeFileSync(path.join(group, 'cgroup.procs'), String(pid));
      return group;
    } catch {
      rmdirSync(group);
      return null;
    }
  } catch {
    return null;
  }
}

/** Kills everything in a control group and removes it; one that is gone already is no fault. */
export async function endControlGroup(group: string): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    const killed = await writeFile(path.join(group, 'cgroup.kill'), '1', {flag: 'r+'}).then(
      () => true,
      () => false,
    );
    // kernels before 5.14 don't kill a group as a whole
    if (!killed) for (const pid of await processesIn(group)) killOne(pid);
    const left = await rmdir(group).then(
      () => false,
      (error: NodeJS.ErrnoException) => error.code === 'EBUSY',
    );
    if (!left) return;
    await delay(BETWEEN_LOOKS_MS);
  }
}

async function processesIn(group: string): Promise<readonly number[]> {
  const text = await readFile(path.join(group, 'cgroup.procs'), 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(Number);
}

/** The folder of this process's group in the unified hierarchy; null where the system has none. */
function ownControlGroup(): string | null {
  const group = /^0::(\/.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1];
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const mount = mounts.map((line) => line.split(' ')).find((fields) => isUnified(fields));
  return group === undefined || mount?.[4] === undefined ? null : path.join(mount[4], group);
}

/** A line of mountinfo: its fourth field is the part of the hierarchy that is mounted, its fifth where. */
function isUnified(fields: readonly string[]): boolean {
  return fields[3] === '/' && fields[fields.indexOf('-') + 1] === 'cgroup2';
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
}
