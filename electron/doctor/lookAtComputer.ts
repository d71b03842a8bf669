import {randomBytes} from 'node:crypto';
import {constants, type Dirent} from 'node:fs';
import {access, lstat, readdir, readFile, realpath, rm, statfs, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type {
  ComputerFacts,
  OwnerFacts,
  WrittenFolder,
  PermissionFacts,
  SandboxFacts,
} from './judgeComputer';
import {fileSystemOf, type StudyPlace} from './studyPlace';

/** Most entries whose owners are looked at. */
const MOST_ENTRIES = 20_000;

/** What Study Desk runs on. */
export function lookAtComputer(program: string): ComputerFacts {
  return {
    program,
    platform: process.platform,
    release: os.release(),
    arch: process.arch,
    memoryBytes: os.totalmem(),
    freeMemoryBytes: os.freemem(),
  };
}

/** Bytes that a user may still write where a path lies; null where the system does not say. */
export async function freeBytesAt(file: string): Promise<number | null> {
  const stats = await statfs(await nearest(file)).catch(() => null);
  return stats === null ? null : stats.bavail * stats.bsize;
}

/** Where a study lies. */
export async function lookAtPlace(dir: string): Promise<StudyPlace> {
  const real = await realpath(dir).catch(() => dir);
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => null);
  return {
    platform: process.platform,
    dir: real,
    fileSystem: mounts === null ? null : fileSystemOf(real, mounts),
    marks: await marksAbove(real),
  };
}

/** Hidden files in a folder and in those above it. */
async function marksAbove(dir: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let folder = dir; ; folder = path.dirname(folder)) {
    const names = await readdir(folder).catch(() => []);
    found.push(...names.filter((name) => name.startsWith('.')));
    if (path.dirname(folder) === folder) return found;
  }
}

/** What Study Desk may write. */
export async function lookAtPermissions(
  studyDir: string | null,
  records: string | null,
  folders: readonly Omit<WrittenFolder, 'writable'>[],
): Promise<PermissionFacts> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const umask = /^Umask:\s*([0-7]+)$/mu.exec(status)?.[1];
  return {
    studyDir,
    studyWritable: studyDir === null ? null : await isWritable(studyDir),
    recordsWritable: records === null ? null : await isWritable(records),
    diskFault: records === null ? null : await diskFault(records),
    homeExists: await exists(os.homedir()),
    folders: await Promise.all(
      folders.map(async (folder) => ({...folder, writable: await isWritable(folder.path)})),
    ),
    umask: umask === undefined ? null : parseInt(umask, 8),
  };
}

/** Whose a study's files are. */
export async function lookAtOwners(dir: string, signal: AbortSignal): Promise<OwnerFacts> {
  const uid = process.getuid?.() ?? null;
  const foreign: string[] = [];
  let allOfRoot = true;
  let looked = 0;
  let cutShort = false;
  const lookIn = async (folder: string): Promise<void> => {
    const entries: readonly Dirent[] = await readdir(folder, {withFileTypes: true}).catch(() => []);
    for (const entry of entries) {
      if (looked >= MOST_ENTRIES || signal.aborted) {
        cutShort = true;
        return;
      }
      looked += 1;
      const file = path.join(folder, entry.name);
      const stats = await lstat(file).catch(() => null);
      if (stats !== null && stats.uid !== uid) {
        foreign.push(path.relative(dir, file));
        allOfRoot &&= stats.uid === 0;
      }
      if (entry.isDirectory()) await lookIn(file);
    }
  };
  if (uid !== null && uid !== 0) await lookIn(dir);
  return {dir, uid, foreign, allOfRoot, cutShort};
}

/** What decides whether the window's pages can be shut in. */
export async function lookAtSandbox(): Promise<SandboxFacts> {
  const files = {
    unprivileged_userns_clone: 'kernel/unprivileged_userns_clone',
    apparmor_restrict_unprivileged_userns: 'kernel/apparmor_restrict_unprivileged_userns',
    max_user_namespaces: 'user/max_user_namespaces',
  };
  const read = await Promise.all(
    Object.entries(files).map(async ([name, file]) => {
      const text = await readFile(`/proc/sys/${file}`, 'utf8').catch(() => '');
      return [name, text.trim()] as const;
    }),
  );
  return {
    platform: process.platform,
    uid: process.getuid?.() ?? null,
    inWindow: process.versions['electron'] !== undefined,
    settings: Object.fromEntries(read),
  };
}

/** Whether a folder may be written to or, where it is missing, be made. */
async function isWritable(folder: string): Promise<boolean> {
  return access(await nearest(folder), constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** The error of a disk that takes nothing any more, which only shows in writing; null where it does, and for a missing folder. */
async function diskFault(folder: string): Promise<string | null> {
  const file = path.join(folder, `doctor.${randomBytes(8).toString('hex')}.tmp`);
  try {
    await writeFile(file, 'x', {flag: 'wx', mode: 0o600, flush: true});
    await rm(file);
    return null;
  } catch (error) {
    await rm(file, {force: true}).catch(() => undefined);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    // no rights, and a full disk, are reported by the checks for them
    return ['EIO', 'EROFS', 'ENODEV', 'ENXIO', 'EUCLEAN', 'ETIMEDOUT', 'ESTALE'].includes(code)
      ? code
      : null;
  }
}

/** The folder itself, or the nearest one above it that is there. */
async function nearest(folder: string): Promise<string> {
  for (let at = folder; ; at = path.dirname(at))
    if ((await exists(at)) || path.dirname(at) === at) return at;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
