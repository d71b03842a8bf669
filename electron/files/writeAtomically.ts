import {createHash, randomBytes} from 'node:crypto';
import {type FileHandle, mkdir, open, rename, rm, stat} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import type {AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError, systemErrorCode} from './fileSystemError';
import {resolveInStudy} from './studyPath';
import {syncFolder} from './syncToDisk';

/**
 * Bytes of a buffer for reading or writing large files: with smaller ones there are more calls, with larger ones the
 * bytes leave the processor's own memory between the steps.
 */
export const BUFFER_BYTES = 1024 * 1024;

/** A fresh buffer for each piece or file is memory to be freed, which costs more than copying the bytes. */
const spare: Buffer[] = [];

/** A buffer of BUFFER_BYTES that nobody else has; its content is anything. */
export function takeBuffer(): Buffer {
  return spare.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
}

/** Hands back buffers that nothing reads from or writes to any more. */
export function giveBack(...buffers: readonly Buffer[]): void {
  spare.push(...buffers);
}

/** Bytes that a file name may have on common file systems. */
const LONGEST_NAME = 255;

/** A file as it was written. */
export interface WrittenFile {
  /** Bytes. */
  readonly size: number;
  /** Hex digits. */
  readonly sha256: string;
}

/**
 * Replaces a file in one step: readers see the old content or the new one, also after a power cut. `mode` holds less
 * the process's mask.
 */
export async function writeFileAtomically(
  target: string,
  data: string | Uint8Array | AsyncIterable<Uint8Array>,
  mode = 0o666,
): Promise<void> {
  const write = async (file: FileHandle): Promise<void> => {
    if (typeof data === 'string' || data instanceof Uint8Array) return file.writeFile(data);
    for await (const part of data) await file.appendFile(part);
  };
  await replaceFile(target, write, mode);
}

/**
 * Replaces `relativePath` below `targetDir` with the pieces that `content` begins to give, in one step, and returns its
 * size and SHA-256. Folders are made as needed; nothing outside `targetDir` is ever written. Content that breaks off
 * changes nothing.
 */
export async function replaceFromPieces(
  targetDir: string,
  relativePath: string,
  content: () => AsyncIterable<Buffer>,
): Promise<Result<WrittenFile, AppError>> {
  try {
    const resolved = resolveInStudy(targetDir, relativePath);
    if (!resolved.ok) return resolved;
    const write = (file: FileHandle): Promise<WrittenFile> => writeHashed(file, content());
    return ok(await replaceFile(resolved.value, write, 0o666, openMakingFolder));
  } catch (error) {
    return err(fileSystemError(`"${relativePath}" could not be written.`, error));
  }
}

/**
 * Writes pieces to a new open file and returns its size and SHA-256; hashes one part while the one before is written.
 * A piece need only be whole until the next is asked for.
 * Parts of nothing but zeros are left out as holes, which read as zeros and take no room on the disk.
 */
export async function writeHashed(
  file: FileHandle,
  pieces: AsyncIterable<Buffer>,
): Promise<WrittenFile> {
  const hash = createHash('sha256');
  let filling = takeBuffer();
  let underWay = takeBuffer();
  let filled = 0;
  let written = 0;
  let endsInHole = false;
  let writing = Promise.resolve();
  const write = async (): Promise<void> => {
    await writing;
    const part = filling.subarray(0, filled);
    endsInHole = filled === BUFFER_BYTES && part.equals(ZEROS);
    if (!endsInHole) writing = writeWhole(file, part, written);
    // reported by the await above or below
    writing.catch(() => undefined);
    written += filled;
    filled = 0;
    [filling, underWay] = [underWay, filling];
  };
  try {
    for await (const piece of pieces) {
      hash.update(piece);
      for (let taken = 0; taken < piece.length;) {
        const bytes = piece.copy(filling, filled, taken);
        taken += bytes;
        filled += bytes;
        if (filled === BUFFER_BYTES) await write();
      }
    }
    if (filled > 0) await write();
  } finally {
    // a buffer that is still being written from must not be handed on
    await writing.finally(() => giveBack(filling, underWay));
  }
  if (endsInHole) await file.truncate(written);
  return {size: written, sha256: hash.digest('hex')};
}

/** Opens a file to be written. Most folders are there already, so a missing one is only made when it is missed. */
export async function openMakingFolder(
  file: string,
  flags: 'w' | 'wx',
  mode: number,
  folderMode = 0o777,
): Promise<FileHandle> {
  try {
    return await open(file, flags, mode);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    await mkdir(path.dirname(file), {recursive: true, mode: folderMode});
    return open(file, flags, mode);
  }
}

/** Writes a temporary sibling, syncs it, and moves it over the target. */
async function replaceFile<T>(
  target: string,
  write: (file: FileHandle) => Promise<T>,
  mode = 0o666,
  openFile: (file: string, flags: 'wx', mode: number) => Promise<FileHandle> = open,
): Promise<T> {
  const temporary = temporarySibling(target);
  let written: T;
  try {
    const file = await openFile(temporary, 'wx', mode);
    try {
      written = await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await moveOver(temporary, target);
  } catch (error) {
    await rm(temporary, {force: true});
    await refuseFolder(target);
    throw error;
  }
  await syncFolder(path.dirname(target));
  return written;
}

/**
 * What is left beside a file where a write of it, or a swap, was cut short: names of exactly this form are nobody's else.
 * `.old` is the earlier content of a file that was being replaced.
 */
const LEFT_BESIDE = /.\.[0-9a-f]{16}\.(?:tmp|old)$/su;

/**
 * Whether a name is one that we give for a while to a file beside another. Such a file is never code, output or input: it
 * may be gone in a moment, and else is found by `doctor` and `clean`.
 */
export function isLeftBeside(name: string): boolean {
  return LEFT_BESIDE.test(name);
}

/** `<name>.<16 hex>.tmp` */
function temporarySibling(target: string): string {
  return siblingOf(target, `.${randomBytes(8).toString('hex')}.tmp`);
}

/** A file beside another: its name with an ending, cut where the whole would be longer than file systems allow. */
export function siblingOf(target: string, ending: string): string {
  const name = Buffer.from(path.basename(target)).subarray(0, LONGEST_NAME - ending.length);
  // a character cut in the middle would not be UTF-8
  const whole = name.toString().replace(/\ufffd+$/, '');
  return path.join(path.dirname(target), `${whole}${ending}`);
}

async function writeWhole(file: FileHandle, part: Buffer, position: number): Promise<void> {
  for (let done = 0; done < part.length;) {
    const {bytesWritten} = await file.write(part, done, part.length - done, position + done);
    done += bytesWritten;
  }
}

const ZEROS = Buffer.alloc(BUFFER_BYTES);

/**
 * Has a write that passes the shell's limit of a file's size (`ulimit -f`) fail with EFBIG; unasked, the system ends the
 * process without a word. Programs that are started are not changed by it. To be called once by each process of ours.
 */
export function outliveFileLimit(): void {
  if (process.platform !== 'win32') process.on('SIGXFSZ', () => undefined);
}

/** Answers EISDIR where a folder is in the place of a file to come. */
export async function refuseFolder(target: string): Promise<void> {
  const found = await stat(target).catch(() => null);
  if (found?.isDirectory() === true) {
    throw Object.assign(new Error(`${target} is a folder`), {code: 'EISDIR'});
  }
}

/** Windows refuses to replace a file that a virus scanner or an indexer looks at just then: try again for a second. */
async function moveOver(temporary: string, target: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await rename(temporary, target);
      return;
    } catch (error) {
      const passing = ['EPERM', 'EBUSY', 'EACCES'].includes(systemErrorCode(error) ?? '');
      if (process.platform !== 'win32' || !passing || attempt === 9) throw error;
      await delay(100);
    }
  }
}

/** Moves a file over another; its folder is made where it is missing, and a folder in its place is an error. */
export async function moveIntoFolder(source: string, target: string): Promise<void> {
  try {
    await moveOver(source, target);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') {
      await refuseFolder(target);
      throw error;
    }
    await mkdir(path.dirname(target), {recursive: true});
    await moveOver(source, target);
  }
}
