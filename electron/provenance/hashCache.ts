import {createHash} from 'node:crypto';
import {closeSync, readSync, statSync} from 'node:fs';
import {join} from 'node:path';
import * as z from 'zod';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {openFileSync, readRegularFileSync} from '../files/openFile';
import {writeFileAtomically} from '../files/writeAtomically';

/** What a file holds, and since when. */
export interface HashedFile {
  /** Hex digits. */
  readonly sha256: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

const entryOfFile = z.tuple([z.number(), z.number(), z.number(), z.number(), z.string()]);
const savedCache = z.object({format: z.literal(1), files: z.record(z.string(), entryOfFile)});

/** Size, mtime, ctime, inode, SHA-256. */
type Entry = z.infer<typeof entryOfFile>;

/** What changes whenever the content of a file does, though its size and the time it was written may be set back. */
export interface FileIdentity {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * SHA-256 of files, each read again only when its size, times or inode have changed. For use in a
 * worker: it reads synchronously, since waiting for thousands of small answers costs more than they do.
 */
export class HashCache {
  private dirty = false;
  private readonly used = new Set<string>();
  private readonly troubles = new Map<string, string>();

  private constructor(
    private readonly file: string,
    private readonly root: string,
    private readonly entries: Map<string, Entry>,
    private readonly now: () => number,
  ) {}

  /** Opens the cache for files below `root`, kept in `file`; one that can't be read counts as empty. */
  static open(file: string, root: string, now: () => number): HashCache {
    try {
      const saved = savedCache.parse(JSON.parse(readRegularFileSync(file).toString('utf8')));
      return new HashCache(file, root, new Map(Object.entries(saved.files)), now);
    } catch {
      return new HashCache(file, root, new Map(), now);
    }
  }

  /**
   * What the regular file at `path`, relative to the root, holds; null where there is none, and where it can't be read
   * (`troubleWith`).
   */
  hash(path: string): HashedFile | null {
    this.used.add(path);
    this.troubles.delete(path);
    try {
      const absolute = join(this.root, path);
      const found = statSync(absolute);
      if (!found.isFile()) return null;
      const known = this.entries.get(path);
      const {size, mtimeMs, ctimeMs, ino} = found;
      if (known !== undefined && isSame(known, found))
        return {sha256: known[4], size, mtimeMs, ctimeMs, ino};
      const sha256 = digestOf(absolute);
      // written while it was read: what was read may be neither the old nor the new content
      const after = statSync(absolute);
      if (after.size === found.size && after.mtimeMs === found.mtimeMs)
        this.remember(path, found, sha256);
      return {sha256, size, mtimeMs, ctimeMs, ino};
    } catch (error) {
      if (!isMissing(error)) this.troubles.set(path, readTrouble(error));
      return null;
    }
  }

  /** Why the file could not be read when it was last asked for; null where it could, or there was none. */
  troubleWith(path: string): string | null {
    return this.troubles.get(path) ?? null;
  }

  /** Takes over a digest that is known from writing the file, if the file is still as large. */
  learn(path: string, size: number, sha256: string): void {
    try {
      const found = statSync(join(this.root, path));
      if (found.isFile() && found.size === size) this.remember(path, found, sha256);
    } catch {
      this.entries.delete(path);
    }
  }

  /** Writes the cache to its file if anything was added. */
  async save(): Promise<void> {
    if (!this.dirty) return;
    this.dirty = false;
    await writeFileAtomically(
      this.file,
      JSON.stringify({format: 1, files: Object.fromEntries(this.entries)}),
    );
  }

  /** Forgets every file that was not asked for since the last call, so that the cache does not grow for ever. */
  dropUnused(): void {
    for (const path of this.entries.keys())
      if (!this.used.has(path)) {
        this.entries.delete(path);
        this.dirty = true;
      }
    this.used.clear();
  }

  private remember(path: string, found: FileIdentity, sha256: string): void {
    // changed so recently that another change could carry the same time stamp: read it again next time
    if (this.now() - found.mtimeMs < clockStepMs(found.mtimeMs)) {
      this.entries.delete(path);
      return;
    }
    this.entries.set(path, [found.size, found.mtimeMs, found.ctimeMs, found.ino, sha256]);
    this.dirty = true;
  }
}

/** Whether a file is the very one that it was, and not written to since. */
export function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return (
    one.size === other.size &&
    one.mtimeMs === other.mtimeMs &&
    one.ctimeMs === other.ctimeMs &&
    one.ino === other.ino
  );
}

function isSame(known: Entry, found: FileIdentity): boolean {
  return (
    known[0] === found.size &&
    known[1] === found.mtimeMs &&
    known[2] === found.ctimeMs &&
    known[3] === found.ino
  );
}

/** Whole seconds speak of a file system that stamps in steps of up to 2 s (FAT, HFS+); others stamp every 10 ms or finer. */
function clockStepMs(mtimeMs: number): number {
  return mtimeMs % 1000 === 0 ? 2000 : 20;
}

function digestOf(absolute: string): string {
  const hash = createHash('sha256');
  const handle = openFileSync(absolute);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const read = readSync(handle, chunk, 0, CHUNK_BYTES, null);
      if (read === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, read));
    }
  } finally {
    closeSync(handle);
  }
}

/** True for an error that says that there is no such file. */
export function isMissing(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Why a file can't be read, in a sentence. */
export function readTrouble(error: unknown): string {
  const {why, detail} = fileSystemError('', error);
  return why ?? detail ?? 'The system does not say why.';
}

/** SHA-256 of a text, in hex digits. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
