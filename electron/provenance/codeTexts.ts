import {existsSync, statSync} from 'node:fs';
import {mkdir, readdir, rm, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {readRegularFileSync} from '../files/openFile';
import {sha256Of} from './hashCache';

/** Longer files are data rather than code, and no diff of them is worth reading. */
const MOST_BYTES_PER_TEXT = 512 * 1024;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Copies of code files as they were when an action succeeded, by content, so that a change can be
 * shown line by line. The oldest go when they take up more than 64 MB.
 */
export class CodeTexts {
  private added = 0;

  constructor(
    private readonly folder: string,
    private readonly mostBytes = MOST_BYTES,
  ) {}

  /** Keeps the file's text under its digest, if it is text, not too long, and not kept yet. */
  async keep(absolute: string, sha256: string, size: number): Promise<void> {
    const target = join(this.folder, sha256);
    if (size > MOST_BYTES_PER_TEXT || existsSync(target)) return;
    const text = readRegularFileSync(absolute).toString('utf8');
    // binary, or changed since it was hashed
    if (text.includes('\0') || sha256Of(text) !== sha256) return;
    await mkdir(this.folder, {recursive: true, mode: 0o700});
    await writeFile(target, text, {mode: 0o600});
    this.added += size;
    if (this.added > this.mostBytes / 8) await this.trim();
  }

  /** A kept text; null where there is none. */
  read(sha256: string): string | null {
    try {
      const text = readRegularFileSync(join(this.folder, sha256)).toString('utf8');
      return sha256Of(text) === sha256 ? text : null;
    } catch {
      return null;
    }
  }

  /** Removes the oldest texts until all fit. */
  async trim(): Promise<void> {
    this.added = 0;
    const names = await readdir(this.folder);
    const found = await Promise.all(
      names.map(async (name) => {
        // another process may have removed it meanwhile
        const entry = await stat(join(this.folder, name)).catch(() => null);
        return entry === null ? [] : [{name, size: entry.size, mtimeMs: entry.mtimeMs}];
      }),
    );
    const files = found.flat();
    files.sort((one, other) => other.mtimeMs - one.mtimeMs);
    let kept = 0;
    for (const file of files) {
      kept += file.size;
      if (kept > this.mostBytes) await rm(join(this.folder, file.name), {force: true});
    }
  }
}

/** The text of a file, unpacked where it is gzipped; null for what is no text, too long, or can't be read. */
export function readableText(file: string): string | null {
  try {
    if (statSync(file).size > MOST_BYTES_PER_TEXT) return null;
    const bytes = readRegularFileSync(file);
    const plain = isGzip(bytes) ? gunzipSync(bytes, {maxOutputLength: MOST_BYTES_PER_TEXT}) : bytes;
    return plain.includes(0) ? null : plain.toString('utf8');
  } catch {
    return null;
  }
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
