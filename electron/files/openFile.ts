import {createHash} from 'node:crypto';
import {closeSync, constants, fstatSync, openSync, readSync, statSync, type Stats} from 'node:fs';
import {copyFile, open, stat, type FileHandle} from 'node:fs/promises';
import {Readable} from 'node:stream';
import {afterAwake} from './afterAwake';
import {keepsFile, systemErrorCode} from './fileSystemError';

/**
 * The one way to read what lies on the disk. A study's folder may hold anything: a pipe without a writer, a socket, a link to
 * /dev/zero, a file of a terabyte. All here fail with the system's code, and with these of ours: ENOTREG for a pipe, socket or
 * device, ETOOLARGE above the most that is read whole, ESTALLED where the disk does not answer.
 */

/** Bytes of a file that are read whole, unless the reader has a limit of its own: as text it is within what a string holds. */
const MOST_WHOLE = 256 * 1024 ** 2;

/** Longest wait for the disk to answer one question; a network disk that has gone never does. */
const STALL_MS = 30_000;

/** Bytes asked for at a time, few enough for a slow disk to answer in time. */
const PIECE = 1024 ** 2;
/** And at least so many, past the end that was seen: a file may be growing. */
const LEAST_PIECE = 64 * 1024;

/** Nothing is waited for, and no terminal taken over; Windows has neither these flags nor such pipes. */
const WITHOUT_WAITING =
  constants.O_RDONLY |
  (process.platform === 'win32' ? 0 : constants.O_NONBLOCK | constants.O_NOCTTY);

/** A file opened for reading, and what it is; the caller closes it. */
export interface OpenFile {
  readonly file: FileHandle;
  readonly stats: Stats;
}

/** Opens a regular file, over links, for reading; the caller closes it. `followLink: false` fails on a link with ELOOP. */
export async function openFile(
  path: string,
  {followLink = true}: {readonly followLink?: boolean} = {},
): Promise<OpenFile> {
  // looked at first: a device does something when it is opened, and the writer of a pipe goes on
  refuseOthers(path, await inTime(path, stat(path)));
  const flags = WITHOUT_WAITING | (followLink ? 0 : (constants.O_NOFOLLOW ?? 0));
  const opening = open(path, flags);
  const file = await inTime(path, opening).catch((error: unknown) => {
    // it may open after all, once nobody waits for it
    void opening.then((late) => late.close()).catch(() => undefined);
    throw error;
  });
  try {
    // what was looked at may have been replaced since
    const stats = await inTime(path, file.stat());
    refuseOthers(path, stats);
    return {file, stats};
  } catch (error) {
    await shut(file);
    throw error;
  }
}

/** A file on its way into memory: read until nothing more comes, as files of /proc say that they have no bytes. */
class WholeFile {
  /** One byte more than the file has, which shows that it ends there. */
  private buffer: Buffer;
  private filled = 0;

  constructor(
    private readonly path: string,
    size: number,
    private readonly most: number,
  ) {
    if (size > most) throw tooLarge(path, most);
    this.buffer = Buffer.allocUnsafeSlow(size + 1);
  }

  /** Where the next read goes, and how much it may read. */
  next(): readonly [buffer: Buffer, offset: number, length: number] {
    const {buffer, filled} = this;
    return [buffer, filled, Math.min(buffer.length - filled, PIECE)];
  }

  /** Takes in what a read gave; returns the content once all of it is there. */
  add(bytesRead: number): Buffer | null {
    if (bytesRead === 0) return this.buffer.subarray(0, this.filled);
    this.filled += bytesRead;
    if (this.filled > this.most) throw tooLarge(this.path, this.most);
    if (this.filled === this.buffer.length)
      this.buffer = Buffer.concat([this.buffer, Buffer.alloc(this.buffer.length + PIECE)]);
    return null;
  }
}

/** The content of a regular file of up to `most` bytes. */
export async function readRegularFile(path: string, most: number = MOST_WHOLE): Promise<Buffer> {
  const {file, stats} = await openFile(path);
  try {
    const whole = new WholeFile(path, stats.size, most);
    for (;;) {
      const {bytesRead} = await inTime(path, file.read(...whole.next(), null));
      const content = whole.add(bytesRead);
      if (content !== null) return content;
    }
  } finally {
    await shut(file);
  }
}

/** The text of a regular file of up to `most` bytes, as UTF-8. */
export async function readText(path: string, most: number = MOST_WHOLE): Promise<string> {
  return (await readRegularFile(path, most)).toString('utf8');
}

/** The value of a JSON file; null where it is missing, not JSON or no file that can be read. */
export async function readJson(path: string): Promise<unknown> {
  const text = await readText(path).catch(() => null);
  return text === null ? null : parseJson(text);
}

/**
 * As `readJson`, but fails where the disk, this computer or the user's rights keep the file from being read: it may be whole,
 * and must not be taken for lost.
 */
export async function readJsonIfReadable(path: string): Promise<unknown> {
  const text = await readText(path).catch((error: unknown) => {
    if (keepsFile(error)) throw error;
    return null;
  });
  return text === null ? null : parseJson(text);
}

/** The value of a JSON text; null where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown; // every caller decodes the value
  } catch {
    return null;
  }
}

/** The first `most` bytes of a regular file, and how many it has. */
export async function readBeginning(
  path: string,
  most: number,
): Promise<{readonly bytes: Buffer; readonly size: number}> {
  const {file, stats} = await openFile(path);
  try {
    const bytes = Buffer.allocUnsafeSlow(Math.min(stats.size, most));
    const {bytesRead} = await inTime(path, file.read(bytes, 0, bytes.length, 0));
    return {bytes: bytes.subarray(0, bytesRead), size: stats.size};
  } finally {
    await shut(file);
  }
}

/** What is read of a file: from byte `start` to before `end`, all by default, until the signal ends it. */
export interface Part {
  readonly start?: number;
  readonly end?: number;
  readonly signal?: AbortSignal;
}

/** An open file piece by piece, of any size; it stays open. */
export async function* piecesOf(
  {file, stats}: OpenFile,
  {start = 0, end = Infinity, signal}: Part = {},
): AsyncGenerator<Buffer, void, undefined> {
  for (let at = start; at < end;) {
    signal?.throwIfAborted();
    const left = Math.max(stats.size - at, LEAST_PIECE);
    const buffer = Buffer.allocUnsafeSlow(Math.min(left, PIECE, end - at));
    const {bytesRead} = await inTime('an open file', file.read(buffer, 0, buffer.length, at));
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** A regular file piece by piece, of any size. It is closed once it is read or left. */
export async function* readPieces(
  path: string,
  part: Part = {},
): AsyncGenerator<Buffer, void, undefined> {
  const opened = await openFile(path);
  try {
    yield* piecesOf(opened, part);
  } finally {
    await shut(opened.file);
  }
}

/** As `readPieces`, for what wants a stream. */
export function readStream(path: string, part: Part = {}): Readable {
  return Readable.from(readPieces(path, part), {objectMode: false, highWaterMark: PIECE});
}

/** Copies a regular file, sharing its blocks where the file system can; `flags` beside that as of Node's copyFile. */
export async function copyRegularFile(source: string, target: string, flags = 0): Promise<void> {
  const {file} = await openFile(source);
  try {
    // by its descriptor, where there is such a name for it, so that it is the file that was looked at
    const opened = process.platform === 'linux' ? `/proc/self/fd/${file.fd}` : source;
    await copyFile(opened, target, constants.COPYFILE_FICLONE | flags);
  } finally {
    await shut(file);
  }
}

/** Opens a regular file, over links, to be read and added to, made where it is missing; a pipe is not waited for. */
export async function openToAppend(path: string, mode: number): Promise<FileHandle> {
  const {O_RDWR, O_APPEND, O_CREAT} = constants;
  const file = await open(path, O_RDWR | O_APPEND | O_CREAT | WITHOUT_WAITING, mode);
  try {
    refuseOthers(path, await file.stat());
    return file;
  } catch (error) {
    await shut(file);
    throw error;
  }
}

/** SHA-256 of a file's content, in hex digits; null where it can't be read to its end. */
export async function digestOf(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const piece of readPieces(path)) hash.update(piece);
    return hash.digest('hex');
  } catch {
    return null;
  }
}

/** As `openFile`, for threads of their own; answers its descriptor, which the caller closes. No stall of the disk is noticed. */
export function openFileSync(path: string): number {
  refuseOthers(path, statSync(path));
  const file = openSync(path, WITHOUT_WAITING);
  try {
    refuseOthers(path, fstatSync(file));
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** As `readRegularFile`, for threads of their own. */
export function readRegularFileSync(path: string, most: number = MOST_WHOLE): Buffer {
  const file = openFileSync(path);
  try {
    const whole = new WholeFile(path, fstatSync(file).size, most);
    for (;;) {
      const content = whole.add(readSync(file, ...whole.next(), null));
      if (content !== null) return content;
    }
  } finally {
    closeSync(file);
  }
}

/** True for an error that says that something other than a file is there: a folder, pipe, socket, device or link loop. */
export function isOdd(error: unknown): boolean {
  return ['EISDIR', 'ENOTREG', 'ENXIO', 'ELOOP'].includes(systemErrorCode(error) ?? '');
}

function refuseOthers(path: string, found: Stats): void {
  if (found.isFile()) return;
  throw found.isDirectory()
    ? fault('EISDIR', path, 'is a folder')
    : fault('ENOTREG', path, 'is not a file');
}

function tooLarge(path: string, most: number): Error {
  return fault('ETOOLARGE', path, `has more than ${most} bytes`);
}

function fault(code: string, path: string, what: string): Error {
  return Object.assign(new Error(`${path} ${what}`), {code, path});
}

/** What was read stays good, whatever closing comes to; a disk that does not answer is not waited for. */
async function shut(file: FileHandle): Promise<void> {
  await inTime('', file.close()).catch(() => undefined);
}

/** Fails where the disk takes longer than anybody should be held up by it, the time of a computer asleep not counted. */
async function inTime<T>(path: string, asked: Promise<T>): Promise<T> {
  let cancel = (): void => undefined;
  const stalled = new Promise<never>((_, reject) => {
    cancel = afterAwake(STALL_MS, () => {
      reject(fault('ESTALLED', path, 'could not be reached'));
    });
  });
  try {
    return await Promise.race([asked, stalled]);
  } finally {
    cancel();
  }
}

/** Whether something is at a path, over links; false also where that can't be seen. */
export function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
