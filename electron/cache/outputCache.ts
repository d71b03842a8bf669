import {existsSync, type Stats} from 'node:fs';
import {chmod, lstat, mkdir, readdir, rename, rm, stat, utimes} from 'node:fs/promises';
import {join} from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import type {OutputFile} from '../../shared/output';
import {err, ok, type Result} from '../../shared/result';
import {recordedFile} from '../files/fileInStudy';
import {copyRegularFile, digestOf, readPieces} from '../files/openFile';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {cacheFolder, ensureMetadataDir} from '../files/metadataDir';
import {syncFiles} from '../files/syncToDisk';
import {openMakingFolder, writeHashed} from '../files/writeAtomically';

/** How full the cache is. */
export interface CacheSize {
  readonly bytes: number;
  readonly files: number;
}

/**
 * Copies of earlier outputs inside the study, by content, so that they can be put back without
 * running anything. It holds what the outputs hold, sensitive data too: for its owner only.
 */
export type OutputCache = ReturnType<typeof createOutputCache>;

interface KeptFile extends CacheSize {
  readonly sha256: string;
  readonly usedMs: number;
  readonly isFolder: boolean;
}

/** Files copied together. */
const AT_ONCE = 16;

const CONTENT_NAME = /^[0-9a-f]{64}$/;
/** A copy on its way. All else is somebody's: the folder may be a link to one that holds other things too. */
const HALF_WRITTEN = /^[0-9a-f]{64}\.tmp$/;

/** The cache of one study; it works one thing at a time. */
export function createOutputCache(studyDir: string) {
  const folder = cacheFolder(studyDir);
  let before: Promise<unknown> = Promise.resolve();
  /** Bytes it holds, known once it has been looked at; what others add meanwhile is seen at the next trim. */
  let bytes: number | null = null;
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = before.then(work);
    before = done.catch(() => undefined);
    return done;
  };
  return {
    /** Keeps copies of outputs that are in their places; those used longest ago go when it is full. */
    store: (outputs: readonly OutputFile[], limitBytes: number): Promise<Result<null, AppError>> =>
      inTurn(() =>
        fallible('Outputs could not be kept in the cache.', async () => {
          if (bytes === null || !existsSync(folder)) {
            const made = await ensureMetadataDir(studyDir);
            if (!made.ok) return made;
            await mkdir(folder, {recursive: true, mode: 0o700});
            await chmod(folder, 0o700);
            bytes = await trim(folder, limitBytes);
          }
          const fitting = outputs.filter(({size}) => size <= limitBytes);
          for (let start = 0; start < fitting.length; start += AT_ONCE) {
            // of the same content one copy at a time: both would be written under one name
            const some = new Map(
              fitting.slice(start, start + AT_ONCE).map((output) => [output.sha256, output]),
            );
            const added = await Promise.all(
              [...some.values()].map((output) => keep(studyDir, folder, output)),
            );
            bytes += added.reduce((sum, each) => sum + each, 0);
          }
          if (bytes > limitBytes) bytes = await trim(folder, limitBytes);
          return ok(null);
        }),
      ),
    /** SHA-256 of every content it holds. */
    contents: (): Promise<ReadonlySet<string>> =>
      inTurn(async () => new Set((await list(folder)).map(({sha256}) => sha256))),
    /** Where a copy of this content lies, after it has been read through: null where none is kept, or a damaged one. */
    copyOf: async (sha256: string): Promise<string | null> => {
      const copy = join(folder, sha256);
      if (!CONTENT_NAME.test(sha256)) return null;
      // it may have gone to make room for others
      return (await digestOf(copy)) === sha256 ? copy : null;
    },
    /**
     * Copies what is kept of outputs to where `targetOf` says, files of one folder, and waits for the disk: all of them, or
     * an error that names the first copy that is missing, damaged (it is dropped) or no file. What was copied by then is
     * left to the caller.
     */
    copyOut: (
      outputs: readonly OutputFile[],
      targetFolder: string,
      targetOf: (output: OutputFile) => string,
    ): Promise<Result<null, AppError>> =>
      inTurn(() =>
        fallible('Earlier outputs could not be restored.', async () => {
          for (let start = 0; start < outputs.length; start += AT_ONCE) {
            const some = outputs.slice(start, start + AT_ONCE);
            const copied = await Promise.all(
              // none is still being written once the first fault is reported
              some.map((output) =>
                fallible(`"${output.path}" could not be put back.`, () =>
                  copyKept(folder, output, targetOf(output)),
                ),
              ),
            );
            const fault = copied.find(({ok: isCopied}) => !isCopied);
            if (fault !== undefined) return fault;
          }
          await syncFiles(targetFolder, outputs.map(targetOf));
          return ok(null);
        }),
      ),
    size: (): Promise<CacheSize> => inTurn(() => sizeOf(folder)),
    clear: (): Promise<Result<CacheSize, AppError>> =>
      inTurn(() =>
        fallible('The cache could not be emptied.', async () => {
          await rm(folder, {recursive: true, force: true});
          bytes = null;
          return ok({bytes: 0, files: 0});
        }),
      ),
  };
}

/** Copies one output by its content and gives the bytes that this added; a copy that is there only counts as used. */
async function keep(studyDir: string, folder: string, output: OutputFile): Promise<number> {
  const target = join(folder, output.sha256);
  const now = new Date();
  const present = await lstat(target).catch(() => null);
  if (present?.isFile() === true && present.size === output.size) {
    await utimes(target, now, now);
    return 0;
  }
  const source = await recordedFile(studyDir, output.path);
  if (!source.ok) return 0;
  const temporary = `${target}.tmp`;
  // shares the blocks where the file system can
  await copyRegularFile(source.value, temporary);
  await chmod(temporary, 0o600);
  await utimes(temporary, now, now);
  const {size} = await stat(temporary);
  if (size === output.size) {
    await rename(temporary, target);
    return size;
  }
  await rm(temporary, {force: true});
  return 0;
}

/** Copies what is kept of one output, and holds it against its digest on the way. */
async function copyKept(
  folder: string,
  output: OutputFile,
  target: string,
): Promise<Result<null, AppError>> {
  const copy = join(folder, output.sha256);
  const found = await lstat(copy).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (found === null) return err(copyGone(output.path));
  if (!found.isFile()) return err(copyIsOdd(output, kindOf(found)));
  if (found.size !== output.size || !(await copyWhole(copy, output, target))) {
    await rm(copy, {force: true});
    return err(copyDamaged(output.path));
  }
  const now = new Date();
  await utimes(copy, now, now);
  return ok(null);
}

/** Answers whether what was copied is what was once kept: whatever has taken its place meanwhile is read no further. */
async function copyWhole(copy: string, output: OutputFile, target: string): Promise<boolean> {
  const fresh = await openMakingFolder(target, 'w', 0o644, 0o700);
  try {
    const pieces = readPieces(copy, {end: output.size});
    return (await writeHashed(fresh, pieces)).sha256 === output.sha256;
  } finally {
    await fresh.close();
  }
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isSymbolicLink()) return 'a link';
  if (found.isFIFO()) return 'a pipe';
  return found.isSocket() ? 'a socket' : 'a device';
}

function copyGone(path: string): AppError {
  return appError('file-system', `The kept copy of "${path}" is gone.`, {
    why: 'Nothing was replaced.',
    hint: 'Run the action instead.',
  });
}

function copyDamaged(path: string): AppError {
  return appError('file-system', `The kept copy of "${path}" is damaged.`, {
    why: 'It is no longer what was put into the cache, so it was dropped; nothing was replaced.',
    hint: 'Run the action instead.',
  });
}

function copyIsOdd({path, sha256}: OutputFile, kind: string): AppError {
  return appError('file-system', `The kept copy of "${path}" is ${kind}, not a file.`, {
    why: 'It is not what Study Desk put there; nothing was replaced.',
    hint: `Run the action instead, and remove \`metadata/study-desk/cache/${sha256}\`.`,
  });
}

/** Drops what was used longest ago until the rest fits, and what a crash left half-written; answers the bytes left. */
async function trim(folder: string, limitBytes: number): Promise<number> {
  for (const name of await readdir(folder))
    if (HALF_WRITTEN.test(name)) await rm(join(folder, name), {force: true});
  const kept = [...(await list(folder))].sort((one, other) => other.usedMs - one.usedMs);
  let bytes = 0;
  for (const file of kept) {
    // a folder is nothing that we put there
    if (file.isFolder) continue;
    if (bytes + file.bytes > limitBytes) await rm(join(folder, file.sha256), {force: true});
    else bytes += file.bytes;
  }
  return bytes;
}

async function list(folder: string): Promise<readonly KeptFile[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const found = await Promise.all(
    names
      .filter((name) => CONTENT_NAME.test(name))
      .map(async (sha256) => {
        // never through a link; one may have gone to make room for others
        const entry = await lstat(join(folder, sha256)).catch(() => null);
        if (entry === null) return [];
        const {size, mtimeMs} = entry;
        return [{sha256, bytes: size, files: 1, usedMs: mtimeMs, isFolder: entry.isDirectory()}];
      }),
  );
  return found.flat();
}

async function sizeOf(folder: string): Promise<CacheSize> {
  const kept = await list(folder);
  return {bytes: kept.reduce((sum, file) => sum + file.bytes, 0), files: kept.length};
}

async function fallible<T>(
  message: string,
  work: () => Promise<Result<T, AppError>>,
): Promise<Result<T, AppError>> {
  try {
    return await work();
  } catch (error) {
    return err(fileSystemError(message, error));
  }
}
