import {randomUUID} from 'node:crypto';
import {
  link,
  lstat,
  open,
  realpath,
  rename,
  rm,
  stat,
  statfs,
  type FileHandle,
} from 'node:fs/promises';
import {hostname} from 'node:os';
import {setTimeout as delay} from 'node:timers/promises';
import {type AppError, failWith, appError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {readJson} from '../files/openFile';
import {thisProcess} from '../files/processIdentity';
import {Holder, lookAtLock, type FoundLock} from './lockHolder';

/** How the right to run jobs in a study came to be lost. */
export interface LostLock {
  readonly error: AppError;
  /** Another process has the study now, and what runs in it; otherwise the study is gone. */
  readonly takenOver: boolean;
}

/** The right to run jobs in a study, held by one process at a time. */
export interface StudyLock {
  /** Distinguishes this holding of it from every other one. */
  readonly token: string;
  /** The token of the holder that it was taken from; null where nobody's was there. */
  readonly takenFrom: string | null;
  /** Whether the study is still where it was and still ours, to be asked before anything is written into it. */
  check(): Promise<Result<null, AppError>>;
  /** Called once, at the latest a beat after it happened. */
  onLost(listener: (lost: LostLock) => void): void;
  /** Safe to call when it was lost: the lock of another process stays. */
  release(): Promise<void>;
}

/** How a lock is taken. */
export interface LockOptions {
  /** Folder of the study. */
  readonly study: string;
  /** ISO 8601 UTC. */
  readonly takenAt: string;
  /** Take it from a process that may be alive. */
  readonly takeOver?: boolean;
  /** Milliseconds from one beat of its heart to the next; 5 s unless set otherwise. */
  readonly beatMs?: number;
  /** Milliseconds without a beat after which a lock is taken over; 60 s unless set otherwise. */
  readonly silenceMs?: number;
}

const BEAT_MS = 5000;
const SILENCE_MS = 60_000;

/** The process that may run jobs in a study. */
export interface LockHolder {
  readonly pid: number;
  /** The name of its computer; null where that is this one. */
  readonly host: string | null;
  /** ISO 8601 UTC. */
  readonly since: string;
  /** Its process was seen to live; otherwise that is known by the heart of the lock alone. */
  readonly seen: boolean;
  /** Set where it is no Study Desk but the workflow engine of an exported copy. */
  readonly ranBy?: 'snakemake';
  /** Since when such a one, on another computer, has not been heard of; null while it is, or is seen. */
  readonly silentSince: string | null;
}

/** Who holds the lock now; null where nobody does, or only a process that is gone. */
export async function lockHolder(path: string): Promise<LockHolder | null> {
  const found = await lookAtLock(path).catch(() => null);
  if (found === null || found.holder === null) return null;
  const {pid, host, takenAt, ranBy} = found.holder;
  const isSilent = isGone(found, SILENCE_MS);
  // of an engine that nothing here can take up, what is known stays as it is
  if (isSilent && (ranBy === undefined || found.process === 'dead')) return null;
  return {
    pid,
    host: host === hostname() ? null : host,
    since: takenAt,
    seen: found.process === 'alive',
    silentSince: isSilent ? new Date(Date.now() - found.silentMs).toISOString() : null,
    ...(ranBy === undefined ? {} : {ranBy}),
  };
}

/** Whether a process may hold the lock, one that is surely gone has left it, or it is free. */
export async function lockState(path: string): Promise<'free' | 'held' | 'left'> {
  const found = await lookAtLock(path);
  if (found === null) return 'free';
  return isGone(found, SILENCE_MS) ? 'left' : 'held';
}

/** One that is seen to live is never gone, however long it is silent: it may be stopped, and goes on with its jobs. */
function isGone({process, silentMs}: FoundLock, silenceMs: number): boolean {
  return process === 'dead' || (process === 'unknown' && silentMs >= silenceMs);
}

/**
 * Takes the lock of a study. One whose process is surely dead is taken over at once; one of a process that can't be seen
 * from here is watched, and taken over where it shows no sign of life for as long as a living one never is silent.
 */
export async function takeStudyLock(
  path: string,
  options: LockOptions,
): Promise<Result<StudyLock, AppError>> {
  const {beatMs = BEAT_MS, silenceMs = SILENCE_MS} = options;
  const mine: Holder = {
    format: 1,
    token: randomUUID(),
    ...(await thisProcess()),
    takenAt: options.takenAt,
    study: await realpath(options.study).catch(() => null),
  };
  let watched: FoundLock | null = null;
  let takenFrom: string | null = null;
  for (let taken = 0; taken < 5;) {
    try {
      const file = await createLock(path, mine);
      const held = await heldLock(path, {file, token: mine.token}, options.study, beatMs);
      return ok({token: mine.token, takenFrom, ...held});
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST')
        return err(fileSystemError('Study Desk could not lock the study for a run.', error));
    }
    const found = await lookAtLock(path);
    if (found === null) continue;
    if (options.takeOver === true || isGone(found, silenceMs)) {
      await removeStale(path, found.holder?.token ?? null);
      takenFrom = found.holder?.token ?? takenFrom;
      taken += 1;
      continue;
    }
    const beats = watched !== null && watched.stamp !== found.stamp;
    if (found.holder !== null && (found.process === 'alive' || beats))
      return err(busy(found.holder));
    watched = found;
    await delay(Math.min(beatMs, 1000));
  }
  return failWith('study-busy', 'Another Study Desk has just started a run in this study.', {
    hint: 'Try again in a moment.',
  });
}

/** What runs jobs in a study that this process can't have, as the beginning of a sentence. */
export function programOf(ranBy: LockHolder['ranBy']): string {
  return ranBy === undefined ? 'Another Study Desk' : 'Snakemake';
}

function busy(holder: Holder): AppError {
  const elsewhere = holder.host === hostname() ? '' : ` on the computer ${holder.host}`;
  return appError(
    'study-busy',
    `${programOf(holder.ranBy)}${elsewhere} is running jobs in this study.`,
    {
      why: `Process ${holder.pid} has held the study since ${holder.takenAt}.`,
      hint: TAKE_OVER_HINT,
      takeOver: true,
    },
  );
}

/** What to do about a study that another process holds. */
export const TAKE_OVER_HINT =
  'Wait until it has finished, or stop the run there. If it hangs, take the study over (the button in the window, or `study-desk run --take-over`): its jobs are then followed here. If it is still running after all, both may write outputs for a moment.';

/**
 * Makes the lock file, which stays open: its heart beats through that, whatever lies at its path by then. It is written
 * whole before it gets its name, as one that does not say whose it is holds the study up until it has long been silent.
 */
async function createLock(path: string, mine: Holder): Promise<FileHandle> {
  const written = `${path}.${mine.token}.new`;
  const file = await open(written, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(mine));
    await file.sync();
    await nameLock(written, path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  } finally {
    await rm(written, {force: true});
  }
}

/** Gives the lock its name, unless there is one of that name: then EEXIST. */
async function nameLock(written: string, path: string): Promise<void> {
  try {
    await link(written, path);
  } catch (error) {
    if (!NO_SECOND_NAMES.has(systemErrorCode(error) ?? '')) throw error;
    // the name alone is taken first, as a move would go over another's lock
    await (await open(path, 'wx', 0o600)).close();
    await rename(written, path);
  }
}

/** How file systems that know no second names for a file refuse one. */
const NO_SECOND_NAMES: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EINVAL',
]);

/** Removes a lock that counts for nothing, unless another one has taken its place in the meantime. */
async function removeStale(path: string, token: string | null): Promise<void> {
  const aside = `${path}.${randomUUID()}.stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = Holder.safeParse(await readJson(aside));
  if (moved.success && moved.data.token !== token) await putBack(aside, path);
  await rm(aside, {recursive: true, force: true});
}

/** Not over a third one: then the moved one is lost, which its process finds out before it writes again. */
async function putBack(aside: string, path: string): Promise<void> {
  try {
    await link(aside, path);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return;
    // some network disks know no second names
    await rename(aside, path);
  }
}

/** A folder or file, as long as it is there. */
interface Place {
  readonly dev: bigint;
  readonly ino: bigint;
}

/** What lies at a path; null where nothing does. */
async function placeOf(path: string, follow: boolean): Promise<Place | null> {
  try {
    return await (follow ? stat : lstat)(path, {bigint: true});
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return null;
    throw error;
  }
}

/** Kinds of Linux's disks of this computer, as statfs numbers them: ext4, xfs, btrfs, tmpfs, overlay, zfs. */
const LOCAL_DISKS: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1,
]);

/** Whether a file surely lies on a disk of this computer; elsewhere than on Linux that is not known. */
async function isLocalDisk(path: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  return statfs(path).then(
    ({type}) => LOCAL_DISKS.has(type),
    () => false,
  );
}

function isSame(one: Place | null, other: Place | null): boolean {
  return one !== null && other !== null && one.dev === other.dev && one.ino === other.ino;
}

/** The lock once it is held: beats, and notices when it is lost. */
async function heldLock(
  path: string,
  {file, token}: {readonly file: FileHandle; readonly token: string},
  study: string,
  beatMs: number,
): Promise<Omit<StudyLock, 'token' | 'takenFrom'>> {
  // it stays the same as long as the file is open: no other one can have its number then
  const studyAtStart = await placeOf(study, true);
  let lost: LostLock | null = null;
  let released = false;
  const listeners = new Set<(lost: LostLock) => void>();

  const lose = (next: LostLock): void => {
    if (lost !== null || released) return;
    lost = next;
    for (const listener of listeners) listener(next);
  };

  const own = await file.stat({bigint: true});
  const numbersFiles = await isLocalDisk(path);

  /** By the number of the file, which no other file of a disk of this computer can have while ours is open. */
  const isInPlace = async (): Promise<boolean> =>
    numbersFiles && isSame(await placeOf(path, false), own);

  /** By what is written there: network disks by way of FUSE, such as sshfs, number files by their paths. */
  const isMine = async (): Promise<boolean> => {
    const there = Holder.safeParse(await readJson(path));
    if (there.success) return there.data.token === token;
    return isSame(await placeOf(path, false), own);
  };

  const look = async (): Promise<void> => {
    if (lost !== null || released) return;
    try {
      // asked many times in each job; where the lock is in its place, so is the study around it
      if (await isInPlace()) return;
      if (!isSame(await placeOf(study, true), studyAtStart)) return lose(studyGone(study));
      if (await isMine()) return;
      if ((await placeOf(path, false)) === null) lose(lockGone());
      else lose(takenOver(Holder.safeParse(await readJson(path)).data ?? null));
    } catch {
      // a disk that does not answer shows where something is written to it; until then nothing is known to be lost
    }
  };

  const beat = async (): Promise<void> => {
    await look();
    const now = new Date();
    // on such disks it would be the heart of the next one's lock that beats
    if (lost === null && !released) await file.utimes(now, now).catch(() => undefined);
  };
  let beating: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    beating = beating.then(beat);
  }, beatMs);
  timer.unref();

  return {
    async check() {
      await look();
      return lost === null ? ok(null) : err(lost.error);
    },
    onLost(listener) {
      listeners.add(listener);
    },
    async release() {
      clearInterval(timer);
      await beating;
      if (released) return;
      const isOurs = lost === null && (await isMine().catch(() => false));
      released = true;
      await file.close();
      if (isOurs) await rm(path, {force: true});
    },
  };
}

function studyGone(study: string): LostLock {
  return {
    takenOver: false,
    error: appError('file-system', 'The study was moved or deleted while its jobs ran.', {
      why: `${study} is no longer the folder in which this run began, so nothing was written into it.`,
      hint: 'Open the study in its new place, and run again.',
    }),
  };
}

function lockGone(): LostLock {
  return {
    takenOver: false,
    error: appError(
      'study-busy',
      'Another Study Desk took this study over and has ended, or its records were removed.',
      {
        why: '`metadata/study-desk/lock.json`, this one’s lock on the study, is gone. Nothing was written after that.',
        hint: 'Run again.',
      },
    ),
  };
}

function takenOver(holder: Holder | null): LostLock {
  const who = holder === null ? '' : ` It is process ${holder.pid} on ${holder.host}.`;
  return {
    takenOver: true,
    error: appError('study-busy', 'Another Study Desk has taken this study over.', {
      why: `This one had not responded for a while, or somebody chose to take over.${who}`,
      hint: 'Its jobs are followed there. Open the study again when they have ended.',
    }),
  };
}
