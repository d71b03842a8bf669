import {randomUUID} from 'node:crypto';
import {link, readFile, rename, rm} from 'node:fs/promises';
import {hostname} from 'node:os';
import {z} from 'zod';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {writeFileAtomically} from '../files/writeAtomically';
import {readJson} from './studyFolder';

/** The right to run jobs in a study, held by one process at a time. */
export interface StudyLock {
  release(): Promise<void>;
}

const Holder = z.object({
  format: z.literal(1),
  token: z.string(),
  pid: z.number().int(),
  host: z.string(),
  /** When the process began, as the system tells it; null where it does not. */
  processStart: z.string().nullable(),
  takenAt: z.string(),
});
type Holder = z.infer<typeof Holder>;

/** When a process began, to tell it from a later one with the same number; null where that can't be known. */
async function processStart(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // the name in brackets may hold spaces; field 22 of the whole is the start
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/** A holder that is gone: its process ended, or its number belongs to another now. */
async function isOutOfDate(holder: Holder): Promise<boolean> {
  if (holder.host !== hostname()) return false;
  if (!exists(holder.pid)) return true;
  const start = await processStart(holder.pid);
  return start !== null && holder.processStart !== null && start !== holder.processStart;
}

async function readHolder(path: string): Promise<Holder | null> {
  const decoded = Holder.safeParse(await readJson(path));
  return decoded.success ? decoded.data : null;
}

/** The process that may run jobs in a study. */
export interface LockHolder {
  readonly pid: number;
  /** The name of its computer; null where that is this one. */
  readonly host: string | null;
  /** ISO 8601 UTC. */
  readonly since: string;
}

/** Who holds the lock now; null where nobody does, or only a process that is gone. */
export async function lockHolder(path: string): Promise<LockHolder | null> {
  const holder = await readHolder(path);
  if (holder === null || (await isOutOfDate(holder))) return null;
  const {pid, host, takenAt} = holder;
  return {pid, host: host === hostname() ? null : host, since: takenAt};
}

function busy(path: string, holder: Holder): AppError {
  const elsewhere = holder.host === hostname() ? '' : ` on the computer ${holder.host}`;
  return appError('study-busy', `Another Study Desk${elsewhere} is running jobs in this study.`, {
    why: `Process ${holder.pid} has held the study since ${holder.takenAt}.`,
    hint:
      elsewhere === ''
        ? 'Wait until it has finished, or stop the run there.'
        : `Wait until it has finished. If that computer is no longer running, delete ${path}.`,
  });
}

/** Takes the lock of a study; one left behind by a process that is gone is taken over. */
export async function takeStudyLock(
  path: string,
  takenAt: string,
): Promise<Result<StudyLock, AppError>> {
  const token = randomUUID();
  const mine: Holder = {
    format: 1,
    token,
    pid: process.pid,
    host: hostname(),
    processStart: await processStart(process.pid),
    takenAt,
  };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      await createWithContent(path, JSON.stringify(mine));
      return ok({release: () => release(path, token)});
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST')
        return err(fileSystemError('Study Desk could not reserve the study for a run.', error));
    }
    const holder = await readHolder(path);
    if (holder !== null && !(await isOutOfDate(holder))) return err(busy(path, holder));
    await setAside(path, holder?.token ?? null);
  }
  return err(
    appError('study-busy', 'Another Study Desk has just begun to run jobs in this study.', {
      hint: 'Try again in a moment.',
    }),
  );
}

/** Makes a file that has its content from the first moment on; EEXIST where it is there already. */
async function createWithContent(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  await writeFileAtomically(temporary, content);
  try {
    await link(temporary, path);
  } finally {
    await rm(temporary, {force: true});
  }
}

/** Removes a stale lock unless it has been replaced by a living one in the meantime. */
async function setAside(path: string, token: string | null): Promise<void> {
  const aside = `${path}.${randomUUID()}.stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await readHolder(aside);
  if (moved !== null && moved.token !== token) await rename(aside, path);
  else await rm(aside, {force: true});
}

async function release(path: string, token: string): Promise<void> {
  const holder = await readHolder(path);
  if (holder?.token === token) await rm(path, {force: true});
}
